/**
 * Logical volumes on a real Xen host: made in extents and in a thin pool, grown under a running guest, with snapshots, renamed, readable for the
 * restricted boot loader after a reboot; through the functions that Pulumi calls, and judged by the raw words of LVM and xenstore.
 */
import { diskImageKind } from "../../provider/resources/disk-image/disk-image.lifecycle";
import { domuKind } from "../../provider/resources/domu/domu.lifecycle";
import { closeHosts } from "../../provider/remote";
import { eventually } from "../support/eventually";
import { type LabStack, connectionTo, labStack } from "../support/lab-stack";
import { ResourceStack, type Saved } from "../support/resource-stack";

jest.setTimeout(20 * 60_000);

const MIB = 1024 ** 2;
const GROUP = "pulumi-xen-pygrub";

describe("logical volumes of a Xen host", () => {
  let opened: LabStack | undefined;
  let ground: LabStack;
  const prod = new ResourceStack(diskImageKind);
  const raw = (command: string): Promise<string> => ground.raw(command);
  beforeAll(async () => {
    opened = await labStack("storage", { kind: "xen", suite: "bookworm" });
    ground = opened;
    const disk = await ground.host.plugDisk({ file: `${ground.folder}/second.raw`, id: "second", sizeMiB: 512 });
    // The lab's image has lvm2, and not thin_check, which LVM would run on each pool.
    await raw(`sed -i 's/^.*thin_check_executable *=.*$/\\tthin_check_executable = ""/' /etc/lvm/lvm.conf
      grep -q '^.thin_check_executable' /etc/lvm/lvm.conf || printf 'global { thin_check_executable = "" }\\n' >>/etc/lvm/lvmlocal.conf
      pvcreate -q ${disk} && vgcreate -q vg0 ${disk}
      # What another guest has left in all extents.
      lvcreate -q -y -n former -l 100%FREE vg0 && yes former | dd of=/dev/vg0/former bs=1M count=500 iflag=fullblock status=none
      lvremove -q -f -y vg0/former`);
  });
  afterAll(async () => {
    await closeHosts();
    await opened?.close();
  });

  const connection = (): object => connectionTo(ground.host);
  const declared = (more: object = {}): object => ({
    connection: connection(),
    path: "/dev/vg0/guest1",
    format: "lvm",
    sizeGiB: 302 / 1024,
    ...more,
  });
  const volumes = async (): Promise<string[]> =>
    (await raw("lvs --noheadings --units m --nosuffix -o lv_name,lv_size,lv_attr vg0"))
      .split("\n")
      .map((line) => line.trim().split(/\s+/).join(" "))
      .filter((line) => line !== "");
  const snapshotScript = async (path: string): Promise<string> =>
    (await raw("grep -lxF 'of=PATH' /var/lib/pulumi-xen/disk-image/*/claim".replace("PATH", path))).replace(
      /claim$/,
      "snapshots.sh",
    );
  let saved: Saved;

  it("makes a volume that reads as empty on extents that held another guest's data", async () => {
    saved = await prod.create("disk", declared());
    expect(await volumes()).toEqual(["guest1 304.00 -wi-a-----"]);
    expect(saved.outs).toMatchObject({ sizeBytes: 304 * MIB, phase: "ready" });
    expect(await raw("tr -d '\\0' </dev/vg0/guest1 | wc -c")).toBe("0");
    expect((await prod.refresh(saved))?.inputs).toMatchObject({ sizeGiB: 302 / 1024 });
  });

  it("grows it under a running guest that was booted from it, and sees who uses it", async () => {
    await raw(`(curl -sf ${ground.assetsUrl}/guest.img || wget -qO- ${ground.assetsUrl}/guest.img) >/dev/vg0/guest1
      printf '%s\\n' 'name="lv"' 'bootloader="pygrub"' 'memory=128' 'disk=["phy:/dev/vg0/guest1,xvda,w"]' >/root/lv.cfg
      xl create -q /root/lv.cfg`);
    const node = `/local/domain/0/backend/vbd/${await raw("xl domid lv")}/51712`;
    await eventually(async () => expect(await raw(`xenstore-read ${node}/state`)).toBe("4"), { seconds: 240 });
    saved = await prod.update(saved, "disk", declared({ sizeGiB: 330 / 1024 }));
    expect(await raw(`xenstore-read ${node}/sectors`)).toBe(String((332 * MIB) / 512));
    expect(await volumes()).toEqual(["guest1 332.00 -wi-ao----"]);
    await expect(prod.delete(saved)).rejects.toThrow('in use by guest "lv"');
    await raw("xl destroy lv; rm /root/lv.cfg");
  });

  it("has a snapshot of a guest's volume made before the guest is restarted, while it is down", async () => {
    const guests = new ResourceStack(domuKind);
    const guest = (more: object = {}): object => ({
      connection: connection(),
      name: "snapped",
      memoryMiB: 128,
      disks: [{ path: "/dev/vg0/guest1" }],
      snapshotBefore: ["restart"],
      ...more,
    });
    const made = await guests.create("snapped", guest());
    const before = await raw("xl domid snapped");
    const again = await guests.update(made, "snapped", guest({ extra: "quiet" }));
    expect(again.inputs["plan"]).toContain("snapshot of xvda before the restart: none");
    expect(Number(await raw("xl domid snapped"))).toBeGreaterThan(Number(before));
    const [snapshot, ...others] = (await volumes()).filter((line) => line.includes(".snap-auto-"));
    expect([snapshot, others]).toEqual([expect.stringMatching(/^guest1\.snap-auto-\d{8}T\d{6}Z .* swi-a-s/), []]);
    const full = guest({ extra: "quiet", root: "/dev/xvda1" });
    await raw("lvcreate -q -y -n filler -l 100%FREE vg0");
    await expect(guests.update(again, "snapped", full)).rejects.toThrow(/The volume group vg0 has 0 MiB free/);
    await raw("lvremove -q -f -y vg0/filler; xl domid snapped");
    await guests.delete(again);
    const script = await snapshotScript("/dev/vg0/guest1");
    expect(await raw(`for name in $(sh ${script} list); do sh ${script} remove $name; done`)).toContain("removed");
  });

  it("says beforehand that a snapshot stops growing and removing, and loses neither volume", async () => {
    await raw("lvcreate -q -y -s -n before -L 8M vg0/guest1");
    await expect(prod.update(saved, "disk", declared({ sizeGiB: 350 / 1024 }))).rejects.toThrow(
      "has a snapshot (vg0/before), and LVM grows no active volume that has one",
    );
    await expect(prod.delete(saved)).rejects.toThrow("would be removed with it");
    expect((await volumes()).map((line) => line.split(" ")[0])).toEqual(["before", "guest1"]);
    await raw("lvremove -q -f -y vg0/before");
  });

  it("makes and grows a thin volume in a pool, and no two in each other's name", async () => {
    await raw("lvcreate -q -y --type thin-pool -L 64M -n pool0 vg0");
    const thin = await prod.create("thin", declared({ path: "/dev/vg0/thin", thinPool: "pool0", sizeGiB: 1 }));
    expect(await raw("lvs --noheadings -o pool_lv vg0/thin")).toBe("pool0");
    expect(thin.outs).toMatchObject({ sizeBytes: 1024 * MIB });
    const grown = await prod.update(thin, "thin", declared({ path: "/dev/vg0/thin", thinPool: "pool0", sizeGiB: 2 }));
    expect(grown.outs).toMatchObject({ sizeBytes: 2048 * MIB });
    await prod.delete(grown);
    expect((await volumes()).map((line) => line.split(" ")[0])).toEqual(["guest1", "pool0"]);
  });

  /** What an operator types; also where it fails. */
  const typed = (command: string): Promise<string> => raw(`{ ${command}; } 2>&1 || echo "code $?"`);
  const small = (more: object = {}): object => declared({ path: "/dev/vg0/small", sizeGiB: 32 / 1024, ...more });
  /** A guest writes. */
  const write = (word: string, path = "/dev/vg0/small"): Promise<string> =>
    raw(`yes ${word} | head -c 4194304 >${path}; sync`);
  const begins = (path = "/dev/vg0/small"): Promise<string> => raw(`head -n 1000 ${path} | sort -u`);

  it.each([
    ["classic", {}, "swi-a-s---"],
    ["thin", { thinPool: "pool1" }, "Vwi---tz-k"],
  ])("makes a %s snapshot, goes back to it by one command, and keeps it", async (_kind, pool, attributes) => {
    if ("thinPool" in pool) await raw("lvcreate -q -y --type thin-pool -L 48M -n pool1 vg0");
    const before = await prod.create("small", small(pool));
    await write("before");
    const snapshots = [{ name: "before-upgrade" }];
    let disk = await prod.update(before, "small", small({ ...pool, snapshots }));
    expect(await raw("lvs --noheadings -o lv_attr,lv_tags vg0/small.snap-before-upgrade")).toBe(
      `${attributes} pulumi-xen-snapshot`,
    );
    await write("after");
    const uuid = await raw("lvs --noheadings -o lv_uuid vg0/small");
    const script = await snapshotScript("/dev/vg0/small");
    // Neither while somebody has it open, nor before it was said twice.
    await raw("sleep 600 3</dev/vg0/small >/dev/null 2>&1 & echo $! >/root/holder");
    expect(await typed(`sh ${script} roll-back before-upgrade --yes`)).toMatch(/is in use \(process .*code 1/s);
    await raw("kill $(cat /root/holder)");
    expect(await typed(`sh ${script} roll-back before-upgrade`)).toMatch(/is lost. Nobody uses it now.*code 3/s);
    expect(await begins()).toBe("after");
    expect(await typed(`sh ${script} roll-back before-upgrade --yes`)).toContain(
      "is what the snapshot before-upgrade holds",
    );
    expect(await begins()).toBe("before");
    await write("again");
    expect(await typed(`sh ${script} roll-back before-upgrade --yes`)).not.toContain("code");
    expect(await begins()).toBe("before");
    // udev's rule knows it by that.
    expect(await raw("lvs --noheadings -o lv_uuid vg0/small")).toBe(uuid);
    // It is the same image for its resource, and nothing has drifted.
    const seen = await prod.refresh(disk);
    expect(seen?.inputs["snapshots"]).toEqual(snapshots);
    disk = await prod.update(seen ?? disk, "small", small({ ...pool, snapshots }));
    expect(disk.inputs["plan"]).toBe("");
    if (!("thinPool" in pool)) {
      await expect(prod.check(disk.inputs, "small", small({ snapshots, sizeGiB: 40 / 1024 }))).rejects.toThrow(
        "cannot grow while there is the snapshot before-upgrade",
      );
    }
    // Taken out with consent, and grown in the same update.
    disk = await prod.update(disk, "small", small({ ...pool, sizeGiB: 40 / 1024, allow: ["dataLoss"] }));
    expect([disk.outs["sizeBytes"], await begins()]).toEqual([40 * MIB, "before"]);
    await prod.delete(disk);
    if ("thinPool" in pool) await raw("lvremove -q -f -y vg0/pool1");
    expect((await volumes()).some((line) => line.startsWith("small"))).toBe(false);
  });

  it("has no way back to a snapshot that has overflowed, and makes it again where it is declared", async () => {
    const snapshots = [{ name: "small-one", sizeGiB: 4 / 1024 }];
    const disk = await prod.create("small", small({ snapshots }));
    const script = await snapshotScript("/dev/vg0/small");
    await raw("yes more | head -c 8388608 >/dev/vg0/small || true; sync");
    await eventually(
      async () => expect(await raw("lvs --noheadings -o lv_attr vg0/small.snap-small-one")).toMatch(/^swI/),
      {
        seconds: 60,
      },
    );
    expect(await typed(`sh ${script} list`)).toBe("");
    expect(await typed(`sh ${script} roll-back small-one --yes`)).toMatch(/has no snapshot small-one of ours.*code 1/s);
    const seen = await prod.refresh(disk);
    const again = await prod.update(seen ?? disk, "small", small({ snapshots }));
    expect(again.inputs["plan"]).toContain("make snapshot small-one");
    expect(await raw("lvs --noheadings -o lv_attr vg0/small.snap-small-one")).toBe("swi-a-s---");
    await prod.delete(again);
  });

  it("goes back to no snapshot while LVM merges another one, and leaves the volume as it was", async () => {
    const snapshots = [{ name: "a", sizeGiB: 8 / 1024 }];
    const disk = await prod.create("small", small({ snapshots }));
    const script = await snapshotScript("/dev/vg0/small");
    await write("now");
    await raw("lvcreate -q -y -s -n by-hand -L 8M vg0/small");
    // LVM puts the merge of an open volume off.
    await raw(
      "sleep 600 3</dev/vg0/small >/dev/null 2>&1 & echo $! >/root/holder; lvconvert -q -y --merge vg0/by-hand",
    );
    await raw("kill $(cat /root/holder)");
    expect(await typed(`sh ${script} roll-back a --yes`)).toMatch(/LVM is merging another snapshot into .*code 1/s);
    expect(await begins()).toBe("now");
    await raw("lvchange -q -a n vg0/small; lvchange -q -a y vg0/small");
    await eventually(async () => expect((await volumes()).join()).not.toMatch(/small [^,]* O/), { seconds: 60 });
    expect(await typed(`sh ${script} roll-back a --yes`)).not.toContain("code");
    await prod.delete(disk);
  });

  it("keeps a deleted volume in the trash with its snapshots, and brings both back by one command", async () => {
    const more = { deleteAfterDays: 7, snapshots: [{ name: "a", sizeGiB: 8 / 1024 }] };
    const disk = await prod.create("small", small(more));
    await write("kept");
    const uuid = await raw("lvs --noheadings -o lv_uuid vg0/small");
    await prod.delete(disk);
    expect((await volumes()).filter((line) => line.startsWith("small")).map((line) => line.split(" ")[0])).toEqual([
      expect.stringMatching(/^small.trash-[0-9a-f]{8}$/),
      expect.stringMatching(/^small.trash-[0-9a-f]{8}.snap-a$/),
    ]);
    expect(await raw("systemctl is-active pulumi-xen-trash.timer")).toBe("active");
    // A new one of the same name and snapshot, and the way back is shut while it is there.
    const second = await prod.create("small", small(more));
    expect(await typed("sh /var/lib/pulumi-xen/trash/trash restore /dev/vg0/small")).toMatch(
      /is claimed by another now.*code 1/s,
    );
    await prod.delete(await prod.update(second, "small", small({ ...more, deleteAfterDays: undefined })));
    expect(await typed("sh /var/lib/pulumi-xen/trash/trash restore /dev/vg0/small")).toContain(
      "/dev/vg0/small is back",
    );
    expect(await raw("lvs --noheadings -o lv_uuid vg0/small")).toBe(uuid);
    expect(await begins()).toBe("kept");
    expect(await typed("systemctl is-active pulumi-xen-trash.timer")).toContain("inactive");
    const again = await prod.create("small", small(more));
    expect((await prod.refresh(again))?.inputs["snapshots"]).toMatchObject([{ name: "a" }]);
    // The host's own timer removes what is due.
    await prod.delete(again);
    await raw(
      "sed -i 's/^until=.*/until=1/' /var/lib/pulumi-xen/trash/*/record; systemctl start pulumi-xen-trash.service",
    );
    expect((await volumes()).some((line) => line.startsWith("small"))).toBe(false);
    expect(await raw("ls /var/lib/pulumi-xen/trash /etc/systemd/system/pulumi-xen-trash.* 2>/dev/null | wc -l")).toBe(
      "0",
    );
  });

  it("knows a volume that was renamed, and one that is not active", async () => {
    await raw("lvrename -q vg0 guest1 kept");
    await expect(prod.refresh(saved)).rejects.toThrow("was renamed: it is vg0/kept now");
    await expect(prod.delete(saved)).rejects.toThrow("was renamed");
    await raw("lvrename -q vg0 kept guest1; lvchange -q -a n vg0/guest1");
    await expect(prod.refresh(saved)).rejects.toThrow("is there, but not active on this host");
    await raw("lvchange -q -a y vg0/guest1");
    expect(await prod.refresh(saved)).toBeDefined();
  });

  it("keeps a volume readable for the restricted boot loader over a reboot, and takes udev's rule away with it", async () => {
    await raw(`getent group ${GROUP} || groupadd --system ${GROUP}`);
    saved = await prod.update(saved, "disk", declared({ sizeGiB: 334 / 1024 }));
    const readable = "stat -L -c '%G %a' /dev/vg0/guest1";
    expect(await raw(readable)).toBe(`${GROUP} 640`);
    // udev says it again at each change of the device.
    await raw("udevadm trigger --settle /dev/vg0/guest1");
    expect(await raw(readable)).toBe(`${GROUP} 640`);
    const boot = await raw("cat /proc/sys/kernel/random/boot_id");
    await ground.host.run("systemctl reboot", { timeoutSeconds: 20 }).catch(() => undefined);
    await eventually(async () => expect(await raw("cat /proc/sys/kernel/random/boot_id")).not.toBe(boot), {
      seconds: 600,
    });
    await eventually(async () => expect(await raw(readable)).toBe(`${GROUP} 640`), { seconds: 60 });
    await prod.delete(saved);
    expect(await raw("ls /etc/udev/rules.d/ | grep -c pulumi-xen || true")).toBe("0");
    expect((await volumes()).map((line) => line.split(" ")[0])).toEqual(["pool0"]);
  });
});
