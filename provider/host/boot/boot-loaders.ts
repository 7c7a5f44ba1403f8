/** The boot loaders that we know, and which of them a host boots with. Shell text; pure. */
import { type Answer, type ShellText, lines } from "../../shell";
import type { BootLoader, SeenBoot } from "./boot-loader";
import { extlinux } from "./extlinux/extlinux";
import { grub2 } from "./grub2/grub2";
import { grubLegacy } from "./grub-legacy/grub-legacy";

/** A host that has the tools of several boots with the first one. */
export const BOOT_LOADERS: readonly BootLoader[] = [grub2, grubLegacy, extlinux];

export const sayBootLoaders: ShellText = lines(BOOT_LOADERS.map(({ ask }) => ask));

export interface Boot extends SeenBoot {
  /** Something reboots a Xen that nobody proves. */
  readonly isWatched: boolean;
}

/** Of what `sayBootLoaders` and `sayTrialTimer` said. `undefined`: the host has none that we know. */
export function bootOf(answer: Answer): Boot | undefined {
  // Each of them must have answered: one that did not may be the one.
  const found = BOOT_LOADERS.map((loader) => loader.read(answer));
  const seen = found.find((one) => one !== undefined);
  return seen === undefined ? undefined : { ...seen, isWatched: answer.get("trial-watched") === "yes" };
}
