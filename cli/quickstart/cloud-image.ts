/** The second story: a guest from a distribution's cloud image, on a host that runs Xen (examples/cloud-image). */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type GuestAsset, type LabHost, ensureCloudImage } from "../../lab/host";
import type { ExampleHost, GuestAnswer, Story } from "./story";

/** In the network that QEMU gives each lab host. */
const guestIp = "10.0.2.51";
const answerSeconds = 600;

export const cloudImage: Story = {
  example: "cloud-image",
  hostName: "quickstart-cloud-image",
  preparing: "A cloud image, made of Debian's packages as Debian makes its own",
  kind: "xen",
  async prepare(_frozen, report) {
    const image = await ensureCloudImage("bookworm", report);
    return { folder: dirname(image.file), config: (host, url) => cloudImageConfig(host, image, url) };
  },
  ask: askGuest,
  change: [512, 640],
};

/**
 * @param url where the image is served, as seen from inside: `http://10.0.2.2:8099`.
 */
export function cloudImageConfig(
  host: ExampleHost,
  image: Pick<GuestAsset, "name" | "sha256">,
  url: string,
): Record<string, string> {
  return {
    host: "127.0.0.1",
    port: String(host.sshPort),
    privateKeyFile: host.privateKeyFile,
    hostKey: host.hostKey,
    imageUrl: `${url}/${image.name}`,
    imageSha256: image.sha256,
    guestIp,
    gateway: "10.0.2.2",
    // The host has the lab's key too, so that it can log in where the guest knows it.
    publicKey: readFileSync(`${host.privateKeyFile}.pub`, "utf8").trim(),
  };
}

/** By ssh with the declared key, from the host: the guest answers only when cloud-init has taken that key. */
async function askGuest(host: LabHost): Promise<GuestAnswer> {
  const command = `npx pulumi-xen lab ssh --name ${host.name} ssh op@${guestIp}`;
  const deadline = Date.now() + answerSeconds * 1000;
  for (;;) {
    const asked = `ssh -o BatchMode=yes -o ConnectTimeout=10 op@${guestIp} 'echo "$(whoami) on $(hostname), Linux $(uname -r)"'`;
    const { exitCode, stdout, stderr } = await host.run(asked, { timeoutSeconds: 60 });
    if (exitCode === 0) return { command, text: stdout.trim() };
    if (Date.now() > deadline)
      throw new Error(`The guest took no login of op within ${answerSeconds} s (last: ${stderr.trim()}).`);
    await sleep(1000);
  }
}
