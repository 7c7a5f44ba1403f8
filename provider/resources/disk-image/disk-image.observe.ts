/** What the host says about an image, its folder and its users. Pure. */
import { OutputParseError } from "../../errors";
import { imageUsersFunction, type ImageUser, parseImageUsers } from "../../host/image-users";
import { confirmAbsence } from "../../host/absence";
import { type Claim, readClaim, readPhase, sayClaim, sayPhase } from "../../host/claim";
import { folderNameOf, ownedFolder, saidWord } from "../../host/owned-folder";
import { type Answer, type Question, libraryText, sh } from "../../shell";
import { type DiskImageInputs, type Image, type ImageFormat, sizeGiBOf } from "./disk-image.properties";

/** How far an image has come. `growing`: its users may not know its size yet. */
const PHASES = ["making", "growing", "ready"] as const;
export type ImagePhase = (typeof PHASES)[number];

const IMAGE_TYPES = ["absent", "file", "block", "other"] as const;

export interface ObservedImage {
  /** What is at the path now, links followed. `other`: a folder, a socket, … */
  readonly type: (typeof IMAGE_TYPES)[number];
  readonly isLink: boolean;
  /** What a guest sees, in bytes; `undefined` where nothing is. */
  readonly sizeBytes: number | undefined;
  /** As the file's head says, for an image declared qcow2; otherwise as declared. */
  readonly format: ImageFormat | undefined;
  /** A file declared raw that begins as a qcow2 image does: of one that we made, what its guest has written there. */
  readonly looksLikeQcow2: boolean;
  readonly claim: Claim | undefined;
  /** Of the claim; of an older mark, which tells none, what follows from the image. */
  readonly phase: ImagePhase | undefined;
  /** The file at the path is the one that we made: by its inode, written down before it took its name. */
  readonly isMade: boolean;
  /** SHA-256 of what it was made of, or `empty`; `undefined` where nobody wrote that down. */
  readonly madeOf: string | undefined;
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
  /** Stored configurations of guests that name it. */
  readonly configured: readonly ImageUser[];
  /** For block devices: where it is mounted, whether it is swap, what is stacked on it. Empty when free. */
  readonly deviceUse: string;
}

/** The image as the host shows it. */
export function imageOf(seen: ObservedImage, path: string): Image {
  const { format, sizeBytes, madeOf } = seen;
  return {
    path,
    format,
    sizeGiB: sizeBytes === undefined ? undefined : sizeGiBOf(sizeBytes),
    madeOf,
    declared: undefined,
  };
}

/** The image as saved inputs, completed ones, would have made it. */
export function asMade(inputs: DiskImageInputs): Image {
  const { path, format, sizeGiB, source } = inputs;
  return { path, format, sizeGiB, madeOf: source?.sha256 ?? "empty", declared: inputs };
}

/** Needs `image`, and the function image_users. */
export const awaitRelease = libraryText(__dirname, "await-release.sh");

const TOOLS = ["qemu-img", "curl", "wget", "python3", "losetup"];

/** Is what stands at the path ours, under our claim? While ours is only being made, it may have come from somebody else. */
export function isOurs({ isMade, phase }: Pick<ObservedImage, "isMade" | "phase">): boolean {
  return isMade || phase === "ready" || phase === "growing";
}

/** The back ends of a guest that has just ended let go of its images a moment later, on a busy host a minute: waits for that. */
export function releaseQuestion(path: string): Question<undefined> {
  return {
    about: `whether the disk image ${path} is let go`,
    script: sh`image=${path}
${imageUsersFunction}
${awaitRelease}`,
    read: () => undefined,
  };
}

/** `withUsers`: also who uses it or is configured to, which costs a look at every process. */
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
  say inode "$(stat -c %i "$image")"
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
${sayClaim(sh`"$mark"`)}
${sayPhase(sh`"$mark"`)}
say_file mount "$mark/mount"
say_file made "$mark/made"
say_file made.of "$mark/made-of"
tools=
for tool in ${TOOLS}; do if command -v "$tool" >/dev/null 2>&1; then tools="$tools $tool"; fi; done
say tools "$tools"
${withUsers ? sh`say users "$(image_users "$image")"; say configured "$(image_configured "$image")"` : sh``}`,
    read: (answer) => readImage(answer, format),
  };
}

/** `QFI` and 0xfb. */
const QCOW2_HEAD = "514649fb";

function readImage(answer: Answer, declared: ImageFormat): ObservedImage {
  const type = saidWord(answer, "type", IMAGE_TYPES);
  const head = answer.get("head") ?? "";
  const claim = readClaim(answer);
  const isOldMark = claim !== undefined && claim.id === undefined;
  const length = type === "file" || type === "block" ? wholeNumber(answer.need("size"), "size") : undefined;
  const [, , , available = "", , ...mountPoint] = answer.need("df").trim().split(/\s+/);
  // Only an image declared qcow2 is looked into: a raw one is raw whatever the guest has written to its first sector.
  const beginsSo = type === "file" && head.startsWith(QCOW2_HEAD);
  const isQcow2 = beginsSo && declared === "qcow2";
  return {
    type,
    isLink: answer.get("link") !== undefined,
    sizeBytes: isQcow2 ? qcow2Size(head) : length,
    format: type === "block" ? "block" : type !== "file" ? undefined : isQcow2 ? "qcow2" : "raw",
    looksLikeQcow2: beginsSo && !isQcow2,
    claim,
    phase: readPhase(answer, PHASES) ?? (isOldMark ? (type === "absent" ? "making" : "ready") : undefined),
    isMade: type === "file" && answer.get("made")?.trim() === answer.need("inode"),
    madeOf: answer.get("made.of")?.trim(),
    mountPoint: mountPoint.join(" "),
    mountPointWhenMade: answer.get("mount")?.trim(),
    folder: answer.need("folder"),
    obstacle: answer.get("obstacle"),
    freeBytes: wholeNumber(available, "df") * 1024,
    tools: answer.need("tools").trim().split(" "),
    users: parseImageUsers(answer.get("users") ?? ""),
    configured: parseImageUsers(answer.get("configured") ?? ""),
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
