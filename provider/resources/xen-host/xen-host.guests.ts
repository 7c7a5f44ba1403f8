/**
 * The guests of a host that is to be rebooted: how they are taken down and come back, what forbids that, and the steps. What runs
 * counts, whosever it is. Pure.
 */
import { InvariantError } from "../../errors";
import { shown } from "../../property";
import { type ShellText, type Step, libraryText, sh } from "../../shell";
import { type RunningGuest, TOOLSTACK_FILE } from "../../toolstack";
import { SAVE_FOLDER } from "../../xen";
import type { DownGuest, GuestFile, GuestWays } from "./xen-host.guest-ways";
import type { ObservedHost } from "./xen-host.observe";
import type { XenHostInputs } from "./xen-host.properties";

/** Where the guest comes from again: a file in /etc/xen that has its uuid, or one that xendomains starts under its name. */
function fileOf({ uuid, name }: RunningGuest, { files, xendomains }: GuestWays): string | undefined {
  const isAuto = ({ path }: GuestFile): boolean => path.startsWith("/etc/xen/auto/");
  const own = files.filter((file) => file.uuid === uuid);
  const named = files.filter((file) => file.uuid === undefined && file.name === name && isAuto(file));
  return (own[0] ?? (xendomains.isAtBoot ? named[0] : undefined))?.path;
}

/** How the running guests are taken down for a boot. */
export function guestsToTakeDown({ xen, guestWays }: ObservedHost, { onHostReboot }: XenHostInputs): DownGuest[] {
  if (xen === undefined || (onHostReboot !== "save" && onHostReboot !== "shutdown")) return [];
  return xen.guests.flatMap((guest): DownGuest[] => {
    const { uuid, name } = guest;
    const ways = waysOf(guestWays);
    if (onHostReboot === "save") return [{ uuid, how: "save", name, file: `${saveFolder(ways)}/${name}` }];
    const file = fileOf(guest, ways);
    return file === undefined ? [] : [{ uuid, how: "shutdown", name, file }];
  });
}

function saveFolder({ xendomains }: GuestWays): string {
  return xendomains.save === "" ? SAVE_FOLDER : xendomains.save;
}

/** xl writes all of a guest's memory, and its record; 4.17 wrote 202 MB for 192 MiB. */
const savedMiB = (guests: readonly RunningGuest[]): number =>
  guests.reduce((sum, { memoryMiB }) => sum + Math.ceil(memoryMiB * 1.05) + 8, 0);

/** What forbids that we reboot it, whole sentences with their remedy. */
export function guestFaults({ xen, guestWays }: ObservedHost, inputs: XenHostInputs): string[] {
  const { onHostReboot = "refuse" } = inputs;
  const guests = xen?.guests ?? [];
  if (guests.length === 0) return [];
  if (onHostReboot === "refuse")
    return [
      `Guests run on it (${names(guests)}), and a reboot takes them down. Set onHostReboot to "save" (their memory is written to disk and restored) or "shutdown" (they boot again), or shut them down first.`,
    ];
  const unbuilt = guests.filter(({ isUnbuilt, name }) => isUnbuilt || /\s/.test(name));
  if (unbuilt.length > 0) return [`${names(unbuilt)} is just being created or restored. Run up again when it runs.`];
  const ways = waysOf(guestWays);
  const installing = guests.filter(({ uuid }) => ways.unfinished.includes(uuid));
  return [
    // A save would lose the configuration with which it is to boot once it is installed (docs/install.md).
    ...(installing.length === 0
      ? []
      : [`${names(installing)} is being installed. Wait for its end, and run up again.`]),
    ...(onHostReboot === "save" ? saveFaults(guests, ways) : shutdownFaults(guests, ways)),
    ...roomFaults(xen, inputs),
  ];
}

/** What dom0 has more after the reboot, its guests have less: they would not all come back. */
function roomFaults(xen: ObservedHost["xen"], { dom0, secretProperties = [] }: XenHostInputs): string[] {
  const size = dom0?.memoryMiB;
  if (xen === undefined || size === undefined || size <= xen.dom0MemoryMiB + xen.freeMemoryMiB) return [];
  const most = xen.dom0MemoryMiB + xen.freeMemoryMiB;
  const needed = xen.guests.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
  return [
    `With ${shown(size, { secret: secretProperties.includes("dom0") })} MiB for dom0, not all of its guests come back after the reboot: ${names(xen.guests)} have ${needed} MiB of memory now, which leaves ${most} MiB for dom0. Set dom0.memoryMiB to ${most} or less, or shut a guest down that is not to come back.`,
  ];
}

function names(guests: readonly RunningGuest[]): string {
  return new Intl.ListFormat("en-GB").format(guests.map(({ name }) => name));
}

/** A refresh does not ask for them; what it saw must never pass for a host whose guests nothing endangers. */
function waysOf(ways: GuestWays | undefined): GuestWays {
  if (ways === undefined) throw new InvariantError("Guests run, and how they survive a reboot was not asked.");
  return ways;
}

function saveFaults(guests: readonly RunningGuest[], ways: GuestWays): string[] {
  const { xendomains, saved, saveFreeMiB } = ways;
  const folder = saveFolder(ways);
  const needed = savedMiB(guests);
  const stale = guests.filter(({ name }) => saved.includes(name)).map(({ name }) => `${folder}/${name}`);
  return [
    ...(xendomains.isAtBoot && (!xendomains.restores || xendomains.save === "")
      ? [
          `Its xendomains starts guests at boot without restoring saved ones (XENDOMAINS_SAVE or XENDOMAINS_RESTORE in its settings), so a saved guest could be started twice. Set XENDOMAINS_RESTORE=true and XENDOMAINS_SAVE=${SAVE_FOLDER} there, or onHostReboot to "shutdown".`,
        ]
      : []),
    ...(saveFreeMiB < needed
      ? [
          `${folder} has ${saveFreeMiB} MiB free; saving ${guests.length} guests needs ${needed} MiB. Make room there, or set onHostReboot to "shutdown".`,
        ]
      : []),
    ...(stale.length === 0
      ? []
      : [
          `${stale.join(" and ")} is there already, an older memory of a guest that runs. Restore or remove it by hand first.`,
        ]),
  ];
}

function shutdownFaults(guests: readonly RunningGuest[], ways: GuestWays): string[] {
  const lost = guests.filter((guest) => fileOf(guest, ways) === undefined);
  return lost.length === 0
    ? []
    : [
        `Nothing would start ${names(lost)} again after a reboot: no file in /etc/xen has its uuid, and xendomains starts none of its name. Put its configuration into /etc/xen/auto, or set onHostReboot to "save".`,
      ];
}

const functions = (folder: string): ShellText => sh`. "$JOB_FILES"/${TOOLSTACK_FILE}
guests=${folder}/guests
${libraryText(__dirname, "guests.sh")}`;

const lineOf = ({ uuid, how, name, file }: DownGuest): string => `${uuid} ${how} ${name} ${file}`;

/** Before the reboot of a host that runs Xen. Where a guest stays, those that went come back, and `endTrial` is done. */
export function takeDownStep(folder: string, down: readonly DownGuest[], endTrial: ShellText): Step {
  const names = down.map(({ name, how }) => `${how === "save" ? "save" : "shut down"} ${name}`).join(", ");
  return {
    name: "take-guests-down",
    title: names === "" ? "see that no guest runs" : names,
    effect: "reboot",
    script: sh`${functions(folder)}
if [ -f "$guests" ]; then waited=$(awk '{ print $1 }' "$guests" | tr '\n' ' '); fi
# On the disk before the first guest goes.
list=$(mktemp)
printf '%s' ${down.map((guest) => `${lineOf(guest)}\n`).join("")} >"$list"
install_file "$list" "$guests" 0600
rm -f "$list"
guests_down || :
if [ -z "$problem" ]; then
  others=$(other_guests) || complain "$toolstack does not answer."
  [ -z "\${others:-}" ] || complain "These guests were started since it was looked at: $(echo "$others" | tr '\n' ' ')."
fi
if [ -n "$problem" ]; then
  why=$problem
  guests_back || why="$why $problem"
  ( ${endTrial} ) || why="$why The trial could not be ended: the next boot may be one on trial."
  die "The host was not rebooted. $why The boot menu has the new arguments, which are not proven."
fi`,
  };
}

/** After a boot of Xen: whatever a reboot took down and xendomains did not bring back. */
export function bringBackStep(folder: string): Step {
  return {
    name: "bring-guests-back",
    title: "bring the guests back that a reboot took down",
    effect: "live",
    script: sh`${functions(folder)}
await_xendomains || die "The host's xendomains has been starting guests for ten minutes. Run up again."
if [ -e "$guests" ]; then
  guests_back || die "Not all guests are back after the reboot. $problem"
fi`,
  };
}
