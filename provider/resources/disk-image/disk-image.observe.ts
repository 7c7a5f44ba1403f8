/** What the host says about an image, its folder and its users. Pure. */
import { OutputParseError } from "../../errors";
import { imageUsersFunction, type ImageUser, parseImageUsers } from "../../host/image-users";
import { confirmAbsence } from "../../host/absence";
import { folderNameOf, ownedFolder, readMark, saidWord, sayMark } from "../../host/owned-folder";
import { type Answer, type Question, sh } from "../../shell";
import type { ImageFormat } from "./disk-image.schema";

const IMAGE_TYPES = ["absent", "file", "block", "other"] as const;

export interface ObservedImage {
  /** What is at the path now, links followed. `other`: a folder, a socket, … */
  readonly type: (typeof IMAGE_TYPES)[number];
  readonly isLink: boolean;
  /** What a guest sees, in bytes; `undefined` where nothing is. */
  readonly sizeBytes: number | undefined;
  /** As the file's head says, for an image declared qcow2; otherwise as declared. */
  readonly format: ImageFormat | undefined;
  /** Our mark stands. */
  readonly isOurs: boolean;
  /** The mount point that holds the path, and the one that held it when the image was made. */
  readonly mountPoint: string;
  readonly mountPointWhenMade: string | undefined;
  /** The nearest folder above that exists. */
  readonly folder: string;
  /** Something that is no folder stands in the path's way. */
  readonly obstacle: string | undefined;
  readonly freeBytes: number;
  /** Programs that are there, of those we may need. */
  readonly tools: readonly string[];
  readonly users: readonly ImageUser[];
  /** For block devices: where it is mounted, whether it is swap, what is stacked on it. Empty when free. */
  readonly deviceUse: string;
}

const TOOLS = ["qemu-img", "curl", "wget", "python3", "losetup"];

/** `withUsers`: also who uses it, which costs a look at every process. */
export function imageQuestion(path: string, format: ImageFormat, withUsers: boolean): Question<ObservedImage> {
  const mark = ownedFolder("disk-image", folderNameOf(path));
  return {
    about: `the disk image ${path}`,
    script: sh`image=${path} mark=${mark}
${withUsers ? imageUsersFunction : sh``}
if [ -L "$image" ]; then say link yes; fi
if [ -b "$image" ]; then
  say type block
  uses=$(mktemp)
  say size "$(blockdev --getsize64 "$image")"
  device=$(readlink -f -- "$image")
  for part in "/sys/class/block/\${device##*/}" "/sys/class/block/\${device##*/}/\${device##*/}"*; do
    [ -f "$part/dev" ] || continue
    awk -v d="$(cat "$part/dev")" '$3 == d { print "mounted at " $5 }' /proc/self/mountinfo
    awk -v d="/dev/\${part##*/}" '$1 == d { print "swap" }' /proc/swaps
    ls "$part/holders" 2>/dev/null
  done >"$uses"
  say use "$(sort -u "$uses" | tr '\n' ' ')"; rm -f "$uses"
elif [ -f "$image" ]; then
  say type file
  say size "$(stat -L -c %s "$image")"
  say head "$(od -An -v -tx1 -N 32 "$image" | tr -d ' \n')"
elif [ -e "$image" ] || [ -L "$image" ]; then say type other
else
  ${confirmAbsence(sh`"$image"`)}
  say type absent
fi
folder=$(dirname "$image")
while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
say folder "$folder"
[ -d "$folder" ] || say obstacle "$folder"
say df "$(df -Pk "$folder" | tail -n 1)"
${sayMark(sh`"$mark"`)}
say_file mount "$mark/mount"
tools=
for tool in ${TOOLS}; do if command -v "$tool" >/dev/null 2>&1; then tools="$tools $tool"; fi; done
say tools "$tools"
${withUsers ? sh`say users "$(image_users "$image")"` : sh``}`,
    read: (answer) => readImage(answer, format),
  };
}

function readImage(answer: Answer, declared: ImageFormat): ObservedImage {
  const type = saidWord(answer, "type", IMAGE_TYPES);
  const head = answer.get("head") ?? "";
  const length = type === "file" || type === "block" ? wholeNumber(answer.need("size"), "size") : undefined;
  const [, , , available = "", , ...mountPoint] = answer.need("df").trim().split(/\s+/);
  // Only an image declared qcow2 is looked into: a raw one is raw whatever the guest has written to its first sector.
  const isQcow2 = type === "file" && declared === "qcow2" && head.startsWith("514649fb");
  return {
    type,
    isLink: answer.get("link") !== undefined,
    sizeBytes: isQcow2 ? qcow2Size(head) : length,
    format: type === "block" ? "block" : type !== "file" ? undefined : isQcow2 ? "qcow2" : "raw",
    isOurs: readMark(answer),
    mountPoint: mountPoint.join(" "),
    mountPointWhenMade: answer.get("mount")?.trim(),
    folder: answer.need("folder"),
    obstacle: answer.get("obstacle"),
    freeBytes: wholeNumber(available, "df") * 1024,
    tools: answer.need("tools").trim().split(" "),
    users: parseImageUsers(answer.get("users") ?? ""),
    deviceUse: (answer.get("use") ?? "").trim(),
  };
}

/** Bytes 24 to 31 of the head, big-endian (qemu's docs/interop/qcow2): needs no qemu-img, which locks. */
function qcow2Size(head: string): number {
  const size = Number.parseInt(head.slice(48, 64), 16);
  if (head.length < 64 || !Number.isSafeInteger(size))
    throw new OutputParseError(`The head of a qcow2 image is cut short or broken: ${head}`);
  return size;
}

function wholeNumber(text: string, what: string): number {
  const number = Number(text.trim());
  if (text.trim() === "" || !Number.isSafeInteger(number))
    throw new OutputParseError(`The host's answer to "${what}" is no number: ${text}`);
  return number;
}
