/**
 * A qcow2 image that shares another one: an overlay, which holds what differs, and its base, which nobody may change then. Path and format of
 * the base are always said and never probed: whoever may write a file's first bytes would choose what QEMU opens next. Shell text; pure.
 */
import { type Answer, type ShellText, libraryText, lines, sh } from "../../shell";
import { claimLock } from "../claim";
import { overlaysFunction } from "../image-overlays";
import { imageUsersFunction } from "../image-users";
import { TRASH_SCRIPT } from "../trash/trash";
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

/** An image that reads from another one. */
export interface Overlay {
  readonly path: string;
  /** Of one that lies in the trash. */
  readonly trashId?: string;
}

/** Says which images read from $image, those in the trash apart from the others. overlaysFunction comes before. */
export const sayOverlays: ShellText = sh`overlays=$(image_overlays "$image")
say overlays "$(printf '%s\n' "$overlays" | overlays_outside)"
say overlays.kept "$(printf '%s\n' "$overlays" | overlays_kept)"`;

export function readOverlays(answer: Answer): Overlay[] {
  const lined = (key: string): string[] => (answer.get(key) ?? "").split("\n").filter((each) => each !== "");
  return [
    ...lined("overlays").map((path) => ({ path })),
    ...lined("overlays.kept").map((line) => ({
      trashId: line.slice(0, line.indexOf(" ")),
      path: line.slice(line.indexOf(" ") + 1),
    })),
  ];
}

/**
 * Ends the step where images read from $image; `what` would be done to it. `besides`: those in the trash are no hindrance. Runs under the lock
 * of claims.
 */
export function unlessShared(what: string, besides?: "trash"): ShellText {
  return sh`${overlaysFunction}
overlays=$(image_overlays "$image")
${besides === undefined ? sh`` : sh`overlays=$(printf '%s\n' "$overlays" | overlays_outside)`}
overlays=$(printf '%s' "$overlays" | tr '\n' ' ')
[ -z "$overlays" ] || die "$image is shared by $overlays, which would be broken: it is not ${what}. Delete those first, or make them stand alone (qemu-img rebase -f qcow2 -b '' FILE)."`;
}

/** Why an image that others share stays as it is. */
export function isShared(path: string, overlays: readonly Overlay[], what: "removed" | "grown" | "moved"): string[] {
  if (overlays.length === 0) return [];
  const kept = overlays.flatMap(({ trashId }) => (trashId === undefined ? [] : [trashId]));
  const remedies = [
    ...(kept.length < overlays.length
      ? ["Delete those first, or make them stand alone (qemu-img rebase -f qcow2 -b '' FILE)."]
      : []),
    ...(kept.length === 0
      ? []
      : [
          `Those in the trash come first: sh ${TRASH_SCRIPT} remove ID removes one for good, restore ID puts it back (${kept.join(", ")}).`,
        ]),
    ...(kept.length === overlays.length && what === "removed"
      ? ["Or set deleteAfterDays for this image too, and run up: then it lies in the trash beside them."]
      : []),
  ];
  return [
    `${path} is shared by ${overlays.map((each) => each.path).join(", ")}, which would be broken: it is not ${what}. ${remedies.join(" ")}`,
  ];
}
