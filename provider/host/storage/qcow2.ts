/** A qcow2 file, which a QEMU gives to the guest. Shell text; pure. */
import { OutputParseError } from "../../errors";
import { libraryText, lines, sh } from "../../shell";
import { cannotMakeFile, cannotUseFile, fileVerbs, isNotMounted, makeFile } from "./file";
import { beginsAsQcow2, observePath, readPath } from "./path";
import { fillOfSource } from "./source";
import type { Storage, StoredImage, WantedImage } from "./storage";

export const qcow2: Storage = {
  format: "qcow2",
  isDevice: false,
  observe: observePath,
  read: (answer) => {
    const { head, ...seen } = readPath(answer);
    return seen.type === "file" && beginsAsQcow2(head)
      ? { ...seen, format: "qcow2", looksLikeQcow2: false, sizeBytes: virtualSize(head) }
      : seen;
  },
  sizeIs: ({ bytes }, declared) => bytes === declared,
  cannotUse: (seen, wanted, isUsed) => {
    const faults = cannotUseFile(seen, wanted, "qcow2");
    const grows = (seen.sizeBytes ?? 0) < (wanted.bytes ?? 0);
    return faults.length > 0 || !grows || isUsed ? faults : lacksQemuImg(seen);
  },
  outOfSight: isNotMounted,
  makes: {
    ...fileVerbs,
    cannotMake: (seen, wanted) => cannotMakeFile(seen, wanted, bytesOfTables(wanted), lacksQemuImg(seen)),
    make: (place, wanted) =>
      makeFile(
        place,
        wanted,
        wanted.source === undefined
          ? sh`rm -f "$new"
qemu-img create -q -f qcow2 -o ${`preallocation=${wanted.preallocation ?? "off"}`} "$new" ${wanted.bytes ?? 0}`
          : fillOfSource(place, wanted, "qcow2"),
      ),
    grow: ({ path }, bytes) =>
      lines([
        sh`image=${path} want=${bytes} block_resize=${libraryText(__dirname, "block-resize.py")}`,
        libraryText(__dirname, "grow-qcow2.sh"),
      ]),
  },
};

/** Laid-out tables: 8 bytes of L2 and 2 of reference count for each cluster of 64 KiB. */
function bytesOfTables({ bytes = 0, preallocation }: WantedImage): number {
  return preallocation === "metadata" ? Math.ceil(bytes / 65536) * 10 : 0;
}

function lacksQemuImg({ tools }: StoredImage): string[] {
  return tools.includes("qemu-img")
    ? []
    : ["qemu-img is missing on the host; it makes and grows qcow2 images. Install the package qemu-utils."];
}

/** Bytes 24 to 31 of the head, big-endian (qemu's docs/interop/qcow2): needs no qemu-img, which locks. */
function virtualSize(head: string): number {
  const size = Number.parseInt(head.slice(48, 64), 16);
  if (head.length < 64 || !Number.isSafeInteger(size))
    throw new OutputParseError(`The head of a qcow2 image is cut short or broken: ${head}`);
  return size;
}
