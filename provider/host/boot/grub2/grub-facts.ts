/** What a host tells of its GRUB 2: the question, and the reading of its answer. Shell text; pure. */
import { CommandError } from "../../../errors";
import { type Answer, type ShellText, libraryText, sh } from "../../../shell";
import { saidWord } from "../../owned-folder";
import { type GrubEntry, defaultSetting, parseGrubEntries, parseGrubEnvironment } from "./grub-config";
import { GRUB2_LAYOUTS, type Grub2Layout, findLayout } from "./grub-layout";
import { FALLBACK_SCRIPT } from "./grub-settings";

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
  /** Our settings are not read: the file that is to read them does not do so with its last line. */
  readonly lateUnread?: boolean;
  /** A file that Xen's entry boots and that is gone, or a newer kernel that the menu does not know yet. */
  readonly staleFor?: string | undefined;
  /** The environment block that GRUB's tools write, where GRUB reads another one. */
  readonly environmentElsewhere?: string | undefined;
  /** What boots the host on EFI cannot load a hypervisor. */
  readonly lacksMultiboot?: boolean;
  /** On EFI it starts xen.efi, which reads its arguments and the kernel's from a file of its own. */
  readonly chainsXen?: boolean;
  /** What boots the host in its place: `grub2-bls`, `systemd-boot`. */
  readonly otherLoader?: string | undefined;
  /** Where GRUB cannot write its environment block, for it lies on this: `lvm`, `btrfs`. */
  readonly unwritableOn: string | undefined;
  /** A script that puts Xen before plain Linux in the next menu: `/etc/grub.d/08_linux_xen`. */
  readonly earlyXenScript: string | undefined;
  /** grub-mkconfig reads settings in files of their own, which ours are. Absent: it does. */
  readonly readsDropIns?: boolean;
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

/** Says `grub2` with the name of the layout, or `no`; and with one all of it. */
export const sayGrub2: ShellText = sh`${findLayout}
say grub2 "$grub_layout"
if [ "$grub_layout" != no ]; then
  say_file grub2.early "$grub_early"
  say_file grub2.late "$grub_late"
  say_file grub2.fallback ${FALLBACK_SCRIPT}
  say_file grub2.cfg "$grub_cfg"
  say_cmd grub2.env "\${grub_tools}editenv" list
  ${libraryText(__dirname, "stale-menu.sh")}
  ${libraryText(__dirname, "say-grub-menu.sh")}
  ${libraryText(__dirname, "say-grub-scripts.sh")}
  ${libraryText(__dirname, "grub-place.sh")}
fi`;

// GRUB can read these, but not write a block of theirs in place (grub-reboot(8), "GRUB environment block").
const UNWRITABLE_FILE_SYSTEMS = ["btrfs", "zfs", "f2fs"];

/** Empty where there is none. */
function saidPath(answer: Answer, key: string): string | undefined {
  const path = answer.need(key).trim();
  return path === "" ? undefined : path;
}

/** `undefined`: the host has none. */
export function readGrub2(answer: Answer): { facts: Grub2Facts; layout: Grub2Layout } | undefined {
  const said = saidWord(answer, "grub2", ["no", ...GRUB2_LAYOUTS.map(({ name }) => name)]);
  const layout = GRUB2_LAYOUTS.find(({ name }) => name === said);
  return layout === undefined ? undefined : { facts: factsOf(answer, layout), layout };
}

function factsOf(answer: Answer, { tools }: Grub2Layout): Grub2Facts {
  if (answer.need("grub2.env.rc") !== "0") {
    throw new CommandError(`GRUB does not tell its environment: ${(answer.get("grub2.env.err") ?? "").trim()}`, {
      hint: `Look at what "${tools}editenv list" says on the host.`,
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
    readsDropIns: saidWord(answer, "grub2.drop-ins", ["yes", "no"]) === "yes",
    entries: parseGrubEntries(
      config,
      answer
        .need("grub2.loader-entries")
        .split(" ")
        .filter((id) => id !== ""),
    ),
    lateUnread: saidWord(answer, "grub2.reads-late", ["yes", "no"]) === "no",
    staleFor: saidPath(answer, "grub2.stale"),
    environmentElsewhere: saidPath(answer, "grub2.env-elsewhere"),
    lacksMultiboot: saidWord(answer, "grub2.loads-xen", ["yes", "no"]) === "no",
    chainsXen: saidWord(answer, "grub2.chains-xen", ["yes", "no"]) === "yes",
    otherLoader: saidPath(answer, "grub2.other-loader"),
    isGenerated: /^### BEGIN \/etc\/grub\.d\/\S+ ###$/m.test(config),
    hasFallback: /^\s*set fallback=/m.test(config),
    defaultSetting: defaultSetting(config),
    environment: parseGrubEnvironment(answer.need("grub2.env")),
    unwritableOn:
      abstraction !== "" ? abstraction : UNWRITABLE_FILE_SYSTEMS.includes(fileSystem) ? fileSystem : undefined,
  };
}
