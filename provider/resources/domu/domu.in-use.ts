/** Who else has what a guest is about to take: its name, uuid, addresses or disks. Pure. */
import { lostMounts } from "../../host/lost-mounts";
import { ROOT_FOLDER } from "../../host/owned-folder";
import { imageUsersFunction } from "../../host/image-users";
import { overlaysFunction } from "../../host/image-overlays";
import { type Question, type ShellText, sh } from "../../shell";
import type { Toolstack } from "../../toolstack";
import { isDevice, isWritten } from "./domu.disks";
import { type Guest, powerStateOf } from "./domu.guest";
import { claimFolder } from "./domu.observe";
import { configPath, guestFolder } from "./domu.place";
import type { GuestChange } from "./domu.plan";
import type { DomUInputs } from "./domu.properties";

/** A job's file with `wantedOf`; it may be secret. */
export const IN_USE_FILE = "in-use.json";

interface Wanted {
  readonly uuid: string | undefined;
  readonly name: string;
  readonly owner: string;
  readonly file: string;
  readonly macs: readonly string[];
  readonly disks: readonly { readonly path: string; readonly mode: "w" | "r"; readonly raw: boolean }[];
  readonly root: string;
  readonly known: boolean;
}

/** For the toolstack's inUse. It is asked before anything is touched and, under the lock of all claims, in the step. */
export function wantedOf(
  { name, uuid, owner = "", vifs = [], disks = [], powerState }: DomUInputs,
  { isKnown }: { readonly isKnown: boolean },
): Wanted {
  // A guest that only goes down takes nothing: that somebody else has its disk must not keep it up.
  const takes = !(isKnown && powerState === "stopped");
  return {
    uuid,
    name,
    owner,
    file: configPath(name),
    macs: takes ? vifs.flatMap(({ mac }) => (mac === undefined ? [] : [mac])) : [],
    disks: takes
      ? disks.map(({ path, mode, format = "raw" }) => ({ path, mode: mode ?? "w", raw: format === "raw" }))
      : [],
    root: ROOT_FOLDER,
    known: isKnown,
  };
}

/** The inputs that `wantedOf` uses: a change of another property takes nothing. */
const TAKEN: readonly string[] = ["name", "uuid", "disks", "vifs"];

/** Will a guest that exists have what it has not now: another name, address or disk, or all of it since it is built? */
export function takesMore(guest: Guest, changes: readonly GuestChange[], inputs: DomUInputs): boolean {
  const state = powerStateOf(guest);
  return (
    (state === "stopped" && inputs.powerState !== "stopped") ||
    // Also of a file that is another guest's, or gone: it is about to be written.
    guest.file?.uuid !== inputs.uuid ||
    [guest.name, guest.domain?.name ?? guest.name].some((name) => name !== inputs.name) ||
    changes.some(
      ({ property, effect }) => effect === "restart" || TAKEN.includes(property.split(/[.[]/, 1)[0] ?? property),
    )
  );
}

/** The disks that the guest would write to, a line each: a file of the job, since a path may be secret. */
export const WRITTEN_FILE = "written-disks";

export function writtenDisks({ disks = [] }: DomUInputs): string {
  const written = disks.filter((disk) => isWritten(disk) && !isDevice(disk));
  return written.map(({ path }) => `${path}\n`).join("");
}

/**
 * Prints a sentence for each disk on stdin that other images share: what the guest writes would break those, without a word
 * (provider/host/library/image-overlays.sh). For a command substitution.
 */
export const sharedDisks: ShellText = sh`${imageUsersFunction}
${overlaysFunction}
while IFS= read -r disk; do
  overlays=$(image_overlays "$disk" </dev/null | tr '\n' ' ')
  [ -z "$overlays" ] || echo "$disk is shared by $overlays, which would be broken by what this guest writes. Give it another image, or this one read only (mode: \"r\")."
done`;

/** A sentence for each. */
export function whoElseHas(
  on: Toolstack,
  inputs: DomUInputs,
  known: { readonly isKnown: boolean },
): Question<readonly string[]> {
  const { name, uuid } = inputs;
  return {
    about: `who else has what the guest ${name} takes`,
    script: sh`uuid=${uuid ?? ""} guest=${name} folder=${guestFolder(uuid)} older=
${claimFolder}
${lostMounts}
in_use=$(printf '%s' ${JSON.stringify(wantedOf(inputs, known))} | LOST_MOUNTS=$lost_mounts ${on.python} -c ${on.inUse} "$folder")
shared=$(printf %s ${writtenDisks(inputs)} | { ${sharedDisks}
})
say inUse "$in_use
$shared"`,
    read: (answer) =>
      answer
        .need("inUse")
        .split("\n")
        .filter((sentence) => sentence !== ""),
  };
}
