/**
 * GRUB legacy (0.97), as EL 6 has it, behind the contract of a boot loader. It has no settings beside its menu, so an entry of ours
 * stands at the menu's end. Boots once by `default saved` and `savedefault NUMBER` (seen with Xen 4.17: entry 1 boots once, then
 * entry 0; a missing hypervisor falls back at once). Shell text; pure.
 */
import { CommandError } from "../../../errors";
import { type Answer, type ShellText, anyPython, libraryText, lines, sh } from "../../../shell";
import { saidWord } from "../../owned-folder";
import type { BootLoader, DesiredBoot, SeenBoot, SettingsDrift } from "../boot-loader";
import { missingArguments, splitArguments } from "../hypervisor-arguments";
import { kernelArgument, kernelWords } from "../kernel-arguments";
import { TRIAL_WORDS, chooseTrialWords } from "../trial-words";

/** What a host tells of its menu: the facts of menu-facts.py by their keys. */
export interface GrubLegacyFacts {
  readonly menu: ReadonlyMap<string, string>;
  /** Where GRUB cannot write in place, or would write one half of a mirror: `md`, `btrfs`. */
  readonly unwritableOn: string | undefined;
}

const reading = sh`menu_trial=${TRIAL_WORDS.join(" ")}
menu_program=${libraryText(__dirname, "menu.py")}
menu_reader=${libraryText(__dirname, "menu-facts.py")}
menu_interpreter=${anyPython}
${libraryText(__dirname, "menu-functions.sh")}`;
const writing = sh`${reading}
menu_writer=${libraryText(__dirname, "menu-write.py")}
${libraryText(__dirname, "write-menu.sh")}`;

export const grubLegacy: BootLoader = {
  name: "grub-legacy",
  ask: sh`${reading}
if find_menu; then
  say grub-legacy yes
  say_cmd grub-legacy.menu menu_facts
  ${libraryText(__dirname, "menu-place.sh")}
else say grub-legacy no
fi`,
  read: (answer) =>
    saidWord(answer, "grub-legacy", ["yes", "no"]) === "yes" ? seenGrubLegacy(readGrubLegacy(answer)) : undefined,
};

export function seenGrubLegacy({ menu, unwritableOn }: GrubLegacyFacts): SeenBoot {
  return {
    program: "GRUB",
    boots: menu.get("default") === "own" && !menu.has("saved") ? "xen" : "linux",
    isTrialLeft: menu.has("trial") || (menu.has("saved") && menu.get("default") === "own"),
    configured: undefined,
    menu: menu.has("version")
      ? {
          hypervisorArgs: splitArguments(menu.get("own.xen") ?? ""),
          kernelArgs: kernelWords(menu.get("own.kernel") ?? ""),
        }
      : undefined,
    drift: (desired) => driftOf(menu, desired),
    faults: (boots) => [
      ...(menu.has("linux")
        ? []
        : [
            "GRUB's menu (/boot/grub/grub.conf) has no entry for plain Linux: a boot of Xen on trial would not come back. Add one with the kernel that runs now.",
          ]),
      ...(boots && unwritableOn !== undefined
        ? [
            `/boot lies on ${unwritableOn}, which GRUB legacy cannot write safely: a boot on trial would not come back by itself. Give /boot a partition of its own with ext2 or ext3.`,
          ]
        : []),
    ],
    writeSettings: undefined,
    makeMenu: (desired) => written("menu", desired),
    armTrial: (desired, watch) =>
      lines([
        writing,
        proveLinux,
        watch,
        chooseTrialWords,
        writeMenu("trial", desired),
        libraryText(__dirname, "arm-trial.sh"),
      ]),
    endTrial: written("end"),
    makeXenDefault: (desired) =>
      lines([
        written("xen", desired),
        sh`menu_says 'default own' || die "GRUB's menu did not take Xen as the default."`,
      ]),
    makeLinuxDefault: written("linux"),
    removeSettings: lines([written("remove"), libraryText(__dirname, "forget-saved.sh")]),
  };
}

const proveLinux = sh`if ! find_menu || ! menu_facts | grep -q '^linux '; then die "GRUB's menu has no entry for plain Linux: a failed trial would not come back."; fi`;

type Mode = "menu" | "trial" | "xen" | "end" | "linux" | "remove";

/** `desired`: of an entry for Xen. */
function written(mode: Mode, desired?: DesiredBoot): ShellText {
  return lines([writing, writeMenu(mode, desired)]);
}

/** With the functions of `writing`. */
function writeMenu(mode: Mode, desired?: DesiredBoot): ShellText {
  if (desired === undefined) return sh`write_menu ${mode}`;
  const { hypervisorArgs, kernelArgs, kernelVersion = "" } = desired;
  return sh`write_menu ${mode} ${hypervisorArgs.join(" ")} ${kernelArgs.map(kernelArgument).join(" ")} ${kernelVersion}`;
}

/** Nothing is generated from anything: an entry that is not as desired was edited, or never made. */
function driftOf(menu: ReadonlyMap<string, string>, desired: DesiredBoot): SettingsDrift {
  const words = (key: string): string[] => kernelWords(menu.get(key) ?? "");
  const kernel = [...words("source.kernel"), ...desired.kernelArgs];
  const isAsDesired =
    menu.has("version") &&
    menu.get("fallback") === "linux" &&
    (menu.get("version") ?? "").startsWith(desired.kernelVersion ?? "") &&
    isSame(splitArguments(menu.get("own.xen") ?? ""), desired.hypervisorArgs) &&
    kernel.every((arg) => words("own.kernel").includes(arg)) &&
    words("own.kernel").every((arg) => kernel.includes(arg));
  return isAsDesired ? "none" : "edited";
}

/** In any order. */
function isSame(args: readonly string[], desired: readonly string[]): boolean {
  return args.length === new Set(desired).size && missingArguments(desired, args).length === 0;
}

function readGrubLegacy(answer: Answer): GrubLegacyFacts {
  if (answer.need("grub-legacy.menu.rc") !== "0") {
    const complaint = (answer.get("grub-legacy.menu.err") ?? "").trim().split("\n").at(-1) ?? "";
    throw new CommandError(`GRUB's menu cannot be read: ${complaint}`, {
      hint: "Look at /boot/grub/grub.conf on the host.",
    });
  }
  const facts = answer.need("grub-legacy.menu").trim().split("\n");
  const place = (answer.get("grub-legacy.on") ?? "").trim();
  return {
    menu: new Map(facts.map((fact) => [fact.split(" ", 1)[0] ?? "", fact.slice(fact.indexOf(" ") + 1)] as const)),
    unwritableOn: place === "" ? undefined : place,
  };
}
