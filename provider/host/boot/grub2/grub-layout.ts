/**
 * Where a system keeps GRUB 2 and what its tools are called there: a table. A host has the first layout whose tools lie on it; which system
 * it is does not matter. What differs is said here, and nowhere else in this folder. Shell text; pure.
 */
import { type ShellText, libraryText, lines, sh } from "../../../shell";

export interface Grub2Layout {
  /** What a host says that has it. */
  readonly name: string;
  /** A condition of the shell. */
  readonly isThere: ShellText;
  /** GRUB's folder below /boot: `/boot/grub`. */
  readonly folder: string;
  /** What its tools' names begin with: `grub-`. */
  readonly tools: string;
  /** The shell's: sets $grub_cfg, the menu that GRUB reads. */
  readonly findMenu: ShellText;
  /** Makes $grub_cfg of the settings. */
  readonly makeMenu: ShellText;
  /** The same for people. */
  readonly makeMenuWords: string;
  /** A folder whose *.cfg are settings as well. */
  readonly dropIns: string | undefined;
  /** Our settings that packages must find when they come; `undefined`: none of them looks for any. */
  readonly early: string | undefined;
  /** Our settings that count. */
  readonly late: string;
  /** Where nothing reads `late` by itself: the file of settings whose last line is to read it. */
  readonly readBy: string | undefined;
  /** Lines of `late` that this layout needs. */
  readonly ownSettings: readonly string[];
  /** Plain Linux may have no simple entry, but entries that only their versions tell apart. */
  readonly hasFlatLinux: boolean;
}

/** Debian's, as its derivatives have it. */
export const grubLayout = {
  name: "grub",
  isThere: sh`command -v update-grub >/dev/null 2>&1 && command -v grub-reboot >/dev/null 2>&1 && [ -d /boot/grub ]`,
  folder: "/boot/grub",
  tools: "grub-",
  findMenu: sh`grub_cfg=/boot/grub/grub.cfg`,
  makeMenu: sh`update-grub`,
  makeMenuWords: "update-grub",
  dropIns: "/etc/default/grub.d",
  // Before the package's own xen.cfg, and behind everything else.
  early: "/etc/default/grub.d/00-pulumi-xen.cfg",
  late: "/etc/default/grub.d/zz-pulumi-xen.cfg",
  readBy: undefined,
  ownSettings: ["XEN_OVERRIDE_GRUB_DEFAULT=0"],
  hasFlatLinux: false,
} as const satisfies Grub2Layout;

/**
 * Enterprise Linux's (rhboot/grub2, branches rhel-7.9 to rhel-10-main): grub2-mkconfig reads /etc/default/grub and no folder beside it.
 *
 * Entries of plain Linux come from files below /boot/loader where GRUB_ENABLE_BLSCFG is true, as it is from 8 on, else from 10_linux, without
 * submenus (GRUB_DISABLE_SUBMENU=true). Those of Xen always come from 20_linux_xen, whose simple one keeps its id when a kernel comes or goes:
 * 9 and 10 leave it out without submenus, so they are switched on. Not on EL 7, whose 10_linux knows no such files: its 20_linux_xen makes a
 * simple entry anyway, and grubby, which edits the menu there, takes one without submenus for granted.
 */
export const grub2Layout = {
  name: "grub2",
  isThere: sh`command -v grub2-mkconfig >/dev/null 2>&1 && command -v grub2-reboot >/dev/null 2>&1 && [ -d /boot/grub2 ]`,
  folder: "/boot/grub2",
  tools: "grub2-",
  findMenu: libraryText(__dirname, "find-grub2-menu.sh"),
  makeMenu: libraryText(__dirname, "make-grub2-menu.sh"),
  makeMenuWords: "grub2-mkconfig -o /etc/grub2.cfg (on EFI before release 9: -o /etc/grub2-efi.cfg)",
  dropIns: undefined,
  early: undefined,
  late: "/etc/default/pulumi-xen-grub",
  readBy: "/etc/default/grub",
  ownSettings: ["if grep -q blscfg /etc/grub.d/10_linux 2>/dev/null; then GRUB_DISABLE_SUBMENU=false; fi"],
  hasFlatLinux: true,
} as const satisfies Grub2Layout;

/** A host that has the tools of several boots with the first one. */
export const GRUB2_LAYOUTS: readonly Grub2Layout[] = [grubLayout, grub2Layout];

/** Sets the variables by which the files of `library/` know where they are. */
export function layoutVariables(layout: Grub2Layout): ShellText {
  const { name, folder, tools, findMenu, dropIns, early, late, readBy, hasFlatLinux } = layout;
  return sh`grub_layout=${name} grub_folder=${folder} grub_tools=${tools} grub_drop_ins=${dropIns ?? ""}
grub_early=${early ?? ""} grub_late=${late} grub_flat_linux=${hasFlatLinux ? "yes" : ""}
grub_read_by=${readBy ?? ""} grub_reads=${readBy === undefined ? "" : readingLine(late)}
${findMenu}`;
}

/** The line by which a file of settings, which the shell reads, reads another one where it is there. */
function readingLine(late: string): string {
  return `if [ -f ${late} ]; then . ${late}; fi # pulumi-xen (XenHost): the last line`;
}

/** Has the file that is to read our settings do so with its last line, or (`without`) do it no more. */
export function readOurSettings(layout: Grub2Layout, { without = false } = {}): ShellText[] {
  if (layout.readBy === undefined) return [];
  return [
    lines([
      layoutVariables(layout),
      sh`grub_wanted=${without ? "" : readingLine(layout.late)}`,
      libraryText(__dirname, "read-our-settings.sh"),
    ]),
  ];
}

/** The same of the layout that the host has; $grub_layout is `no` where it has none. */
export const findLayout: ShellText = GRUB2_LAYOUTS.reduceRight(
  (otherwise, layout) => sh`if ${layout.isThere}; then
${layoutVariables(layout)}
else
${otherwise}
fi`,
  sh`grub_layout=no`,
);
