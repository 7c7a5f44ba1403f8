/**
 * Where a system keeps GRUB 2 and what its tools are called there: a table. A host has the first layout whose tools lie on it; which system
 * it is does not matter. What differs is said here, and nowhere else in this folder. Shell text; pure.
 */
import { type ShellText, sh } from "../../../shell";

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
} as const satisfies Grub2Layout;

export const GRUB2_LAYOUTS: readonly Grub2Layout[] = [grubLayout];

/** Sets the variables by which the files of `library/` know where they are. */
export function layoutVariables({ name, folder, tools, findMenu, dropIns, early, late }: Grub2Layout): ShellText {
  return sh`grub_layout=${name} grub_folder=${folder} grub_tools=${tools} grub_drop_ins=${dropIns ?? ""}
grub_early=${early ?? ""} grub_late=${late}
${findMenu}`;
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
