/**
 * A qcow2 image that shares another one: an overlay, which holds what differs, and its base, which nobody may change then. Path and format of
 * the base are always said and never probed: whoever may write a file's first bytes would choose what QEMU opens next. Shell text; pure.
 */
import { type Answer, type ShellText, libraryText, lines, sh } from "../../shell";
import { claimLock } from "../claim";
import { overlaysFunction } from "../image-overlays";
import { imageUsersFunction } from "../image-users";
import type { Backing, Place, StoredImage } from "./storage";

/** Says which base the head of the qcow2 image at $image names. */
export const observeBacking: ShellText = lines([
  overlaysFunction,
  sh`if [ -f "$image" ]; then
  backing=$(qcow2_backing "$image")
  if [ -n "$backing" ]; then
    say backing "$backing"
    base="\${backing#*"	"}"
    # Of a share that does not answer nobody knows.
    if ! { [ -n "\${lost_mounts:-}" ] && is_lost "$base"; } && [ ! -e "$base" ]; then say backing.gone yes; fi
  fi
fi`,
]);

/** Why an overlay cannot be used: what it shares is not there. */
export function lacksBase({ backing, isBaseGone }: StoredImage, path: string): string[] {
  return backing === undefined || isBaseGone !== true
    ? []
    : [
        `${backing.path}, which ${path} shares, is not on the host. Bring it back; without it ${path} holds only what differs.`,
      ];
}

/** What `observeBacking` said. Another format than ours is told as it is. */
export function readBacking(answer: Answer): Backing | undefined {
  const said = answer.get("backing")?.trimEnd();
  if (said === undefined || said === "") return undefined;
  const at = said.indexOf("\t");
  // Where the head names none, QEMU would probe: that is none of ours.
  return { format: (said.slice(0, at) || "probed") as Backing["format"], path: said.slice(at + 1) };
}

/** Makes the file $new, which holds nothing yet but what it shares. */
export function makeOverlay({ path, folder }: Place, bytes: number, backing: Backing): ShellText {
  return sh`(
${claimLock}
${imageUsersFunction}
${overlaysFunction}
image=${path} mark=${folder} base=${backing.path} base_format=${backing.format} want=${bytes}
${libraryText(__dirname, "begin-overlay.sh")}
)
rm -f "$new"
qemu-img create -q -f qcow2 -F ${backing.format} -b ${backing.path} "$new" ${bytes}`;
}

/** Ends the step where images read from $image; `what` would be done to it. Runs under the lock of claims. */
export function unlessShared(what: string): ShellText {
  return sh`${overlaysFunction}
overlays=$(image_overlays "$image")
overlays=$(printf '%s' "$overlays" | tr '\n' ' ')
[ -z "$overlays" ] || die "$image is shared by $overlays, which would be broken: it is not ${what}. Delete those first, or make them stand alone (qemu-img rebase -f qcow2 -b '' FILE)."`;
}

/** Why an image that others share stays as it is. */
export function isShared(path: string, overlays: readonly string[], what: string): string[] {
  return overlays.length === 0
    ? []
    : [
        `${path} is shared by ${overlays.join(", ")}, which would be broken: it is not ${what}. Delete those first, or make them stand alone (qemu-img rebase -f qcow2 -b '' FILE).`,
      ];
}
