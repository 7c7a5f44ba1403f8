/** The configuration of examples/install-then-pygrub for a lab host. Pure. */
import type { GuestAssets, LabHost } from "../../lab/host";

/** The guest's address: in the network that QEMU gives each lab host. */
export const guestIp = "10.0.2.51";

/**
 * @param mediaUrl where the guest's assets are served, as seen from inside: `http://10.0.2.2:8099`.
 */
export function exampleConfig(
  host: Pick<LabHost, "sshPort" | "privateKeyFile" | "hostKey">,
  assets: Pick<GuestAssets, "kernel" | "ramdisk" | "rootfs">,
  mediaUrl: string,
): Record<string, string> {
  return {
    host: "127.0.0.1",
    port: String(host.sshPort),
    privateKeyFile: host.privateKeyFile,
    hostKey: host.hostKey,
    mediaUrl,
    kernelSha256: assets.kernel.sha256,
    ramdiskSha256: assets.ramdisk.sha256,
    rootfsSha256: assets.rootfs.sha256,
    guestIp,
    // The emulated machine's console is its serial port. spec-ctrl and xpti guard against what cannot happen in
    // emulation and cost a third of its speed.
    hypervisorArgs: JSON.stringify(["com1=115200,8n1", "console=com1", "spec-ctrl=no", "xpti=no"]),
    kernelArgs: JSON.stringify(["console=hvc0"]),
  };
}
