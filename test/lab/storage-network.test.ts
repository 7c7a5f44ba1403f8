/**
 * Storage of another machine on real Xen: image files on an NFS share that is really mounted, and an iSCSI disk by its path; through the
 * functions that Pulumi calls, with the other machine at the end of a cable, switched on and off.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AssetServer, createLink, startAssetServer } from "../../lab/host";
import { diskImageKind } from "../../provider/resources/disk-image/disk-image.lifecycle";
import { domuKind } from "../../provider/resources/domu/domu.lifecycle";
import { closeHosts } from "../../provider/remote";
import { eventually } from "../support/eventually";
import { type LabStack, connectionTo, labStack } from "../support/lab-stack";
import { note } from "../support/notes";
import { ResourceStack, type Saved, keptBy } from "../support/resource-stack";
import { SERVER, SHARES, type StorageServer, TARGET, serveDisk, storageServer } from "../support/storage-server";

jest.setTimeout(30 * 60_000);

const MIB = 1024 ** 2;
const GUEST = "10.0.2.51";
const LUN = `/dev/disk/by-path/ip-${SERVER}:3260-iscsi-${TARGET}-lun-1`;
const GROUP = "pulumi-xen-pygrub";

let opened: LabStack | undefined;
let ground: LabStack;
let server: StorageServer | undefined;
/** Serves the guest's disk compressed: on an emulated network its holes would take minutes. */
let packed: AssetServer | undefined;
let packedSha256: string;
const images = new ResourceStack(diskImageKind);
const others = new ResourceStack(diskImageKind, "shop/test");
const guests = new ResourceStack(domuKind);
const raw = (command: string): Promise<string> => ground.raw(command);
const there = (command: string): Promise<string> => (server as StorageServer).raw(command);

beforeAll(async () => {
  const choice = { kind: "xen", suite: "bookworm", storage: true } as const;
  const [own, far] = await createLink();
  opened = await labStack("storage-net", { ...choice, link: own });
  ground = opened;
  const file = join(ground.folder, "guest.img.gz");
  execFileSync("sh", ["-c", 'gzip -n -1 <"$1" >"$2"', "sh", ground.assets.disk.file, file]);
  packedSha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  packed = await startAssetServer(ground.folder);
  server = await storageServer("storage-server", choice, far);
  const { exitCode, stdout, stderr } = await ground.host.run(
    `set -e
    ip addr add 10.9.0.2/24 dev eth1; ip link set eth1 up
    ping -c 1 -w 60 ${SERVER}
    ${Object.keys(SHARES)
      .map((share) => `mkdir -p /mnt/${share}; mount -t nfs -o vers=4.2 ${SERVER}:/srv/${share} /mnt/${share}`)
      .join("\n")}
    ip link add br0 type bridge; ip addr add 10.0.2.50/32 dev br0; ip link set br0 up
    ip route add ${GUEST}/32 dev br0 src 10.0.2.50`,
    { timeoutSeconds: 600 },
  );
  if (exitCode !== 0) throw new Error(`The shares could not be mounted: ${stdout}${stderr}`);
});
afterAll(async () => {
  await closeHosts();
  await packed?.close();
  // First: a share whose server is gone holds up the other's end.
  await opened?.close();
  await server?.close();
});

const connection = (): object => connectionTo(ground.host);
const image = (path: string, sizeMiB: number, more: object = {}): object => ({
  connection: connection(),
  path,
  sizeGiB: sizeMiB / 1024,
  ...more,
});
const packedUrl = (): string => `${(packed as AssetServer).urlFromInside}/guest.img.gz`;
const system = (): object => ({ source: { url: packedUrl(), sha256: packedSha256 } });
const guest = (disks: readonly object[], more: object = {}): object => ({
  connection: connection(),
  name: "guest1",
  memoryMiB: 128,
  disks,
  vifs: [{ bridge: "br0", mac: "00:16:3e:00:00:51", ip: GUEST }],
  waitFor: { http: { contains: "hello from guest1" }, timeoutSeconds: 600 },
  ...more,
});
/** What the guest sees of its disks, in MiB. */
const seen = async (device: string): Promise<number> => {
  const line = (await raw(`curl -sf -m 20 http://${GUEST}/cgi-bin/state | grep '^disk ${device} '`)).split(" ");
  return (Number(line[2]) * 512) / MIB;
};
const sizeThere = (file: string): Promise<string> => there(`stat -c %s /srv/${file}`);
const says = async (running: Promise<unknown>): Promise<string> => {
  const begun = Date.now();
  const said = await running.then(
    () => "nothing",
    (error: unknown) => (error as Error).message,
  );
  note(`storage-network: after ${Math.round((Date.now() - begun) / 1000)} s: ${said}`);
  return said;
};

describe("image files on an NFS share", () => {
  let system1: Saved;
  let data: Saved;
  let web: Saved;
  const disks = [{ path: "/mnt/share/vm/guest1.img" }, { path: "/mnt/share/vm/data.qcow2", format: "qcow2" }];

  it("are made there, raw and qcow2, and are known again", async () => {
    system1 = await images.create("system", image("/mnt/share/vm/guest1.img", 256, system()));
    data = await images.create("data", image("/mnt/share/vm/data.qcow2", 64, { format: "qcow2" }));
    expect(await sizeThere("share/vm/guest1.img")).toBe(String(256 * MIB));
    expect(await there("qemu-img info /srv/share/vm/data.qcow2")).toContain("virtual size: 64 MiB");
    // Holes are not sent.
    expect(Number(await there("stat -c '%b' /srv/share/vm/guest1.img")) / 2048).toBeLessThan(64);
    for (const saved of [system1, data]) expect((await images.refresh(saved))?.inputs).toEqual(saved.inputs);
    await expect(others.create("system", image("/mnt/share/vm/guest1.img", 256))).rejects.toThrow("shop/prod");
  });

  it("serve a guest whose boot loader without privileges reads them over the network", async () => {
    web = await guests.create("guest1", guest(disks));
    expect(await raw("stat -c %G /mnt/share/vm/guest1.img")).toBe(GROUP);
    expect([await seen("xvda"), await seen("xvdb")]).toEqual([256, 64]);
  });

  it("grow under the running guest, and tell who uses them", async () => {
    system1 = await images.update(system1, "system", image("/mnt/share/vm/guest1.img", 300, system()));
    data = await images.update(data, "data", image("/mnt/share/vm/data.qcow2", 80, { format: "qcow2" }));
    await eventually(async () => expect([await seen("xvda"), await seen("xvdb")]).toEqual([300, 80]), { seconds: 60 });
    expect(await sizeThere("share/vm/guest1.img")).toBe(String(300 * MIB));
    for (const saved of [system1, data]) await expect(images.delete(saved)).rejects.toThrow('in use by guest "guest1"');
  });

  it("stay whole while their server is gone: that is said within a bound, and hinders no other image", async () => {
    const local = await images.create("local", image("/xen/vm/local.img", 16));
    await there("ip link set eth1 down");
    const lost = `${SERVER}:/srv/share`;
    expect(await says(images.refresh(system1))).toContain(lost);
    expect(await says(images.delete(data))).toContain(lost);
    expect(await says(images.create("further", image("/mnt/share/vm/further.img", 16)))).toContain(lost);
    expect(await says(guests.refresh(web))).toBe("nothing");
    // What lies elsewhere goes on: made, grown and removed beside a guest whose disk is out of reach.
    const grown = await images.update(local, "local", image("/xen/vm/local.img", 32));
    expect(grown.outs).toMatchObject({ sizeBytes: 32 * MIB });
    await images.delete(grown);
    await there("ip link set eth1 up");
    await eventually(async () => expect(await seen("xvda")).toBe(300), { seconds: 240 });
    expect((await images.refresh(system1))?.inputs).toEqual(system1.inputs);
  });

  it("are in their own place, which is not mounted, and not gone", async () => {
    web = await guests.update(web, "guest1", guest(disks, { powerState: "stopped" }));
    await raw("umount /mnt/share");
    for (const attempt of [
      images.refresh(system1),
      images.delete(system1),
      images.update(system1, "system", image("/mnt/share/vm/guest1.img", 304, system())),
    ])
      expect(await says(attempt)).toContain("which is not mounted now");
    expect(await says(guests.update(web, "guest1", guest(disks)))).toContain("/mnt/share/vm/guest1.img does not exist");
    expect(await raw("ls -A /mnt/share")).toBe("");
    await raw(`mount -t nfs -o vers=4.2 ${SERVER}:/srv/share /mnt/share`);
    expect((await images.refresh(system1))?.inputs).toEqual(system1.inputs);
  });

  it("are not where another share is mounted in the place of theirs", async () => {
    await raw(`umount /mnt/share && mount -t nfs -o vers=4.2 ${SERVER}:/srv/squashed /mnt/share`);
    expect(await says(images.refresh(system1))).toContain(`${SERVER}:/srv/squashed`);
    await raw(`umount /mnt/share && mount -t nfs -o vers=4.2 ${SERVER}:/srv/share /mnt/share`);
  });

  it("show what the server did to them", async () => {
    await there("truncate -s 320M /srv/share/vm/guest1.img");
    await eventually(
      async () => expect((await images.refresh(system1))?.inputs).toMatchObject({ sizeGiB: 320 / 1024 }),
      { seconds: 90, everyMs: 3000 },
    );
    system1 = await images.update(system1, "system", image("/mnt/share/vm/guest1.img", 320, system()));
    await there("exportfs -u 10.9.0.0/24:/srv/share");
    expect(await says(images.refresh(system1))).toMatch(/cannot be seen|did not answer/);
    await there("exportfs -a");
    await eventually(async () => expect((await images.refresh(system1))?.inputs).toEqual(system1.inputs), {
      seconds: 120,
      everyMs: 3000,
    });
  });

  it("go with their resources, and leave the share as it was", async () => {
    await guests.delete(web);
    for (const saved of [system1, data]) await images.delete(saved);
    expect(await there("ls -A /srv/share")).toBe("");
    expect(await raw("ls -A /var/lib/pulumi-xen/disk-image 2>/dev/null || true")).toBe("");
  });

  it("on a share that makes root nobody are whole, and their guest says why it cannot be booted", async () => {
    const path = "/mnt/squashed/vm/guest1.img";
    const squashed = await images.create("squashed", image(path, 256, system()));
    expect(await there("stat -c '%U %a' /srv/squashed/vm/guest1.img")).toBe("nobody 600");
    const refused: unknown = await guests.create("guest1", guest([{ path }])).catch((error: unknown) => error);
    expect((refused as Error).message).toContain("with no_root_squash to this host");
    expect(await raw("xl list | grep -c guest1 || true")).toBe("0");
    await guests.delete(keptBy(refused, await guests.check({}, "guest1", guest([{ path }]))));
    await images.delete(squashed);
    expect(await there("ls -A /srv/squashed")).toBe("");
  });
});

describe("an iSCSI disk by its path", () => {
  let lun: Saved;
  let web: Saved;
  const disk = (sizeMiB: number): object => image(LUN, sizeMiB, { format: "block" });
  const login = `iscsiadm -m node -T ${TARGET} -p ${SERVER} --login >/dev/null && udevadm settle && test -b ${LUN}`;
  const logout = `iscsiadm -m node -T ${TARGET} -p ${SERVER} --logout >/dev/null`;

  it("is said to be missing before the login", async () => {
    await there(
      `curl -sf ${packedUrl()} | gunzip | cp --sparse=always /dev/stdin /srv/lun.raw && ${serveDisk("/srv/lun.raw")}`,
    );
    await raw(`iscsiadm -m discovery -t st -p ${SERVER}`);
    expect(await says(images.create("lun", disk(256)))).toContain(`There is no ${LUN} on the host`);
  });

  it("is claimed, and by no other resource under another name", async () => {
    await raw(login);
    lun = await images.create("lun", disk(256));
    expect(lun.outs).toMatchObject({ sizeBytes: 256 * MIB, phase: "ready" });
    const device = await raw(`readlink -f ${LUN}`);
    await expect(others.create("lun", image(device, 256, { format: "block" }))).rejects.toThrow("shop/prod");
  });

  it("boots a guest of its own kernel by a boot loader without privileges", async () => {
    web = await guests.create("guest1", guest([{ path: LUN, format: "block" }]));
    expect(await seen("xvda")).toBe(256);
    expect(await raw(`stat -L -c %G ${LUN}`)).toBe(GROUP);
    expect((await images.refresh(lun))?.inputs).toEqual(lun.inputs);
  });

  it("is out of sight after a logout, with a sentence, and not gone", async () => {
    web = await guests.update(web, "guest1", guest([{ path: LUN, format: "block" }], { powerState: "stopped" }));
    await raw(logout);
    expect(await says(images.refresh(lun))).toContain("iscsiadm");
    expect(await says(guests.update(web, "guest1", guest([{ path: LUN, format: "block" }])))).toContain(LUN);
  });

  it("is used as big as the server has made it", async () => {
    await there(`truncate -s 320M /srv/lun.raw && ${serveDisk("/srv/lun.raw")}`);
    await raw(login);
    // By udev's rule of ours: nobody has looked at the new device yet.
    await eventually(async () => expect(await raw(`stat -L -c %G ${LUN}`)).toBe(GROUP), { seconds: 60 });
    expect(await says(images.update(lun, "lun", disk(352)))).toContain("less than sizeGiB");
    lun = await images.update(lun, "lun", disk(320));
    expect(lun.outs).toMatchObject({ sizeBytes: 320 * MIB });
  });

  it("is readable again for the boot loader after the new login, and boots the same guest", async () => {
    web = await guests.update(web, "guest1", guest([{ path: LUN, format: "block" }]));
    expect(await raw(`stat -L -c %G ${LUN}`)).toBe(GROUP);
    expect(await seen("xvda")).toBe(320);
  });

  it("stays as it is when its resource goes", async () => {
    await guests.delete(web);
    const sum = await raw(`sha256sum <${LUN}`);
    await images.delete(lun);
    expect(await raw(`sha256sum <${LUN}`)).toBe(sum);
    await raw(logout);
    expect(await raw("ls -A /var/lib/pulumi-xen/disk-image 2>/dev/null || true")).toBe("");
  });
});
