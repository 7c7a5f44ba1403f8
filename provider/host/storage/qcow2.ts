/** A qcow2 file, which a QEMU gives to the guest. Shell text; pure. */
import { OutputParseError } from "../../errors";
import { type ShellText, libraryText, lines, sh } from "../../shell";
import { lacksBase, makeOverlay, observeBacking, readBacking } from "./backing";
import { cannotMakeFile, cannotUseFile, fileVerbs, isNotMounted, makeFile } from "./file";
import { beginsAsQcow2, observePath, readPath } from "./path";
import { hasNoRoomToGrow, isLaidOut, layOut } from "./preallocation";
import { qcow2Functions, qcow2Snapshots } from "./snapshots/qcow2-snapshots";
import { fillOfSource } from "./source";
import { promiseOfFile } from "./space";
import type { Storage, StoredImage, WantedImage } from "./storage";

/** Nobody is asked where none of ours was ever made. Needs $image and $mark. */
const saySnapshots: ShellText = sh`if [ -f "$mark/snapshots" ] && [ -f "$image" ]; then
${qcow2Functions}
snapshot_found=$(snapshot_names)
say snapshots "$snapshot_found"
fi`;

export const qcow2: Storage = {
  format: "qcow2",
  isDevice: false,
  observe: lines([observePath, observeBacking, saySnapshots]),
  read: (answer) => {
    const { head, ...seen } = readPath(answer);
    const snapshots = (answer.get("snapshots") ?? "").split("\n").filter((name) => name !== "");
    return seen.type === "file" && beginsAsQcow2(head)
      ? {
          ...seen,
          format: "qcow2",
          looksLikeQcow2: false,
          sizeBytes: virtualSize(head),
          backing: readBacking(answer),
          snapshots,
          isBaseGone: answer.get("backing.gone") !== undefined,
        }
      : seen;
  },
  sizeIs: ({ bytes }, declared) => bytes === declared,
  cannotUse: (seen, wanted, isUsed) => {
    const faults = [...cannotUseFile(seen, wanted, "qcow2"), ...lacksBase(seen, wanted.path)];
    const grows = (seen.sizeBytes ?? 0) < (wanted.bytes ?? 0);
    return faults.length > 0 || !grows || isUsed ? faults : [...lacksQemuImg(seen), ...hasNoRoomToGrow(seen, wanted)];
  },
  outOfSight: isNotMounted,
  makes: {
    ...fileVerbs,
    cannotMake: (seen, wanted) => cannotMakeFile(seen, wanted, writtenAtOnce(wanted), lacksQemuImg(seen)),
    make: (place, wanted) =>
      makeFile(
        place,
        wanted,
        wanted.backing !== undefined
          ? makeOverlay(place, wanted.bytes ?? 0, wanted.backing)
          : wanted.source === undefined
            ? sh`rm -f "$new"
${
  isLaidOut(wanted.preallocation)
    ? sh`${layOut}
room_for "$(dirname "$new")" ${writtenAtOnce(wanted)} "$image"`
    : sh``
}
qemu-img create -q -f qcow2 -o ${`preallocation=${wanted.preallocation ?? "off"}`} "$new" ${wanted.bytes ?? 0}`
            : fillOfSource(place, wanted, "qcow2"),
      ),
    snapshots: qcow2Snapshots,
    grow: (place, bytes, { preallocation = "off", overcommit } = {}) =>
      lines([
        promiseOfFile(place, bytes, overcommit),
        layOut,
        sh`image=${place.path} want=${bytes} laid=${preallocation} block_resize=${libraryText(__dirname, "block-resize.py")}`,
        libraryText(__dirname, "grow-qcow2.sh"),
      ]),
  },
};

/** Laid-out tables: 8 bytes of L2 and 2 of reference count for each cluster of 64 KiB. */
function writtenAtOnce({ bytes = 0, preallocation = "off" }: WantedImage): number {
  if (preallocation === "off") return 0;
  return Math.ceil(bytes / 65536) * 10 + (isLaidOut(preallocation) ? bytes : 0);
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
