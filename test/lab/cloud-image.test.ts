/**
 * A guest from a cloud image on real Xen: brought, grown, booted by its own kernel, and made one of ours by cloud-init, which its own words judge.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackEngine, StackResult } from "../../lab/engine";
import { ensureCloudImage } from "../../lab/host";
import { deeds, type LabStack, labStack, mustSucceed } from "../support/lab-stack";
import { eventually } from "../support/eventually";
import { engineHere } from "../support/engines";
import { note } from "../support/notes";
import { projectRoot } from "../support/project-root";
import { there } from "../support/there";

jest.setTimeout(30 * 60_000);

const GUEST = "10.0.2.51";
/** Of no password: nobody logs in with it here. */
const HASH = "$6$saltofthelab$nobodyknowswhichpasswordgivesthishash";

describe("a guest from a cloud image", () => {
  let ground: LabStack | undefined;
  let engine: StackEngine | undefined;
  let folder: string;
  let config: Record<string, string>;

  const raw = (command: string): Promise<string> => there(ground).raw(command);
  const inGuest = (command: string): Promise<string> => raw(`ssh -o ConnectTimeout=20 op@${GUEST} ${quoted(command)}`);
  const run = (action: "preview" | "up" | "destroy", more: Record<string, string> = {}): Promise<StackResult> => {
    const cwd = join(projectRoot, "test/support/programs/cloud-image");
    const stack = { cwd, stack: "cloud-image", config: { ...config, ...more } };
    return mustSucceed(there(engine), there(engine)[action](stack));
  };

  beforeAll(async () => {
    const image = await ensureCloudImage("bookworm", note);
    ground = await labStack("cloud-image", { kind: "xen", suite: "bookworm" });
    folder = mkdtempSync(join(tmpdir(), "pulumi-xen-cloud-"));
    engine = await engineHere("practice", folder);
    config = {
      host: "127.0.0.1",
      port: String(ground.host.sshPort),
      privateKeyFile: ground.host.privateKeyFile,
      hostKey: ground.host.hostKey,
      image: image.file,
      imageSha256: image.sha256,
      guestIp: GUEST,
      gateway: "10.0.2.2",
      publicKey: await ground.raw("cat /root/.ssh/authorized_keys"),
      passwordHash: HASH,
    };
  });
  afterAll(async () => {
    await ground?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  it("shows the seed's disk in the guest's configuration beforehand, and no hash", async () => {
    const { log } = await run("preview");
    expect(log).toMatch(/vdev=xvdp,access=ro,target=\S*seed\.img/);
    expect(log).not.toContain(HASH);
  });

  it("answers by ssh with the declared key, after one up", async () => {
    const begun = Date.now();
    const result = await run("up");
    note(`cloud-image: up to the answer of port 22 took ${Math.round((Date.now() - begun) / 1000)} s`);
    expect(deeds(result)).toEqual(["create Bridge lan", "create DiskImage disk", "create DomU web"]);
    expect(result.log).not.toContain(HASH);
    // QEMU's own network takes connections to any address of it, so that an open port says little here.
    await eventually(async () => expect(await inGuest("hostname")).toBe("web1"), { seconds: 600, everyMs: 5000 });
  });

  it("has taken all that cloud-init was told, in cloud-init's own words", async () => {
    await eventually(async () => expect(await inGuest("cloud-init status")).toContain("status: done"), {
      seconds: 900,
    });
    expect(await inGuest("cat /run/cloud-init/result.json")).toContain("DataSourceNoCloud [seed=/dev/xvdp]");
    expect(await inGuest("cat /var/lib/cloud/data/instance-id")).toBe(await raw("ls /var/lib/pulumi-xen/domu"));
    expect(await inGuest("cat /etc/motd")).toBe("made by pulumi-xen");
    expect(await inGuest("ip -4 -o address show dev eth0")).toContain(`${GUEST}/24`);
    expect(await inGuest("ip route show default")).toContain("via 10.0.2.2");
    // The image has 1 GiB, the disk 2.
    expect(Number(await inGuest("df --output=size -BM / | tail -n 1 | tr -dc 0-9"))).toBeGreaterThan(1500);
    expect(await inGuest("cat /proc/cmdline")).toContain("root=UUID=");
    await eventually(
      async () =>
        expect(await inGuest("systemctl is-system-running || systemctl --failed --no-legend")).toBe("running"),
      { seconds: 300 },
    );
  });

  it("keeps the seed for root of the host and of the guest alone", async () => {
    const seed = "/var/lib/pulumi-xen/domu/*/seed.img";
    expect(await raw(`stat -c %a ${seed}`)).toBe("600");
    // Linux's own reading of the image.
    expect(
      await raw(
        `mkdir /mnt/seed && mount -o loop,ro ${seed} /mnt/seed && stat -c '%n %a' /mnt/seed/* && umount /mnt/seed`,
      ),
    ).toBe(["meta-data", "network-config", "user-data"].map((name) => `/mnt/seed/${name} 400`).join("\n"));
    expect(await raw(`grep -rlF '${HASH}' /var/lib/pulumi-xen /etc/xen /var/log || true`)).toBe(
      await raw(`echo ${seed}`),
    );
  });

  it("changes nothing when it is run a second time", async () => {
    expect(deeds(await run("up"))).toEqual([]);
  });

  it("writes a change without an effect on the guest, since cloud-init has read the former one", async () => {
    const before = await inGuest("cat /proc/sys/kernel/random/boot_id");
    const result = await run("up", { hostname: "web2" });
    expect(deeds(result)).toEqual(["update DomU web"]);
    expect(result.log).toContain("cloud-init reads it at the guest's first boot");
    expect([await inGuest("hostname"), await inGuest("cat /proc/sys/kernel/random/boot_id")]).toEqual(["web1", before]);
    expect(deeds(await run("up", { hostname: "web2" }))).toEqual([]);
  });

  it("leaves nothing behind after a destroy", async () => {
    await run("destroy", { hostname: "web2" });
    expect(await raw("ls -d /var/lib/pulumi-xen/domu /xen/vm/web.img /etc/xen/web.cfg 2>/dev/null || true")).toBe("");
    expect(await raw("losetup -a")).not.toContain("seed.img");
  });
});

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
