/**
 * A host that is restarted before its new network was confirmed (a power failure, somebody's reboot) has lost the timer that
 * would bring the old one back, and would boot with files that nobody has proven. So it restores them before it brings
 * its network up. Shell text; pure.
 */
import { atBoot, notAtBoot } from "../services/init-systems";
import type { ShellText } from "../../shell";

/** The argument that tells rollback.sh to restore the files alone: no link is up yet. */
export const AT_BOOT = "at-boot";

export function rollbackAtBoot(bridge: string, folder: string): ShellText {
  return atBoot({
    name: nameOf(bridge),
    about: `bring back the network before the unconfirmed change for ${bridge}`,
    when: "before-network",
    // Either one: it may have been restarted in the middle of taking the change back.
    onlyWith: [`${folder}/armed`, `${folder}/rolling-back`],
    command: ["/bin/sh", `${folder}/rollback.sh`, AT_BOOT],
  });
}

export function noRollbackAtBoot(bridge: string): ShellText {
  return notAtBoot(nameOf(bridge));
}

function nameOf(bridge: string): string {
  return `pulumi-xen-rollback-${bridge}-at-boot`;
}
