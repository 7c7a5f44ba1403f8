/** A raw file, sparse or with all its blocks, which a loop device gives to the guest. Shell text; pure. */
import { libraryText, lines, sh } from "../../shell";
import { cannotMakeFile, cannotUseFile, fileVerbs, isNotMounted, makeFile } from "./file";
import { observePath, readPath } from "./path";
import { hasNoRoomToGrow, isLaidOut, layOut } from "./preallocation";
import { fillOfSource } from "./source";
import { promiseOfFile } from "./space";
import type { Storage } from "./storage";
import { tellUsers } from "./tell-users";

/** Needs $image, $want, $laid and the function image_users. */
export const growRaw = lines([layOut, libraryText(__dirname, "grow-raw.sh"), tellUsers]);

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
  cannotUse: (seen, wanted) => [...cannotUseFile(seen, wanted, "raw"), ...hasNoRoomToGrow(seen, wanted)],
  outOfSight: isNotMounted,
  makes: {
    ...fileVerbs,
    cannotMake: (seen, wanted) =>
      cannotMakeFile(seen, wanted, isLaidOut(wanted.preallocation) ? (wanted.bytes ?? 0) : 0),
    make: (place, wanted) =>
      makeFile(
        place,
        wanted,
        wanted.source === undefined
          ? sh`rm -f "$new"
truncate -s ${wanted.bytes ?? 0} "$new"
${
  isLaidOut(wanted.preallocation)
    ? sh`${layOut}
lay_out ${wanted.preallocation} "$new"`
    : sh``
}`
          : fillOfSource(place, wanted, "raw"),
      ),
    grow: (place, bytes, { preallocation, overcommit } = {}) =>
      lines([
        promiseOfFile(place, bytes, overcommit),
        sh`image=${place.path} want=${bytes} laid=${isLaidOut(preallocation) ? preallocation : ""}`,
        growRaw,
      ]),
  },
};
