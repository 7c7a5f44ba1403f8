/**
 * A guest from a cloud image on real Xen (examples/cloud-image): brought, grown, booted by its own kernel, and made one of ours by cloud-init,
 * which its own words judge; then booted by GRUB inside the guest in the place of pygrub. Xen 4.17, and 4.20 with LAB_SUITES=bookworm,trixie.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { StackEngine, StackResult } from "../../lab/engine";
import { type AssetServer, ensureCloudImage, startAssetServer } from "../../lab/host";
import { deeds, type LabStack, labStack, mustSucceed } from "../support/lab-stack";
import { eventually } from "../support/eventually";
import { engineHere } from "../support/engines";
import { labSuites, xenVersions } from "../support/lab-suites";
import { note } from "../support/notes";
import { projectRoot } from "../support/project-root";
import { there } from "../support/there";

jest.setTimeout(30 * 60_000);

const GUEST = "10.0.2.51";
/** Of no password: nobody logs in with it here. */
const HASH = "$6$saltofthelab$nobodyknowswhichpasswordgivesthishash";

const LOADER = "/usr/lib/grub-xen/grub-x86_64-xen.bin";

describe.each(labSuites())("a guest from a cloud image on Debian %s", (suite) => {
  let ground: LabStack | undefined;
  let engine: StackEngine | undefined;
  let server: AssetServer | undefined;
  let folder: string;
  let config: Record<string, string>;

  const raw = (command: string): Promise<string> => there(ground).raw(command);
  const inGuest = (command: string): Promise<string> => raw(`ssh -o ConnectTimeout=20 op@${GUEST} ${quoted(command)}`);
  const bootId = (): Promise<string> => inGuest("cat /proc/sys/kernel/random/boot_id");
  const attempt = (action: "preview" | "up" | "destroy", more: Record<string, string> = {}): Promise<StackResult> => {
    const cwd = join(projectRoot, "examples/cloud-image");
    return there(engine)[action]({ cwd, stack: "cloud-image", config: { ...config, ...more } });
  };
  const run = (...words: Parameters<typeof attempt>): Promise<StackResult> =>
    mustSucceed(there(engine), attempt(...words));

  beforeAll(async () => {
    const image = await ensureCloudImage("bookworm", note);
    ground = await labStack("cloud-image", { kind: "xen", suite });
    server = await startAssetServer(dirname(image.file));
    folder = mkdtempSync(join(tmpdir(), "pulumi-xen-cloud-"));
    engine = await engineHere("practice", folder);
    config = {
      host: "127.0.0.1",
      port: String(ground.host.sshPort),
      privateKeyFile: ground.host.privateKeyFile,
      hostKey: ground.host.hostKey,
      imageUrl: `${server.urlFromInside}/${image.name}`,
      imageSha256: image.sha256,
      guestIp: GUEST,
      gateway: "10.0.2.2",
      publicKey: await ground.raw("cat /root/.ssh/authorized_keys"),
      passwordHash: HASH,
    };
  });
  afterAll(async () => {
    await ground?.close();
    await server?.close();
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
    expect(deeds(result)).toEqual(["create Bridge lan", "create DiskImage disk", "create DomU web"]);
    expect(result.log).not.toContain(HASH);
    // QEMU's own network takes connections to any address of it, so that an open port says little here.
    await eventually(async () => expect(await inGuest("hostname")).toBe("web1"), { seconds: 600, everyMs: 5000 });
    const seconds = Math.round((Date.now() - begun) / 1000);
    note(`cloud-image: from up to an answer by ssh on Xen ${xenVersions[suite]}: ${seconds} s`);
    expect(await raw("xl list -l web")).toContain('"bootloader": "pygrub"');
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
    const before = await bootId();
    const result = await run("up", { hostname: "web2" });
    expect(deeds(result)).toEqual(["update DomU web"]);
    expect(result.log).toContain("cloud-init reads it at the guest's first boot");
    expect([await inGuest("hostname"), await bootId()]).toEqual(["web1", before]);
    expect(deeds(await run("up", { hostname: "web2" }))).toEqual([]);
  });

  const byGrub = { hostname: "web2", boot: "pvgrub2" };

  it("goes on running where its host lacks the boot loader that is declared, and says which package has it", async () => {
    const before = await bootId();
    const { ok, errors } = await attempt("up", byGrub);
    expect([ok, errors.join("\n")]).toEqual([
      false,
      expect.stringContaining(
        `${LOADER} does not exist on this host. Install the package that has it (grub-xen-host on Debian)`,
      ),
    ]);
    expect(await bootId()).toBe(before);
  });

  it("is booted by GRUB inside the guest, which reads the menu of its own disk", async () => {
    const install = "apt-get install -y -q --no-install-recommends grub-xen-host";
    const { exitCode, stdout, stderr } = await there(ground).host.run(install, { timeoutSeconds: 900 });
    expect([exitCode, stdout + stderr]).toEqual([0, expect.stringContaining("Setting up grub-xen-host")]);
    const before = await bootId();
    const preview = await run("preview", byGrub);
    expect(preview.log).toMatch(/boot pygrub -> pvgrub2: restart/);
    expect(deeds(await run("up", byGrub))).toEqual(["update DomU web"]);
    // What a GRUB adds to the kernel's command line and pygrub does not.
    await eventually(async () => expect(await inGuest("cat /proc/cmdline")).toMatch(/^BOOT_IMAGE=\/boot\/vmlinuz-/), {
      seconds: 600,
      everyMs: 5000,
    });
    expect(await bootId()).not.toBe(before);
    const listed = await raw("xl list -l web");
    expect(listed).toContain(`"kernel": "${LOADER}"`);
    expect(listed).not.toContain('"bootloader": "pygrub"');
    // Its first boot is over: cloud-init makes it no other guest.
    expect(await inGuest("cat /var/lib/cloud/data/instance-id")).toBe(await raw("ls /var/lib/pulumi-xen/domu"));
    expect(deeds(await run("up", byGrub))).toEqual([]);
  });

  it("leaves nothing behind after a destroy", async () => {
    await run("destroy", byGrub);
    expect(await raw("ls -d /var/lib/pulumi-xen/domu /xen/vm/web.img /etc/xen/web.cfg 2>/dev/null || true")).toBe("");
    expect(await raw("losetup -a")).not.toContain("seed.img");
  });
});

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
