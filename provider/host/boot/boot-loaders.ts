/** The boot loaders that we know, and which of them a host boots with. Shell text; pure. */
import { type Answer, type ShellText, lines } from "../../shell";
import type { BootLoader, SeenBoot } from "./boot-loader";
import { grub2 } from "./grub2/grub2";
import { grubLegacy } from "./grub-legacy/grub-legacy";
import { sayTrialTimer } from "./trial-timer";

/** A host that has the tools of several boots with the first one. */
export const BOOT_LOADERS: readonly BootLoader[] = [grub2, grubLegacy];

export const sayBootLoaders: ShellText = lines([...BOOT_LOADERS.map(({ ask }) => ask), sayTrialTimer]);

export interface Boot extends SeenBoot {
  /** Something reboots a Xen that nobody proves. */
  readonly isWatched: boolean;
}

/** `undefined`: the host has none that we know. */
export function bootOf(answer: Answer): Boot | undefined {
  for (const loader of BOOT_LOADERS) {
    const seen = loader.read(answer);
    if (seen !== undefined) return { ...seen, isWatched: answer.get("trial-watched") === "yes" };
  }
  return undefined;
}
