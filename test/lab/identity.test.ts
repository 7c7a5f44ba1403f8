/**
 * Whose a guest is, and what may not happen to it while its program, its state or its host change: on real Xen.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { StackEngine } from "../../lab/engine";
import { type GuestGround, guestIdentity } from "../stories/guest-identity";
import { type StackName, type Thing, identity } from "../stories/identity";
import { engineHere } from "../support/engines";
import { type LabStack, labStack } from "../support/lab-stack";
import { there } from "../support/there";

jest.setTimeout(20 * 60_000);

const guestIp = "10.0.2.51";

describe("on real Xen", () => {
  let lab: LabStack | undefined;
  let ground: GuestGround | undefined;

  beforeAll(async () => {
    const { raw, host, assets, assetsUrl, folder, stack } = await labStack("identity", {
      kind: "xen",
      suite: "bookworm",
      program: "identity",
    }).then((made) => (lab = made));
    const engines = new Map<StackName, StackEngine>();
    for (const name of ["first", "second"] as const) {
      mkdirSync(join(folder, name));
      engines.set(name, await engineHere("practice", join(folder, name)));
    }
    // A bridge of its own: what Bridge does to a host's network is told elsewhere (test/lab/guest-life.test.ts).
    await raw("ip link add br0 type bridge && ip addr add 10.0.2.50/32 dev br0 && ip link set br0 up");
    await raw(`ip route add ${guestIp}/32 dev br0 src 10.0.2.50`);
    const connection = {
      host: "127.0.0.1",
      port: host.sshPort,
      user: "root",
      privateKeyFile: host.privateKeyFile,
      hostKey: host.hostKey,
    };
    ground = {
      cwd: stack.cwd,
      config: { connection: JSON.stringify(connection) },
      engine: (name) => there(engines.get(name)),
      raw,
      source: { url: `${assetsUrl}/${assets.disk.name}`, sha256: assets.disk.sha256 },
    };
  });
  afterAll(() => lab?.close());

  describe("a guest", () => {
    identity(
      () => there(ground),
      () => guestOf(there(ground)),
    );
  });
  describe("a running guest", () => {
    guestIdentity(() => there(ground));
  });
});

function guestOf({ source }: GuestGround): Thing {
  return {
    type: "DomU",
    name: "guest1",
    args: {
      name: "guest1",
      memoryMiB: 192,
      maxMemoryMiB: 320,
      disks: [{ image: "/xen/vm/system.img" }],
      vifs: [{ bridge: "br0", mac: "00:16:3e:00:00:51", ip: guestIp }],
      waitFor: { http: { contains: "hello from guest1" } },
      autostart: true,
    },
    change: ["memoryMiB", 256, 224],
    others: [{ type: "DiskImage", name: "system", args: { path: "/xen/vm/system.img", sizeGiB: 1 / 4, source } }],
    claims: "/var/lib/pulumi-xen/domu/*/claim",
    // Its kernel goes on (boot), it is the same domain, and there is no other.
    look: `curl -sf -m 20 http://${guestIp}/cgi-bin/state | grep '^boot '; xl list | awk '{ print $1, $2 }'; ls -A /etc/xen/auto /xen/vm; stat -c %i /xen/vm/system.img`,
    lookAtChange: `xl list -l guest1 | grep target_memkb`,
  };
}
