/** A sparse raw file, which a loop device gives to the guest. Shell text; pure. */
import { libraryText, lines, sh } from "../../shell";
import { cannotMakeFile, cannotUseFile, fileVerbs, isNotMounted, isSourceQcow2, makeFile, mustHold } from "./file";
import { observePath, readPath } from "./path";
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
          : sh`! ${isSourceQcow2} || die "The source is a qcow2 image, but format is raw. Set format to qcow2, or convert the source (qemu-img convert -O raw)."
has=$(stat -L -c %s "$new")
${mustHold(wanted.bytes ?? 0)}
fallocate -d "$new" 2>/dev/null || true
truncate -s ${wanted.bytes ?? 0} "$new"`,
      ),
    grow: ({ path }, bytes) => lines([sh`image=${path} want=${bytes}`, growRaw]),
  },
};
