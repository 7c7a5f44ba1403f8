/**
 * What a change of a Xen host does to its guests, on real Xen: dom0's memory while they run, and a reboot before which they are refused, saved or
 * shut down; through the functions that Pulumi calls, and looked at with raw tools.
 */
import { xenHostKind } from "../../provider/resources/xen-host/xen-host.lifecycle";
import { closeHosts } from "../../provider/remote";
import { eventually } from "../support/eventually";
import { type LabStack, connectionTo, labStack } from "../support/lab-stack";
import { ResourceStack, type Saved } from "../support/resource-stack";

jest.setTimeout(30 * 60_000);

const GUEST = "10.0.2.51";
const UUID = "2c5de986-3873-418a-8bbb-8798d10d3298";

describe("a Xen host with a guest of somebody else's", () => {
  let opened: LabStack | undefined;
  let ground: LabStack;
  const prod = new ResourceStack(xenHostKind);
  const raw = (command: string): Promise<string> => ground.raw(command);
  const boot = (): Promise<string> => raw("cat /proc/sys/kernel/random/boot_id");
  /** The guest's own, which a save keeps and a boot does not. */
  const guestBoot = (): Promise<string> =>
    raw(`curl -sf -m 5 http://${GUEST}/cgi-bin/state | sed -n 's/^boot //p' | grep .`);
  const dom0MiB = async (): Promise<number> => Number(await raw("xl list 0 | awk 'NR == 2 { print $3 }'"));
  let saved: Saved;

  const declared = (more: object = {}, memoryMiB = 1024): object => ({
    connection: connectionTo(ground.host),
    dom0: { memoryMiB, maxVcpus: 2 },
    hypervisorArgs: JSON.parse(ground.config["hypervisorArgs"] ?? "[]") as string[],
    kernelArgs: JSON.parse(ground.config["kernelArgs"] ?? "[]") as string[],
    allow: ["reboot"],
    ...more,
  });
  const moreArgs = (...args: string[]): string[] => [
    ...(JSON.parse(ground.config["hypervisorArgs"] ?? "[]") as string[]),
    ...args,
  ];

  beforeAll(async () => {
    opened = await labStack("host-reboot", { kind: "xen", suite: "bookworm" });
    ground = opened;
    saved = await prod.create("dom0", declared());
    // A bridge of the host's own, so that the guest can be asked; the card keeps its way in.
    await raw(`ip link add br9 type bridge; ip address add 10.0.2.50/32 dev br9; ip link set br9 up; ip route add ${GUEST}/32 dev br9
      (curl -sf ${ground.assetsUrl}/guest.img || wget -qO- ${ground.assetsUrl}/guest.img) >/srv/guest.img
      printf '%s\\n' 'name="web1"' 'uuid="${UUID}"' 'bootloader="pygrub"' 'memory=128' 'disk=["/srv/guest.img,raw,xvda,w"]' 'vif=["bridge=br9"]' >/etc/xen/web1.cfg
      cat >/etc/systemd/system/br9.service <<'X'
[Unit]
Before=xendomains.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'ip link add br9 type bridge; ip address add 10.0.2.50/32 dev br9; ip link set br9 up; ip route add ${GUEST}/32 dev br9'
[Install]
WantedBy=multi-user.target
X
      systemctl enable br9.service; xl create -q /etc/xen/web1.cfg`);
    await eventually(async () => expect(await guestBoot()).not.toBe(""), { seconds: 240, everyMs: 2000 });
  });
  afterAll(async () => {
    await closeHosts();
    await opened?.close();
  });

  it("gives dom0 less memory and more again while the guest runs, and nothing boots", async () => {
    const before = [await boot(), await guestBoot()];
    saved = await prod.update(saved, "dom0", declared({}, 960));
    expect(Math.abs((await dom0MiB()) - 960)).toBeLessThanOrEqual(16);
    expect((await prod.refresh(saved))?.inputs).toMatchObject({ dom0: { memoryMiB: 960 } });
    saved = await prod.update(saved, "dom0", declared({}, 1024));
    expect(Math.abs((await dom0MiB()) - 1024)).toBeLessThanOrEqual(16);
    expect([await boot(), await guestBoot()]).toEqual(before);
  });

  it("refuses to shrink dom0 below what it uses", async () => {
    await expect(prod.update(saved, "dom0", declared({}, 200))).rejects.toThrow(/dom0 uses \d+ of its \d+ MiB/);
    expect(Math.abs((await dom0MiB()) - 1024)).toBeLessThanOrEqual(16);
  });

  it("is not rebooted while the guest runs, unless the program says what becomes of it", async () => {
    const before = await boot();
    const args = moreArgs("loglvl=all");
    await expect(prod.update(saved, "dom0", declared({ hypervisorArgs: args }))).rejects.toThrow("web1");
    expect(await boot()).toBe(before);
  });

  it("has its guest back as it was after a reboot that saves it", async () => {
    const before = [await boot(), await guestBoot()];
    const args = moreArgs("loglvl=all");
    saved = await prod.update(saved, "dom0", declared({ hypervisorArgs: args, onHostReboot: "save" }));
    expect(await boot()).not.toBe(before[0]);
    expect(await raw("xl info xen_commandline")).toContain("loglvl=all");
    await eventually(async () => expect(await guestBoot()).toBe(before[1]), { seconds: 120, everyMs: 2000 });
    expect(
      await raw("find /var/lib/xen/save -type f; ls /var/lib/pulumi-xen/host/self/guests 2>/dev/null || true"),
    ).toBe("");
  });

  it("has its guest started again after a reboot that shuts it down", async () => {
    await raw("mkdir -p /etc/xen/auto; ln -s ../web1.cfg /etc/xen/auto/web1.cfg");
    const before = [await boot(), await guestBoot()];
    const args = moreArgs("loglvl=info");
    saved = await prod.update(saved, "dom0", declared({ hypervisorArgs: args, onHostReboot: "shutdown" }));
    expect(await boot()).not.toBe(before[0]);
    await eventually(async () => expect(await guestBoot()).not.toBe(before[1]), { seconds: 240, everyMs: 2000 });
    expect(await raw(`xl list -v | grep -c ${UUID}`)).toBe("1");
  });
});
