/** A sparse raw file, which a loop device gives to the guest. Shell text; pure. */
import { libraryText, lines, sh } from "../../shell";
import { cannotMakeFile, cannotUseFile, fileVerbs, isNotMounted, makeFile } from "./file";
import { observePath, readPath } from "./path";
import { fillOfSource } from "./source";
import type { Storage } from "./storage";
import { tellUsers } from "./tell-users";

/** Needs $image, $want and the function image_users. */
export const growRaw = lines([libraryText(__dirname, "grow-raw.sh"), tellUsers]);

export const raw: Storage = {
  format: "raw",
  isDevice: false,
  observe: observePath,
  // A raw image is raw whatever the guest has written to its first sector.
  read: (answer) => {
    const { head: _, ...seen } = readPath(answer);
    return seen;
  },
  sizeIs: ({ bytes }, declared) => bytes === declared,
  cannotUse: (seen, wanted) => cannotUseFile(seen, wanted, "raw"),
  outOfSight: isNotMounted,
  makes: {
    ...fileVerbs,
    cannotMake: (seen, wanted) => cannotMakeFile(seen, wanted, 0),
    make: (place, wanted) =>
      makeFile(
        place,
        wanted,
        wanted.source === undefined
          ? sh`rm -f "$new"
truncate -s ${wanted.bytes ?? 0} "$new"`
          : fillOfSource(place, wanted, "raw"),
      ),
    grow: ({ path }, bytes) => lines([sh`image=${path} want=${bytes}`, growRaw]),
  },
};
