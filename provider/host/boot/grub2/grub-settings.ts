/**
 * What we tell GRUB 2: files of settings where its layout has them (grub-layout.ts), and one script in /etc/grub.d. Pure.
 *
 * Debian's early one stands before the package's own xen.cfg, which would otherwise make Xen the default entry at the
 * moment of installation. The late one stands behind everything else, so that it adds to what the administrator's
 * own files say and its arguments are the last, which count. They are written once: which entry boots, and whether
 * this is a boot on trial, stands in GRUB's environment block (boot-trial.ts) and needs no new grub.cfg (20 s).
 */

import type { CommandLines } from "../boot-loader";
import { type Grub2Layout, grubLayout } from "./grub-layout";
import { grubWords } from "./grub-words";

export const FALLBACK_SCRIPT = "/etc/grub.d/01_pulumi-xen";

/** GRUB's variable with further arguments of the dom0 kernel; empty except while a boot is on trial. */
export const TRIAL_VARIABLE = "pulumi_xen_trial";

const HEADER = "# Written by pulumi-xen (XenHost); changes here are overwritten.";

export const earlyDropIn = `${HEADER}
XEN_OVERRIDE_GRUB_DEFAULT=0
`;

/** Words that mean something to GRUB stand between single quotes, which none of them holds (kernel-arguments.ts). */
export function renderLateDropIn(
  hypervisorArgs: readonly string[],
  kernelArgs: readonly string[],
  { ownSettings }: Pick<Grub2Layout, "ownSettings"> = grubLayout,
): string {
  const kernel = [...kernelArgs.map(quoted), `\\\${${TRIAL_VARIABLE}}`].join(" ");
  return `${HEADER}
GRUB_DEFAULT=saved
GRUB_SAVEDEFAULT=false
${ownSettings.join("\n")}
GRUB_CMDLINE_XEN_DEFAULT="\${GRUB_CMDLINE_XEN_DEFAULT-} ${hypervisorArgs.map(quoted).join(" ")}"
GRUB_CMDLINE_LINUX_XEN_REPLACE="\${GRUB_CMDLINE_LINUX_XEN_REPLACE:-\${GRUB_CMDLINE_LINUX-}} ${kernel}"
`;
}

/** A word of GRUB's menu, inside the double quotes of a shell's file. The menu's scripts evaluate it once, and GRUB a second time. */
function quoted(word: string): string {
  const forGrub = /^[A-Za-z0-9_.,:=%+@/~^-]+$/.test(word) ? word : `'${word}'`;
  return forGrub.replaceAll(/[$`]/g, "\\$&");
}

/** The arguments of ours that it sets, as the menu's scripts and GRUB will read them. */
export function readLateDropIn(text: string): CommandLines {
  const words = (key: string): string[] => {
    const [, line = ""] = new RegExp(`^${key}="\\$\\{[^ ]*\\} (.*)"$`, "m").exec(text) ?? [];
    return grubWords(line.replaceAll(/\\([$`])/g, "$1")).filter((word) => word !== `\${${TRIAL_VARIABLE}}`);
  };
  return { hypervisorArgs: words("GRUB_CMDLINE_XEN_DEFAULT"), kernelArgs: words("GRUB_CMDLINE_LINUX_XEN_REPLACE") };
}

/** A late drop-in in the form in which texts that mean the same are equal: the order of arguments does not count. */
export function lateInNormalForm(text: string): string {
  const inOrder = (words: string): string => [...new Set(words.match(/'[^']*'|[^ ]+/g) ?? [])].sort().join(" ");
  return text.replace(
    /^(GRUB_CMDLINE_\w+="\$\{[^ ]*\}) (.*)"$/gm,
    (_, start: string, words: string) => `${start} ${inOrder(words)}"`,
  );
}

/**
 * An entry that cannot be loaded leaves GRUB in its menu, for ever; with a fallback it boots Linux. Only a number
 * works: with an entry's id GRUB 2.06 says "Failed to boot both default and fallback entries." and stays.
 */
export const fallbackScript = `#!/bin/sh
${HEADER}
echo 'set fallback=0'
`;

/** What stays behind when plain Linux is the default again: without it the package's own xen.cfg would make Xen the default. */
export const restoredDropIn = `# Written by pulumi-xen (XenHost); plain Linux boots by default. Remove at will.
XEN_OVERRIDE_GRUB_DEFAULT=0
`;
