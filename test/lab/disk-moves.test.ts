/**
 * A guest's image moves on a real Xen host, with all it holds: to another file system as qcow2, into a volume group, and into another group; the
 * guest boots from it each time. Through the functions that Pulumi calls, and judged by sums and by the raw words of xl and LVM.
 */
import { diskImageKind } from "../../provider/resources/disk-image/disk-image.lifecycle";
import { domuKind } from "../../provider/resources/domu/domu.lifecycle";
import { closeHosts } from "../../provider/remote";
import { eventually } from "../support/eventually";
import { type LabStack, connectionTo, labStack } from "../support/lab-stack";
import { ResourceStack, type Saved } from "../support/resource-stack";

jest.setTimeout(40 * 60_000);

describe("the image of a guest that moves", () => {
  let opened: LabStack | undefined;
  let ground: LabStack;
  const images = new ResourceStack(diskImageKind);
  const guests = new ResourceStack(domuKind);
  let image: Saved;
  let guest: Saved;
  /** Of all that the guest's disk holds, while the guest is down. */
  let sum: string;
  const raw = (command: string): Promise<string> => ground.raw(command);
  beforeAll(async () => {
    opened = await labStack("disk-moves", { kind: "xen", suite: "bookworm" });
    ground = opened;
    const plug = (id: string, sizeMiB: number): Promise<string> =>
      ground.host.plugDisk({ file: `${ground.folder}/${id}.raw`, id, sizeMiB });
    const [data, first, second] = [await plug("data", 512), await plug("first", 512), await plug("second", 512)];
    await raw(`mkfs.ext4 -q ${data} && mkdir /data && mount ${data} /data
      pvcreate -q ${first} ${second} && vgcreate -q vg0 ${first} && vgcreate -q vg1 ${second}
      # The guest's address is in its disk: a bridge that leads to it alone.
      ip link add br1 type bridge && ip addr add 10.0.2.50/32 dev br1 && ip link set br1 up && ip route add 10.0.2.51/32 dev br1`);
  });
  afterAll(async () => {
    await closeHosts();
    await opened?.close();
  });

  const connection = () => connectionTo(ground.host);
  const size = { sizeGiB: 256 / 1024 };
  const disk = (more: object): object => ({
    connection: connection(),
    path: "/xen/vm/guest1.img",
    ...size,
    source: { url: `${ground.assetsUrl}/${ground.assets.disk.name}`, sha256: ground.assets.disk.sha256 },
    allow: ["migrate"],
    ...more,
  });
  const domU = (at: object, more: object = {}): object => ({
    connection: connection(),
    name: "guest1",
    memoryMiB: 192,
    disks: [at],
    vifs: [{ bridge: "br1", ip: "10.0.2.51" }],
    waitFor: { http: { contains: "hello from guest1" } },
    ...more,
  });
  const isAnswering = async (): Promise<void> => {
    await eventually(async () => expect(await raw("curl -s -m 5 http://10.0.2.51/ || true")).toContain("hello from"), {
      seconds: 400,
    });
  };
  const sumOf = (read: string): Promise<string> => raw(`${read} | head -c ${String(256 * 1024 ** 2)} | sha256sum`);
  const stop = async (at: object): Promise<void> => {
    guest = await guests.update(guest, "guest1", domU(at, { powerState: "stopped", waitFor: undefined }));
    expect(await raw("xl list | grep -c guest1 || true")).toBe("0");
  };

  it("stays where it is while the guest runs, with a sentence that says what to do", async () => {
    image = await images.create("disk", disk({}));
    guest = await guests.create("guest1", domU({ path: "/xen/vm/guest1.img" }));
    await isAnswering();
    await expect(images.update(image, "disk", disk({ path: "/data/guest1.qcow2", format: "qcow2" }))).rejects.toThrow(
      /in use by guest "guest1" \(domain \d+\).*set powerState to "stopped" and run up/,
    );
    expect(await raw("ls /data; ls /var/lib/pulumi-xen/disk-image/*/moving 2>/dev/null || true")).toBe("lost+found");
    await isAnswering();
  });

  it("moves to another file system as qcow2, and becomes raw, while the guest is down, which then boots from there", async () => {
    await stop({ path: "/xen/vm/guest1.img" });
    sum = await sumOf("cat /xen/vm/guest1.img");
    image = await images.update(image, "disk", disk({ path: "/data/guest1.qcow2", format: "qcow2" }));
    expect(await raw("ls /data /xen 2>&1 || true")).toMatch(/cannot access '\/xen'[^]*guest1\.qcow2/);
    expect(await sumOf("qemu-img convert -f qcow2 -O raw /data/guest1.qcow2 /tmp/back && cat /tmp/back")).toBe(sum);
    // The boot loader without privileges reads no qcow2.
    image = await images.update(image, "disk", disk({ path: "/data/guest1.img" }));
    const at = { path: "/data/guest1.img" };
    guest = await guests.update(guest, "guest1", domU(at));
    await isAnswering();
    expect(await raw("grep -c /data/guest1.img /etc/xen/guest1.cfg")).toBe("1");
    expect(await raw("xl list -l guest1 | grep -c /data/guest1.img")).not.toBe("0");
    expect((await images.refresh(image))?.inputs).toMatchObject({ path: "/data/guest1.img", format: "raw" });
  });

  it("moves into a volume group, from where the guest boots, with udev's rule for the boot loader", async () => {
    await stop({ path: "/data/guest1.img" });
    await raw("groupadd --system pulumi-xen-pygrub 2>/dev/null || true");
    sum = await sumOf("cat /data/guest1.img");
    image = await images.update(image, "disk", disk({ path: "/dev/vg0/guest1", format: "lvm" }));
    expect(await sumOf("cat /dev/vg0/guest1")).toBe(sum);
    expect(await raw("stat -L -c '%G %a' /dev/vg0/guest1; ls /data")).toBe("pulumi-xen-pygrub 640\nlost+found");
    guest = await guests.update(guest, "guest1", domU({ path: "/dev/vg0/guest1", format: "block" }));
    await isAnswering();
  });

  it("is renamed in its group with its snapshot, and copied into another one, where a write in between is seen", async () => {
    await stop({ path: "/dev/vg0/guest1", format: "block" });
    sum = await sumOf("cat /dev/vg0/guest1");
    const uuid = await raw("lvs --noheadings -o lv_uuid vg0/guest1");
    const snapshots = [{ name: "before" }];
    image = await images.update(image, "disk", disk({ path: "/dev/vg0/guest1", format: "lvm", snapshots }));
    image = await images.update(image, "disk", disk({ path: "/dev/vg0/web1", format: "lvm", snapshots }));
    expect(await raw("lvs --noheadings -o lv_uuid vg0/web1")).toBe(uuid);
    expect(await raw("lvs --noheadings -o lv_name,origin vg0 | sort | xargs")).toBe("web1 web1.snap-before web1");
    expect((await images.refresh(image))?.inputs).toMatchObject({ path: "/dev/vg0/web1", snapshots });
    const without = { path: "/dev/vg0/web1", format: "lvm", allow: ["migrate", "dataLoss"] };
    image = await images.update(image, "disk", disk(without));
    image = await images.update(image, "disk", disk({ path: "/dev/vg1/web1", format: "lvm" }));
    expect(await sumOf("cat /dev/vg1/web1")).toBe(sum);
    expect(await raw("lvs --noheadings -o vg_name,lv_name | xargs; ls /etc/udev/rules.d | grep -c pulumi-xen")).toBe(
      "vg1 web1\n1",
    );
    // What device-mapper counts: the state that a copy is held against.
    const written = "awk '{ print $5, $7 }' /sys/class/block/$(basename $(readlink -f /dev/vg1/web1))/stat";
    const before = await raw(written);
    await raw("dd if=/dev/vg1/web1 of=/dev/null bs=1M status=none");
    expect(await raw(written)).toBe(before);
    await raw("dd if=/dev/zero of=/dev/vg1/web1 bs=512 count=1 seek=524287 oflag=direct conv=notrunc status=none");
    expect(await raw(written)).not.toBe(before);
    guest = await guests.update(guest, "guest1", domU({ path: "/dev/vg1/web1", format: "block" }));
    await isAnswering();
  });

  it("is gone with all its traces when guest and image are deleted", async () => {
    await guests.delete(guest);
    await images.delete(image);
    expect(await raw("lvs --noheadings | wc -l; ls -d /var/lib/pulumi-xen 2>/dev/null || true")).toBe("0");
    expect(await raw("ls /etc/udev/rules.d | grep -c pulumi-xen || true")).toBe("0");
  });
});
