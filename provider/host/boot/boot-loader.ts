/**
 * What boots a host, as the rest of the house knows it: its settings for Xen, what it boots by default, and a boot on trial, Xen once
 * and Linux again unless somebody proves Xen good. A folder for each; which one a host has is found by what lies on it
 * (boot-loaders.ts). Pure.
 *
 * A trial can end badly in several ways, and for each the boot loader or the trial's timer (trial-timer.ts) has an answer:
 *
 *   the hypervisor panics          it reboots by itself; the next boot is the default, Linux
 *   the entry cannot be loaded     the boot loader falls back to Linux
 *   dom0's kernel panics or finds  `panic=15` on its command line while on trial: it reboots, Linux
 *   no root
 *   dom0 runs, nobody reaches it   a timer armed beforehand reboots it: Linux
 *   dom0 hangs, or Xen does        a watchdog resets the machine (trial-words.ts): Linux. A Xen that hangs is reset by the machine's own
 *                                  alone, and only once dom0's systemd has begun to feed it
 *
 * All of it is armed before the reboot and removed when Xen is proven.
 */
import type { Answer, ShellText } from "../../shell";

export interface BootLoader {
  /** The beginning of the keys of its answer: `grub2`. */
  readonly name: string;
  /** Shell that says what there is of it on a host, and nothing where there is none. */
  readonly ask: ShellText;
  /** `undefined`: the host does not boot with it. @throws CommandError where it is there and does not answer. */
  readonly read: (answer: Answer) => SeenBoot | undefined;
}

/** Each word is one argument. */
export interface CommandLines {
  readonly hypervisorArgs: readonly string[];
  /** Without their quotes: `foo=a b` (kernel-arguments.ts). */
  readonly kernelArgs: readonly string[];
}

/** What Xen's menu entry needs of its host. */
export interface DesiredBoot extends CommandLines {
  /** The beginning of the version of the kernel that is to be dom0's; `undefined`: the newest that can be. */
  readonly kernelVersion: string | undefined;
}

/** `edited`: the settings differ. `regenerate`: the menu does not say yet what they say. */
export type SettingsDrift = "none" | "edited" | "regenerate";

/** The boot loader as it was seen on a host. */
export interface SeenBoot {
  /** For people: `GRUB`. */
  readonly program: string;
  /** What the host boots when nobody intervenes. */
  readonly boots: "xen" | "linux";
  /** It is told to boot something else once, or to watch over a trial. */
  readonly isTrialLeft: boolean;
  /** What our settings beside the menu say; `undefined`: there are none, or it has no such place. */
  readonly configured: CommandLines | undefined;
  /** What its menu would boot Xen with; `undefined`: it has no entry for Xen. */
  readonly menu: CommandLines | undefined;
  readonly drift: (desired: DesiredBoot) => SettingsDrift;
  /** What forbids a boot on trial, or to boot at all. Whole sentences with their remedy. */
  readonly faults: (boots: boolean) => string[];
  /** What it cannot hand over as it is desired. Whole sentences with their remedy. Absent: it hands over everything. */
  readonly argumentFaults?: (desired: DesiredBoot) => string[];

  /** Before packages are installed, so that a package's own settings do not win; `undefined`: none of ours could stand before it. */
  readonly writeSettings: ((desired: DesiredBoot) => ShellText) | undefined;
  /** Makes the menu say what is desired, where it does not. After the packages. */
  readonly makeMenu: (desired: DesiredBoot) => ShellText;
  /** Nothing happens before the next boot. `watch` runs between the proof that Linux comes back and the arming. */
  readonly armTrial: (desired: DesiredBoot, watch: ShellText) => ShellText;
  /** Whatever is left of a trial goes. */
  readonly endTrial: ShellText;
  /** From now on Xen boots by default. Only for a Xen that runs and is proven. */
  readonly makeXenDefault: (desired: DesiredBoot) => ShellText;
  /** From the next boot on plain Linux runs. */
  readonly makeLinuxDefault: ShellText;
  /** Takes our settings out; plain Linux is the default already. */
  readonly removeSettings: ShellText;
}
