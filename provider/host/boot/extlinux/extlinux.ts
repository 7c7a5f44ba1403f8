/**
 * extlinux (syslinux 6.04) as Alpine sets it up, behind the contract of a boot loader: entries of ours in a file of /etc/update-extlinux.d,
 * and the boot once that extlinux itself keeps in ldlinux.sys. It forgets that before it boots it; where the entry cannot be loaded, it
 * goes on to its menu, whose default is plain Linux (both seen with Xen 4.17). Shell text; pure.
 */
import { CommandError } from "../../../errors";
import { type Answer, type ShellText, libraryText, lines, sh } from "../../../shell";
import { saidWord } from "../../owned-folder";
import { when } from "../../when";
import type { BootLoader, CommandLines, DesiredBoot, SeenBoot, SettingsDrift } from "../boot-loader";
import { missingArguments } from "../hypervisor-arguments";
import { kernelArgument, kernelWords } from "../kernel-arguments";
import { chooseTrialWords } from "../trial-words";
import {
  type ExtlinuxEntry,
  type ExtlinuxMenu,
  type XenEntry,
  defaultOf,
  parseExtlinuxMenu,
  xenOf,
} from "./extlinux-conf";

/** What a host tells of its extlinux. */
export interface ExtlinuxFacts {
  readonly menu: ExtlinuxMenu;
  /** Our entries, as they stand in their own file. */
  readonly entries: ExtlinuxMenu | undefined;
  /** What is booted once; `undefined`: ldlinux.sys has no place for it. */
  readonly once: string | undefined;
  /** update-extlinux may change the menu. */
  readonly overwrites: boolean;
  /** Where it cannot write what is booted once, or would write one half of a mirror: `md`, `btrfs`. */
  readonly unwritableOn: string | undefined;
}

const XEN = "pulumi-xen";
const TRIAL = "pulumi-xen-trial";

const reading = libraryText(__dirname, "extlinux-functions.sh");
const writing = lines([reading, libraryText(__dirname, "write-entries.sh")]);

export const extlinux: BootLoader = {
  name: "extlinux",
  ask: lines([reading, libraryText(__dirname, "say-extlinux.sh")]),
  read: (answer) =>
    saidWord(answer, "extlinux", ["yes", "no"]) === "yes" ? seenExtlinux(readExtlinux(answer)) : undefined,
};

export function seenExtlinux(facts: ExtlinuxFacts): SeenBoot {
  const { menu, once } = facts;
  const xen = ownXen(menu);
  return {
    program: "extlinux",
    boots: xenOf(defaultOf(menu.entries)) === undefined ? "linux" : "xen",
    isTrialLeft: (once ?? "") !== "" || menu.entries.some(({ label }) => label === TRIAL),
    configured: configuredOf(facts),
    menu: xen === undefined ? undefined : { hypervisorArgs: xen.hypervisorArgs, kernelArgs: xen.kernelArgs },
    drift: (desired) => driftOf(facts, desired),
    faults: (boots) => [...menuFaults(facts), ...(boots ? trialFaults(facts) : [])],
    argumentFaults,
    writeSettings: undefined,
    makeMenu: (desired) => written("menu", desired),
    armTrial: (desired, watch) =>
      lines([
        chooseTrialWords,
        written("trial", desired),
        libraryText(__dirname, "prove-linux.sh"),
        watch,
        libraryText(__dirname, "arm-trial.sh"),
      ]),
    endTrial: lines([writing, endTrial]),
    makeXenDefault: (desired) =>
      lines([
        written("xen", desired),
        sh`[ "$(default_label)" = ${XEN} ] || die "extlinux's menu did not take Xen as the default; it says $(default_label)."
echo "Xen boots by default: $(default_label)"`,
      ]),
    makeLinuxDefault: lines([
      writing,
      endTrial,
      sh`keep_entries '/^  MENU DEFAULT$/d'
echo "by default boots: $(default_label)"`,
    ]),
    removeSettings: lines([
      writing,
      sh`if [ -e "$entries" ]; then
  rm -f "$entries"
  make_menu
fi`,
    ]),
  };
}

/** Ours for the trial is the last of our entries. */
const endTrial = sh`boot_nothing_once
keep_entries ${`/^LABEL ${TRIAL}$/,$d`}`;

function written(
  mode: "menu" | "trial" | "xen",
  { hypervisorArgs, kernelArgs, kernelVersion = "" }: DesiredBoot,
): ShellText {
  const kernel = kernelArgs.map(kernelArgument).join(" ");
  return lines([writing, sh`write_entries ${mode} ${hypervisorArgs.join(" ")} ${kernel} ${kernelVersion}`]);
}

function ownXen({ entries }: ExtlinuxMenu): XenEntry | undefined {
  return xenOf(entries.find(({ label }) => label === XEN));
}

/** Beside the arguments of plain Linux. */
function configuredOf({ menu, entries }: ExtlinuxFacts): CommandLines | undefined {
  const own = entries === undefined ? undefined : ownXen(entries);
  if (own === undefined) return undefined;
  const linux = kernelWords(sourceOf(menu, own)?.append ?? "");
  return { hypervisorArgs: own.hypervisorArgs, kernelArgs: own.kernelArgs.filter((word) => !linux.includes(word)) };
}

/** The entry of plain Linux with the same kernel. */
function sourceOf({ entries }: ExtlinuxMenu, own: XenEntry): ExtlinuxEntry | undefined {
  return entries.find(({ kernel }) => kernel === own.kernel);
}

/** Ours differ from what is desired, or from the arguments of plain Linux, out of which they are made; or the menu has not taken them over. */
function driftOf({ menu, entries }: ExtlinuxFacts, desired: DesiredBoot): SettingsDrift {
  const own = entries === undefined ? undefined : ownXen(entries);
  const source = own === undefined ? undefined : sourceOf(menu, own);
  if (own === undefined || source === undefined) return "edited";
  const kernel = [...kernelWords(source.append), ...desired.kernelArgs];
  const isAsDesired =
    isSame(own.kernelArgs, kernel) &&
    own.hypervisorArgs.length === new Set(desired.hypervisorArgs).size &&
    missingArguments(desired.hypervisorArgs, own.hypervisorArgs).length === 0;
  if (!isAsDesired) return "edited";
  const made = ownXen(menu);
  const isMade =
    made !== undefined && isSame(made.kernelArgs, kernel) && isSame(made.hypervisorArgs, own.hypervisorArgs);
  return isMade ? "none" : "regenerate";
}

/** In any order. */
function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.every((word) => b.includes(word)) && b.every((word) => a.includes(word));
}

/** mboot.c32 takes its line apart at blanks and puts it together with one each (seen with 6.04); `---` begins the next file. */
function argumentFaults({ hypervisorArgs, kernelArgs }: DesiredBoot): string[] {
  // Without the values, which may be secrets.
  const hasBlanks = kernelArgs.some((word) => /^ | {2}| $/.test(word.replace(/^[^=]*=/, "")));
  const hasDashes = [...hypervisorArgs, ...kernelArgs].some((word) => word.split(" ").includes("---"));
  return [
    ...when(
      hasBlanks,
      "An argument of kernelArgs has a value with several blanks in a row, or with one at its beginning or end, and extlinux hands over single ones between words alone. Take the others out.",
    ),
    ...when(
      hasDashes,
      "hypervisorArgs or kernelArgs has the word ---, which for extlinux ends the arguments of a file. Remove it.",
    ),
  ];
}

/** What keeps the menu from being made, or from ever booting Linux. */
function menuFaults({ menu, overwrites }: ExtlinuxFacts): string[] {
  return [
    ...when(
      !menu.isGenerated,
      "/boot/extlinux.conf was not made by update-extlinux, which would write another in its place. Put your own entries into a file of /etc/update-extlinux.d and your settings into /etc/update-extlinux.conf, and run update-extlinux.",
    ),
    ...when(
      !overwrites,
      "/etc/update-extlinux.conf keeps update-extlinux from changing the boot menu. Set overwrite=1 there.",
    ),
    ...when(
      !menu.entries.some(({ kernel }) => kernel !== undefined),
      "extlinux's menu (/boot/extlinux.conf) has no entry for plain Linux: a boot of Xen on trial would not come back. Install a kernel, and run update-extlinux.",
    ),
  ];
}

/** What keeps a failed trial from coming back. The default has to be named: once Xen is installed, update-extlinux puts an entry for it first. */
function trialFaults({ menu, once, unwritableOn }: ExtlinuxFacts): string[] {
  const others = menu.entries.filter(({ label }) => label !== XEN && label !== TRIAL);
  const named = others.findLast(({ isDefault }) => isDefault);
  const says =
    named === undefined ? "names no default entry" : `has ${named.label} as its default, which is not plain Linux`;
  return [
    ...when(
      unwritableOn !== undefined,
      `/boot lies on ${unwritableOn ?? ""}, which extlinux cannot write safely: a boot on trial would not come back by itself. Give /boot a partition of its own with ext4.`,
    ),
    ...when(
      once === undefined,
      "/boot/ldlinux.sys has no place for what is booted once. Install extlinux there again: extlinux --install /boot.",
    ),
    ...when(
      menu.timeout === 0,
      "extlinux's menu waits for somebody at each boot (TIMEOUT 0), so that neither Xen on trial nor plain Linux after it would come up by itself. Set timeout=1 in /etc/update-extlinux.conf, and run update-extlinux.",
    ),
    ...when(
      others.some(({ kernel }) => kernel !== undefined) && named?.kernel === undefined,
      `extlinux's menu ${says}: a boot on trial would have nothing to come back to. Set default in /etc/update-extlinux.conf to the label of a Linux, such as lts, and run update-extlinux.`,
    ),
  ];
}

function readExtlinux(answer: Answer): ExtlinuxFacts {
  const text = answer.get("extlinux.conf");
  if (text === undefined) {
    throw new CommandError("extlinux's menu cannot be read.", { hint: "Look at /boot/extlinux.conf on the host." });
  }
  const entries = answer.get("extlinux.entries");
  const place = answer.need("extlinux.on").trim();
  return {
    menu: parseExtlinuxMenu(text),
    entries: entries === undefined ? undefined : parseExtlinuxMenu(entries),
    once: answer.need("extlinux.once.rc") === "0" ? answer.need("extlinux.once").trim() : undefined,
    overwrites: answer.need("extlinux.overwrite").trim() === "1",
    unwritableOn: place === "" ? undefined : place,
  };
}
