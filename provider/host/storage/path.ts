/** What is at an image's path: the part that every storage asks and reads alike. Pure. */
import { type Answer, type ShellText, sh } from "../../shell";
import { confirmAbsence } from "../absence";
import { saidWord } from "../owned-folder";
import { observeMount, readMount } from "./mount";
import { VERIFIERS } from "../signature";
import { IMAGE_TYPES, type StoredImage } from "./storage";
import { wholeNumber } from "./whole-number";

const TOOLS = ["qemu-img", "curl", "wget", "python3", "losetup", "gzip", "xz", "zstd", ...VERIFIERS];

/** Needs $image and $mark. */
export const observePath: ShellText = sh`if [ -L "$image" ]; then say link yes; fi
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
${observeMount}
say_file mount "$mark/mount"
say_file made "$mark/made"
tools=
for tool in ${TOOLS}; do if command -v "$tool" >/dev/null 2>&1; then tools="$tools $tool"; fi; done
say tools "$tools"`;

export interface AtPath extends StoredImage {
  /** The first 32 bytes of a file, in hexadecimal digits. */
  readonly head: string;
}

export function readPath(answer: Answer): AtPath {
  const type = saidWord(answer, "type", IMAGE_TYPES);
  const [mounted = "", , , available = "", , ...mountPoint] = answer.need("df").trim().split(/\s+/);
  // Empty where the power was lost in earlier versions, which did not sync it.
  const [mountPointWhenMade, mountedWhenMade] = answer.get("mount")?.trim().split("\n").filter(Boolean) ?? [];
  const head = answer.get("head") ?? "";
  return {
    type,
    isLink: answer.get("link") !== undefined,
    sizeBytes: type === "file" || type === "block" ? wholeNumber(answer.need("size"), "size") : undefined,
    format: type === "block" ? "block" : type === "file" ? "raw" : undefined,
    looksLikeQcow2: beginsAsQcow2(head),
    identity: type === "file" ? answer.need("inode").trim() : undefined,
    isMade: type === "file" && answer.get("made")?.trim() === answer.need("inode"),
    mountPoint: mountPoint.join(" "),
    mountPointWhenMade,
    mounted,
    mountedWhenMade,
    folder: answer.need("folder"),
    obstacle: answer.get("obstacle"),
    freeBytes: wholeNumber(available, "df") * 1024,
    tools: answer.need("tools").trim().split(" "),
    deviceUse: (answer.get("use") ?? "").trim(),
    mount: readMount(answer),
    head,
  };
}

/** `QFI` and 0xfb. */
const QCOW2_HEAD = "514649fb";

export function beginsAsQcow2(head: string): boolean {
  return head.startsWith(QCOW2_HEAD);
}
