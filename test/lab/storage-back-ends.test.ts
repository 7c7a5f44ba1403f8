/**
 * What only a real host shows of the back ends of DiskImage: thin clones that are there after a reboot, a device that udev keeps readable for the
 * restricted boot loader, and images that share another one under a guest's own QEMU; judged by the raw words of LVM, udev and qemu-img.
 */
import { diskImageKind } from "../../provider/resources/disk-image/disk-image.lifecycle";
import { closeHosts } from "../../provider/remote";
import { eventually } from "../support/eventually";
import { type LabStack, connectionTo, labStack } from "../support/lab-stack";
import { ResourceStack, type Saved } from "../support/resource-stack";

jest.setTimeout(20 * 60_000);

const MIB = 1024 ** 2;
const GROUP = "pulumi-xen-pygrub";

describe("back ends of a Xen host", () => {
  let opened: LabStack | undefined;
  let ground: LabStack;
  const prod = new ResourceStack(diskImageKind);
  const raw = (command: string): Promise<string> => ground.raw(command);
  beforeAll(async () => {
    opened = await labStack("back-ends", { kind: "xen", suite: "bookworm", storage: true });
    ground = opened;
    const disk = await ground.host.plugDisk({ file: `${ground.folder}/second.raw`, id: "second", sizeMiB: 512 });
    // With thin_check, also in its ramdisk: on a host without it the clone was not there after a reboot, though LVM makes it active by hand.
    await raw(`pvcreate -q ${disk} && vgcreate -q vg0 ${disk} && lvcreate -q -y --type thin-pool -L 128M -n pool0 vg0
      getent group ${GROUP} >/dev/null || groupadd --system ${GROUP}`);
  });
  afterAll(async () => {
    await closeHosts();
    await opened?.close();
  });

  const declared = (path: string, mebibytes: number, more: object = {}): object => ({
    connection: connectionTo(ground.host),
    path,
    sizeGiB: mebibytes / 1024,
    ...more,
  });
  const thin = { format: "lvm", thinPool: "pool0" };
  const readable = (path: string): Promise<string> => raw(`stat -L -c '%G %a' ${path}`);
  let golden: Saved;
  let clone: Saved;
  let device: Saved;

  it("makes a thin clone that takes no space, is its own image, and outlives what it was made of", async () => {
    golden = await prod.create("golden", declared("/dev/vg0/golden", 64, thin));
    await raw("head -c 40M /dev/urandom >/dev/vg0/golden; sync; sha256sum </dev/vg0/golden >/root/sum");
    const usedBefore = Number(await raw("lvs --noheadings -o data_percent vg0/pool0"));
    clone = await prod.create(
      "clone",
      declared("/dev/vg0/clone", 96, { ...thin, source: { image: "/dev/vg0/golden", format: "lvm" } }),
    );
    expect(clone.outs).toMatchObject({ sizeBytes: 96 * MIB, phase: "ready" });
    expect(Number(await raw("lvs --noheadings -o data_percent vg0/pool0")) - usedBefore).toBeLessThan(2);
    expect(await raw("head -c 64M /dev/vg0/clone | sha256sum | cmp - /root/sum && echo same")).toBe("same");
    expect(await raw("lvs --noheadings -o lv_attr vg0/clone")).toMatch(/^Vwi-a-tz--$/);
    expect(await raw("lvs --noheadings -o lv_uuid vg0/clone")).not.toBe(
      await raw("lvs --noheadings -o lv_uuid vg0/golden"),
    );
    await raw("yes other | head -c 1M >/dev/vg0/clone; sync");
    expect(await raw("sha256sum </dev/vg0/golden | cmp - /root/sum && echo same")).toBe("same");
    expect((await prod.refresh(clone))?.inputs).toEqual(clone.inputs);
    await prod.delete(golden);
    expect(await raw("head -c 5 /dev/vg0/clone")).toBe("other");
    expect(await raw("lvs --noheadings -o lv_name vg0 | tr -d ' ' | sort | tr '\\n' ' '")).toBe("clone pool0");
  });

  it("refuses to promise more of a pool than it has, where that is asked for", async () => {
    await expect(prod.create("big", declared("/dev/vg0/big", 512, { ...thin, overcommit: "refuse" }))).rejects.toThrow(
      /The thin pool vg0\/pool0 has \d+ MiB free, its other .* may still take \d+ MiB, and \/dev\/vg0\/big may take 512 MiB more/,
    );
    const big = await prod.create("big", declared("/dev/vg0/big", 512, thin));
    expect(Number(big.outs["promisedBytes"])).toBeGreaterThan(Number(big.outs["freeBytes"]));
    await prod.delete(big);
  });

  it("keeps a device readable for the restricted boot loader over a reboot, and the clone active", async () => {
    await raw("lvcreate -q -y -n theirs -L 8M vg0");
    const before = await readable("/dev/vg0/theirs");
    device = await prod.create(
      "device",
      declared("/dev/vg0/theirs", 8, { format: "block", readableByBootLoader: true }),
    );
    expect(await readable("/dev/vg0/theirs")).toBe(`${GROUP} 640`);
    // udev says it again at each change of the device.
    await raw("udevadm trigger --settle /dev/vg0/theirs");
    expect(await readable("/dev/vg0/theirs")).toBe(`${GROUP} 640`);
    const boot = await raw("cat /proc/sys/kernel/random/boot_id");
    await ground.host.run("systemctl reboot", { timeoutSeconds: 20 }).catch(() => undefined);
    await eventually(async () => expect(await raw("cat /proc/sys/kernel/random/boot_id")).not.toBe(boot), {
      seconds: 600,
    });
    await eventually(async () => expect(await readable("/dev/vg0/theirs")).toBe(`${GROUP} 640`), { seconds: 60 });
    // LVM makes a group's volumes active one after the other, those of a pool last.
    await eventually(async () => expect(await raw("head -c 5 /dev/vg0/clone")).toBe("other"), { seconds: 180 });
    expect(await prod.refresh(clone)).toBeDefined();
    await prod.delete(device);
    expect(await raw("ls /etc/udev/rules.d/ | grep -c pulumi-xen-theirs || true")).toBe("0");
    expect(await readable("/dev/vg0/theirs")).toBe(before);
    await prod.delete(clone);
  });

  it("gives a guest an image that shares another one, grows it under that guest, and keeps what it shares", async () => {
    await raw(`mkdir -p /srv/x && (curl -sf ${ground.assetsUrl}/guest.img || wget -qO- ${ground.assetsUrl}/guest.img) >/srv/x/base.img
      sha256sum </srv/x/base.img >/root/sum`);
    const size = Number(await raw("stat -c %s /srv/x/base.img"));
    const shared = { format: "qcow2", backing: { path: "/srv/x/base.img", format: "raw" } };
    const made = await prod.create("overlay", declared("/srv/x/g.qcow2", Math.ceil(size / MIB) + 8, shared));
    const base = await prod.create("base", declared("/srv/x/base.img", size / MIB, { adopt: true }));
    await raw(`printf '%s\\n' 'name="ov"' 'bootloader="pygrub"' 'memory=128' 'disk=["format=qcow2,vdev=xvda,access=rw,target=/srv/x/g.qcow2"]' >/root/ov.cfg
      xl create -q /root/ov.cfg`);
    const node = `/local/domain/0/backend/qdisk/${await raw("xl domid ov")}/51712`;
    await eventually(async () => expect(await raw(`xenstore-read ${node}/state`)).toBe("4"), { seconds: 240 });
    const grown = await prod.update(made, "overlay", declared("/srv/x/g.qcow2", Math.ceil(size / MIB) + 16, shared));
    expect(await raw(`xenstore-read ${node}/sectors`)).toBe(String(((Math.ceil(size / MIB) + 16) * MIB) / 512));
    await expect(prod.delete(base)).rejects.toThrow(/base\.img is (in use by|shared by)/);
    await raw("xl destroy ov; rm /root/ov.cfg");
    await eventually(async () => expect(await raw("xl list ov >/dev/null 2>&1 || echo gone")).toBe("gone"), {
      seconds: 60,
    });
    await expect(prod.delete(base)).rejects.toThrow("is shared by /srv/x/g.qcow2");
    expect(await raw("sha256sum </srv/x/base.img | cmp - /root/sum && echo same")).toBe("same");
    await prod.delete(grown);
    await prod.delete(base);
    expect(await raw("ls /srv/x /var/lib/pulumi-xen 2>&1 | grep -c img || true")).toBe("0");
  });
});
