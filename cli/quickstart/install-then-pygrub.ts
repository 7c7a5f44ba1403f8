/** The first story: a plain host becomes a Xen host, and a guest is installed there by kernel and ramdisk (examples/install-then-pygrub). */
import { type GuestAssets, type LabHost, ensureGuestAssets } from "../../lab/host";
import { httpText } from "./probe";
import type { ExampleHost, GuestAnswer, Story } from "./story";

/** The guest's address: in the network that QEMU gives each lab host. */
const guestIp = "10.0.2.51";

export const installThenPygrub: Story = {
  example: "install-then-pygrub",
  hostName: "quickstart",
  preparing: "An installer, and what it installs",
  kind: "plain",
  async prepare(frozen, report) {
    const assets = await ensureGuestAssets(frozen, report);
    return { folder: assets.folder, config: (host, url) => exampleConfig(host, assets, url) };
  },
  ask: askGuest,
  change: [192, 256],
};

/**
 * @param mediaUrl where the guest's assets are served, as seen from inside: `http://10.0.2.2:8099`.
 */
export function exampleConfig(
  host: ExampleHost,
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

/** Over a loopback port that leads through the host to the guest, so from outside of the host. */
async function askGuest(host: LabHost): Promise<GuestAnswer> {
  const known = host.forwards.find(({ guestAddress, guestPort }) => guestAddress === guestIp && guestPort === 80);
  const forward = known ?? (await host.forward({ guestAddress: guestIp, guestPort: 80 }));
  const url = `http://127.0.0.1:${forward.hostPort}/`;
  return { command: `curl ${url}`, text: await httpText(url, 60) };
}
