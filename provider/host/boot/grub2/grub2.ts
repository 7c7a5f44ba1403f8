/** GRUB 2 as Debian sets it up, behind the contract of a boot loader: two drop-ins, a script and the environment block. Pure. */
import { CommandError } from "../../../errors";
import { type Answer, type ShellText, libraryText, lines, sh } from "../../../shell";
import { saidWord } from "../../owned-folder";
import { writeFile } from "../../rendered-file";
import type { BootLoader, DesiredBoot, SeenBoot, SettingsDrift } from "../boot-loader";
import { missingArguments } from "../hypervisor-arguments";
import { armTrial, endTrial, makeLinuxDefault, makeXenDefault } from "./boot-trial";
import {
  type GrubEntry,
  defaultEntry,
  defaultSetting,
  linuxEntry,
  parseGrubEntries,
  parseGrubEnvironment,
  xenEntry,
} from "./grub-config";
import { regenerateGrub } from "./grub-regenerate";
import {
  EARLY_DROP_IN,
  FALLBACK_SCRIPT,
  LATE_DROP_IN,
  TRIAL_VARIABLE,
  earlyDropIn,
  fallbackScript,
  lateInNormalForm,
  readLateDropIn,
  renderLateDropIn,
  restoredDropIn,
} from "./grub-settings";

/** What a host tells of its GRUB 2. */
export interface Grub2Facts {
  readonly early: string | undefined;
  readonly late: string | undefined;
  readonly fallback: string | undefined;
  readonly entries: readonly GrubEntry[];
  /** By grub-mkconfig, as the next menu will be: an image's first one may have been written by hand. */
  readonly isGenerated: boolean;
  readonly hasFallback: boolean;
  /** What the menu's `set default` says; absent where it says nothing. */
  readonly defaultSetting?: string | undefined;
  readonly environment: ReadonlyMap<string, string>;
  /** Where GRUB cannot write its environment block, for it lies on this: `lvm`, `btrfs`. */
  readonly unwritableOn: string | undefined;
  /** A script that puts Xen before plain Linux in the next menu: `/etc/grub.d/08_linux_xen`. */
  readonly earlyXenScript: string | undefined;
  /** What else forbids a trial with the next menu, whatever it says now (say-grub-scripts.sh). */
  readonly next?: {
    readonly hasLinux: boolean;
    readonly hasSubmenus: boolean;
    /** A file of settings that forbids the hypervisor to reboot. */
    readonly noReboot: string | undefined;
    /** A script whose entries wait for a password at each boot. */
    readonly locked?: string | undefined;
  };
}

export const grub2: BootLoader = {
  name: "grub2",
  ask: sh`if command -v update-grub >/dev/null 2>&1 && command -v grub-reboot >/dev/null 2>&1 && [ -d /boot/grub ]; then
  say grub2 yes
  say_file grub2.early ${EARLY_DROP_IN}
  say_file grub2.late ${LATE_DROP_IN}
  say_file grub2.fallback ${FALLBACK_SCRIPT}
  say_file grub2.cfg /boot/grub/grub.cfg
  say_cmd grub2.env grub-editenv list
  ${libraryText(__dirname, "say-grub-scripts.sh")}
  ${libraryText(__dirname, "grub-place.sh")}
else say grub2 no
fi`,
  read: (answer) => (saidWord(answer, "grub2", ["yes", "no"]) === "yes" ? seenGrub2(readGrub2(answer)) : undefined),
};

export function seenGrub2(facts: Grub2Facts): SeenBoot {
  const { environment } = facts;
  const xen = xenEntry(facts.entries);
  const byDefault = defaultEntry(facts.entries, facts.defaultSetting, environment);
  return {
    boots: byDefault?.hypervisorArgs === undefined ? "linux" : "xen",
    isTrialLeft: environment.has(TRIAL_VARIABLE) || (environment.get("next_entry") ?? "") !== "",
    configured: facts.late === undefined ? undefined : readLateDropIn(facts.late),
    menu:
      xen === undefined ? undefined : { hypervisorArgs: xen.hypervisorArgs ?? [], kernelArgs: xen.kernelArgs ?? [] },
    drift: (desired) => driftOf(facts, desired),
    faults: (boots) => (boots ? trialFaults(facts) : []),
    writeSettings,
    makeMenu: () => regenerateGrub,
    armTrial: (_desired, watch) => armTrial(watch),
    endTrial,
    makeXenDefault: () => makeXenDefault,
    makeLinuxDefault,
    removeSettings: lines([
      sh`rm -f ${[FALLBACK_SCRIPT, LATE_DROP_IN]}`,
      writeFile({ path: EARLY_DROP_IN, content: restoredDropIn, mode: "0644" }),
      sh`umask 022
update-grub`,
    ]),
  };
}

function driftOf(facts: Grub2Facts, { hypervisorArgs, kernelArgs }: DesiredBoot): SettingsDrift {
  const late = renderLateDropIn(hypervisorArgs, kernelArgs);
  const isLate = facts.late !== undefined && lateInNormalForm(facts.late) === lateInNormalForm(late);
  if (facts.early !== earlyDropIn || !isLate || facts.fallback !== fallbackScript) return "edited";
  const entry = xenEntry(facts.entries);
  const isGenerated =
    entry !== undefined &&
    facts.hasFallback &&
    missingArguments(hypervisorArgs, entry.hypervisorArgs ?? []).length === 0 &&
    kernelArgs.every((arg) => entry.kernelArgs?.includes(arg) === true);
  return isGenerated ? "none" : "regenerate";
}

function writeSettings({ hypervisorArgs, kernelArgs }: DesiredBoot): ShellText {
  return lines([
    writeFile({ path: EARLY_DROP_IN, content: earlyDropIn, mode: "0644" }),
    writeFile({ path: LATE_DROP_IN, content: renderLateDropIn(hypervisorArgs, kernelArgs), mode: "0644" }),
    writeFile({ path: FALLBACK_SCRIPT, content: fallbackScript, mode: "0755" }),
  ]);
}

/** What a menu must hold so that a failed trial comes back, seen in the menu of now: nobody wants to hear of it after the packages came. */
function trialFaults({ entries, isGenerated, unwritableOn, earlyXenScript, next }: Grub2Facts): string[] {
  const linux = linuxEntry(entries);
  const first = entries.find(({ index }) => index === 0);
  return [
    ...(unwritableOn === undefined
      ? []
      : [
          `/boot/grub lies on ${unwritableOn}, where GRUB cannot write its environment block: a boot on trial would not come back by itself. Give /boot a partition of its own with ext4.`,
        ]),
    ...(next?.hasLinux === false
      ? [
          "No script in /etc/grub.d makes menu entries of plain Linux, so a boot on trial would have nothing to come back to. Make /etc/grub.d/10_linux executable, and run update-grub.",
        ]
      : []),
    ...(next?.hasLinux !== false && (next?.hasSubmenus === false || (isGenerated && linux === undefined))
      ? [
          "GRUB's menu has no simple entry for plain Linux, so a boot on trial would have nothing to come back to. Remove GRUB_DISABLE_SUBMENU from /etc/default/grub where it is set, and run update-grub.",
        ]
      : []),
    ...(isGenerated && linux !== undefined && linux.index !== 0
      ? [
          `The first entry of GRUB's menu is ${first === undefined ? "not" : `"${first.title}", not`} plain Linux, and the first one is what GRUB falls back to. Rename the script in /etc/grub.d that makes it so that 10_linux comes first, and run update-grub.`,
        ]
      : []),
    ...(earlyXenScript === undefined || next?.hasLinux === false
      ? []
      : [
          `${earlyXenScript} puts Xen before plain Linux in GRUB's menu, and the first entry is what GRUB falls back to. ${earlyXenScript === "/etc/grub.d/20_linux_xen" ? "Rename the script that makes the entries of plain Linux to /etc/grub.d/10_linux" : "Rename it to /etc/grub.d/20_linux_xen"}.`,
        ]),
    ...(next?.locked === undefined
      ? []
      : [
          `GRUB's menu has a password (superusers), and the entries that ${next.locked} makes wait for it: neither Xen on trial nor plain Linux after it would come up by itself. Add --unrestricted to CLASS in ${next.locked}, and run update-grub.`,
        ]),
    ...(next?.noReboot === undefined
      ? []
      : [
          `${next.noReboot} gives the hypervisor the argument noreboot (or reboot=no), and one that panics in a trial must reboot. Remove it there, and run update-grub.`,
        ]),
  ];
}

// GRUB can read these, but not write a block of theirs in place (grub-reboot(8), "GRUB environment block").
const UNWRITABLE_FILE_SYSTEMS = ["btrfs", "zfs", "f2fs"];

/** Empty where there is none. */
function saidPath(answer: Answer, key: string): string | undefined {
  const path = answer.need(key).trim();
  return path === "" ? undefined : path;
}

function readGrub2(answer: Answer): Grub2Facts {
  if (answer.need("grub2.env.rc") !== "0") {
    throw new CommandError(`GRUB does not tell its environment: ${(answer.get("grub2.env.err") ?? "").trim()}`, {
      hint: "Look at what `grub-editenv list` says on the host.",
    });
  }
  const config = answer.get("grub2.cfg") ?? "";
  const abstraction = (answer.get("grub2.on") ?? "").trim();
  const fileSystem = (answer.get("grub2.fs") ?? "").trim();
  return {
    early: answer.get("grub2.early"),
    late: answer.get("grub2.late"),
    fallback: answer.get("grub2.fallback"),
    earlyXenScript: saidPath(answer, "grub2.early-xen"),
    next: {
      hasLinux: saidWord(answer, "grub2.linux", ["yes", "no"]) === "yes",
      hasSubmenus: saidWord(answer, "grub2.submenus", ["yes", "no"]) === "yes",
      noReboot: saidPath(answer, "grub2.no-reboot"),
      locked: saidPath(answer, "grub2.locked"),
    },
    entries: parseGrubEntries(config),
    isGenerated: /^### BEGIN \/etc\/grub\.d\/\S+ ###$/m.test(config),
    hasFallback: /^\s*set fallback=/m.test(config),
    defaultSetting: defaultSetting(config),
    environment: parseGrubEnvironment(answer.need("grub2.env")),
    unwritableOn:
      abstraction !== "" ? abstraction : UNWRITABLE_FILE_SYSTEMS.includes(fileSystem) ? fileSystem : undefined,
  };
}
