/**
 * A host that is restarted before its new network was confirmed (a power failure, somebody's reboot) has lost the timer that
 * would bring the old one back, and would boot with files that nobody has proven. So it restores them before it brings
 * its network up. systemd.unit(5); where another init runs, the new network stays until the next `up` has seen it.
 * Shell text; pure.
 */
import { type ShellText, sh } from "../../shell";

/** The argument that tells rollback.sh to restore the files alone: no link is up yet. */
export const AT_BOOT = "at-boot";

export function rollbackAtBoot(bridge: string, folder: string): ShellText {
  const { unit, wanted } = placesOf(bridge);
  const lines = [
    "[Unit]",
    `Description=bring back the network before the unconfirmed change for ${bridge}`,
    "DefaultDependencies=no",
    // Either one: it may have been restarted in the middle of taking the change back.
    `ConditionPathExists=|${folder}/armed`,
    `ConditionPathExists=|${folder}/rolling-back`,
    "After=local-fs.target",
    "Before=network-pre.target networking.service systemd-networkd.service",
    "Wants=network-pre.target",
    "[Service]",
    "Type=oneshot",
    `ExecStart=/bin/sh ${folder}/rollback.sh ${AT_BOOT}`,
  ];
  return sh`if [ -d /run/systemd/system ]; then
  printf '%s\n' ${lines} >${unit}
  mkdir -p /etc/systemd/system/multi-user.target.wants
  chmod 644 ${unit}
  ln -sf ${unit} ${wanted}
  sync ${unit} 2>/dev/null || sync
fi`;
}

export function noRollbackAtBoot(bridge: string): ShellText {
  const { unit, wanted } = placesOf(bridge);
  return sh`rm -f ${wanted} ${unit}`;
}

function placesOf(bridge: string): { unit: string; wanted: string } {
  const name = `pulumi-xen-rollback-${bridge}-at-boot.service`;
  return { unit: `/etc/systemd/system/${name}`, wanted: `/etc/systemd/system/multi-user.target.wants/${name}` };
}
