/**
 * What may change about a guest while it runs, on a host that runs Xen already and with a disk that has a system on
 * it. What each chapter claims is looked at from inside the guest, and on the host with raw tools.
 */
import type { StackEngine } from "../../lab/engine";
import { type LabStack, deeds, mustSucceed } from "../support/lab-stack";
import { eventually } from "../support/eventually";

const guestIp = "10.0.2.51";
const mib = 1024 ** 2;

/** What the guest tells of its machine (recipe/guest-assets.sh, cgi-bin/state). */
interface GuestView {
  /** Another one after each boot of the guest's kernel. */
  readonly boot: string;
  /** Sizes in MiB, by name. */
  readonly disks: ReadonlyMap<string, number>;
  readonly links: readonly string[];
}

/** The claims, in order; each stands on the one before. */
export function guestChanges(ground: () => LabStack, engine: () => StackEngine): void {
  let settings: Record<string, string> = { diskMiB: "256", dataMiB: "64", more: "false", pvh: "false" };

  async function run(
    action: "preview" | "up" | "refresh" | "destroy",
  ): Promise<{ deeds: string[]; log: string; changed: number }> {
    const { stack, config, assets, assetsUrl } = ground();
    const disk = { diskUrl: `${assetsUrl}/${assets.disk.name}`, diskSha256: assets.disk.sha256 };
    const options = { ...stack, config: { ...config, ...disk, ...settings } };
    const result = await mustSucceed(engine(), engine()[action](options));
    return { deeds: deeds(result), log: result.log, changed: result.changed };
  }
  const raw = (command: string): Promise<string> => ground().raw(command);
  const domid = (): Promise<string> => raw("xl domid guest1");

  async function look(): Promise<GuestView> {
    const lines = (await raw(`curl -sf -m 10 http://${guestIp}/cgi-bin/state`))
      .split("\n")
      .map((line) => line.split(" "));
    const named = (kind: string): string[][] => lines.filter(([first]) => first === kind);
    return {
      boot: named("boot")[0]?.[1] ?? "",
      disks: new Map(named("disk").map(([, name = "", sectors]) => [name, (Number(sectors) * 512) / mib])),
      links: named("link").map(([, name = ""]) => name),
    };
  }

  /** Does what the settings now say, and shows that the guest neither was built anew nor has booted. */
  async function whileItRuns(expected: string[]): Promise<{ log: string; guest: () => Promise<GuestView> }> {
    const [domain, { boot }] = [await domid(), await look()];
    const { log } = await run("preview");
    const done = await run("up");
    expect(done.deeds).toEqual(expected);
    expect(await domid()).toBe(domain);
    const guest = async (): Promise<GuestView> => {
      const now = await look();
      expect(now.boot).toBe(boot);
      return now;
    };
    return { log, guest };
  }

  it("makes bridges with static addresses and a guest from an image with a system on it, side by side", async () => {
    const { deeds: done } = await run("up");
    expect(done).toEqual([
      "create Bridge inner",
      "create Bridge lan",
      "create DiskImage data",
      "create DiskImage disk",
      "create DomU guest1",
      "create XenHost dom0",
    ]);
    const addresses = await raw("ip -4 -o addr show dev br0; ip -4 -o addr show dev eth0");
    expect(addresses).toMatch(/br0 +inet 10\.0\.2\.15\/24/);
    expect(addresses).toMatch(/br0 +inet 10\.0\.2\.115\/24/);
    expect(addresses).not.toContain("eth0");
    expect(await raw("ip route show default")).toMatch(/^default via 10\.0\.2\.2 dev br0/);
    expect(await raw("ls /sys/class/net/br1/brif")).toBe("");
    expect((await look()).disks.get("xvda")).toBe(256);
  });

  it("plugs a qcow2 disk and an interface into the running guest, as the preview said", async () => {
    settings = { ...settings, more: "true" };
    const { log, guest } = await whileItRuns(["update DomU guest1"]);
    expect(log).toMatch(/disks\[1\] .*added.*: live/);
    expect(log).toMatch(/vifs\[1\] .* added on .*: live/);
    await eventually(
      async () => {
        const { disks, links } = await guest();
        expect(disks.get("xvdb")).toBe(64);
        expect(links).toEqual(["eth0", "eth1", "lo"]);
      },
      { seconds: 60 },
    );
    expect(await raw("ls /sys/class/net/br1/brif")).toBe(`vif${await domid()}.1`);
    expect(await raw("xl list -l guest1")).toContain('"format": "qcow2"');
  });

  it("grows a raw and a qcow2 disk under the running guest, which sees the new sizes", async () => {
    settings = { ...settings, diskMiB: "384", dataMiB: "128" };
    const { guest } = await whileItRuns(["update DiskImage data", "update DiskImage disk"]);
    await eventually(
      async () => {
        const { disks } = await guest();
        expect([disks.get("xvda"), disks.get("xvdb")]).toEqual([384, 128]);
      },
      { seconds: 60 },
    );
    // The file is well: it is what the guest's QEMU wrote, not a size written over it.
    expect(await raw("qemu-img info -U /xen/vm/data.qcow2 | sed -n 's/^virtual size: \\([^ ]* [^ ]*\\).*/\\1/p'")).toBe(
      "128 MiB",
    );
  });

  it("changes nothing when it is run again, and refresh finds what it left", async () => {
    expect((await run("refresh")).changed).toBe(0);
    expect((await run("up")).changed).toBe(0);
  });

  it("takes disk and interface out of the running guest again, and the disk's image stays", async () => {
    settings = { ...settings, more: "false" };
    const { guest } = await whileItRuns(["update DomU guest1"]);
    await eventually(
      async () => {
        const { disks, links } = await guest();
        expect([...disks.keys()]).not.toContain("xvdb");
        expect(links).toEqual(["eth0", "lo"]);
      },
      { seconds: 60 },
    );
    expect(await raw("ls /sys/class/net/br1/brif")).toBe("");
    expect(await raw("ls /xen/vm")).toBe("data.qcow2\nguest1.img");
  });

  it("builds the guest anew as a pvh guest, with the restart that the preview announced", async () => {
    const [domain, { boot }] = [await domid(), await look()];
    settings = { ...settings, pvh: "true" };
    expect((await run("preview")).log).toMatch(/type "?pv"? -> "?pvh"?: restart/);
    await run("up");
    expect(await domid()).not.toBe(domain);
    expect((await look()).boot).not.toBe(boot);
    expect(await raw("xl list -l guest1")).toContain('"type": "pvh"');
    expect(await raw("xl list -l guest1")).toContain('"bootloader": "pygrub"');
  });

  it("gives back the host's network and leaves plain Linux to its next boot", async () => {
    // The lab's own host makes Xen its default in a file of its own, as an administrator may: that would count again.
    await raw("sed -i /XEN_OVERRIDE_GRUB_DEFAULT/d /etc/default/grub.d/xen-lab.cfg");
    await run("destroy");
    expect(await raw("xl list | awk 'NR>1 {print $1}'")).toBe("Domain-0");
    expect(await raw("ls -d /var/lib/pulumi-xen /xen /etc/default/grub.d/zz-pulumi-xen.cfg 2>/dev/null || true")).toBe(
      "",
    );
    expect(await raw("ip -4 -o addr show dev eth0")).toContain("10.0.2.15/24");
    const before = await raw("cat /proc/sys/kernel/random/boot_id");
    await raw("systemd-run --quiet --on-active=1 systemctl reboot");
    await eventually(async () => expect(await raw("cat /proc/sys/kernel/random/boot_id")).not.toBe(before), {
      seconds: 300,
    });
    expect(await raw("test -e /proc/xen/capabilities || cat /sys/hypervisor/type 2>/dev/null || echo plain")).toBe(
      "plain",
    );
    expect(await raw("ip -4 -o addr show dev eth0")).toContain("10.0.2.15/24");
  });
}
