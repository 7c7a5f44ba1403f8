import { strongest } from "../../../../provider/effect";
import { dynamicProvider } from "../../../../provider/pulumi";
import { domuCreation } from "../../../../provider/resources/domu/domu.creation";
import { updateJob } from "../../../../provider/resources/domu/domu.jobs";
import { domuKind } from "../../../../provider/resources/domu/domu.lifecycle";
import { asMade } from "../../../../provider/resources/domu/domu.observe";
import { guestPlan } from "../../../../provider/resources/domu/domu.plan";
import type { DomUInputs } from "../../../../provider/resources/domu/domu.properties";
import { completeDomU } from "../../../../provider/resources/domu/domu.rules";
import { guest } from "./guest";
import { seen } from "./observed";

const disk = { path: "/xen/vm/guest1.img" };
const media = { name: "m", directory: "/m", kernelPath: "/m/vmlinuz", ramdiskPath: "/m/initrd.gz" };
const MAC = "00:16:3e:00:00:01";

/** From one declaration to another, `text: effect` of each change. */
const CHANGES: readonly [Partial<DomUInputs>, Partial<DomUInputs>, readonly string[]][] = [
  [{}, {}, []],
  [{ memoryMiB: 512, maxMemoryMiB: 1024 }, { memoryMiB: 768, maxMemoryMiB: 1024 }, ["memoryMiB 512 -> 768: live"]],
  [{ memoryMiB: 512 }, { memoryMiB: 768 }, ["memoryMiB 512 -> 768: restart", "maxMemoryMiB 512 -> 768: restart"]],
  [{ memoryMiB: 512 }, { memoryMiB: 256 }, ["memoryMiB 512 -> 256: live"]],
  [{ memoryMiB: 512 }, { memoryMiB: 64 }, ["memoryMiB 512 -> 64: restart"]],
  [{}, { maxMemoryMiB: 1024 }, ["maxMemoryMiB 512 -> 1024: restart"]],
  [{ maxMemoryMiB: 1024 }, {}, []],
  [{ maxVcpus: 2 }, { vcpus: 2, maxVcpus: 2 }, ["vcpus 1 -> 2: live"]],
  [{}, { vcpus: 2 }, ["vcpus 1 -> 2: restart", "maxVcpus 1 -> 2: restart"]],
  [{}, { cpus: "0" }, ["cpus unset -> 0: live"]],
  [{ cpus: "0-2" }, { cpus: "0,1,2" }, ["/etc/xen/guest1.cfg: cpus 0-2 -> 0,1,2: none"]],
  [{}, { name: "web1" }, ["name guest1 -> web1: live"]],
  [{}, { boot: "pvgrub2" }, ["boot pygrub -> pvgrub2: restart"]],
  [{ boot: "pvgrub2" }, { boot: "pvgrub2", kernel: "/g" }, ["kernel unset -> /g: restart"]],
  [{ extra: "a" }, { extra: "b" }, ["extra a -> b: restart"]],
  [{}, { onCrash: "restart" }, ["onCrash destroy -> restart: restart"]],
  [{}, { extraConfig: { tsc_mode: "native" } }, ['extraConfig unset -> {"tsc_mode":"native"}: restart']],
  [{ extraConfig: { tsc_mode: "native", nomigrate: 1 } }, { extraConfig: { nomigrate: 1, tsc_mode: "native" } }, []],
  [{}, { autostart: true }, ["autostart false -> true: live"]],
  [{}, { powerState: "stopped" }, ["powerState running -> stopped: restart"]],
  [{ powerState: "stopped" }, {}, ["powerState stopped -> running: live"]],
  [{ powerState: "stopped" }, { powerState: "stopped", extra: "a" }, ["extra unset -> a: none"]],
  [{}, { waitFor: { consoleText: "login:" } }, ['waitFor unset -> {"consoleText":"login:"}: none']],
  [{ disks: [disk] }, { disks: [{ ...disk, device: "xvdb" }] }, ["disks[0].device xvda -> xvdb: restart"]],
  [
    { disks: [disk] },
    { disks: [{ path: "/other.img" }] },
    ["disks[0].image /xen/vm/guest1.img -> /other.img: restart"],
  ],
  [{ disks: [disk] }, { disks: [disk, { path: "/b.img" }] }, ["disks[1] xvdb added (/b.img): live"]],
  [
    { disks: [disk, { path: "/b.img", device: "xvdb" }] },
    { disks: [disk, { path: "/b.img", device: "xvdc" }] },
    ["disks[1].device xvdb -> xvdc: restart"],
  ],
  [
    { disks: [disk, { path: "/b.img" }] },
    { disks: [disk, { path: "/n.img" }, { path: "/b.img" }] },
    ["disks[1] xvdc added (/n.img): live"],
  ],
  [
    { disks: [disk, { path: "/b.img" }] },
    { disks: [{ path: "/b.img" }, disk] },
    ["disks[0] xvdb is the first disk now: restart", "disks[1] xvda is no longer the first disk: restart"],
  ],
  [{ disks: [disk] }, { disks: [{ ...disk, format: "block" }] }, []],
  [
    { disks: [disk] },
    { disks: [disk, { path: "/b.img", format: "qcow2" }] },
    ["disks[1] xvdb added (/b.img, which takes a QEMU that this guest was built without): restart"],
  ],
  [
    { disks: [disk], vfb: {} },
    { disks: [disk, { path: "/b.img", format: "qcow2" }], vfb: {} },
    ["disks[1] xvdb added (/b.img): live"],
  ],
  [
    { disks: [disk, { path: "/b.img", format: "qcow2" }] },
    { disks: [disk, { path: "/b.img", format: "qcow2" }, { path: "/c.img", format: "qcow2" }] },
    ["disks[2] xvdc added (/c.img): live"],
  ],
  [
    { disks: [disk, { path: "/b.img" }] },
    { disks: [disk] },
    ["disks[1] xvdb removed (unmount it in the guest first): live"],
  ],
  [
    { vifs: [{ bridge: "br0" }] },
    { vifs: [{ bridge: "br0" }, { bridge: "br1", mac: MAC }] },
    [`vifs[1] ${MAC} added on br1: live`],
  ],
  [
    { vifs: [{ bridge: "br0" }, { bridge: "br1", mac: MAC }] },
    { vifs: [{ bridge: "br0" }] },
    [`vifs[1] ${MAC} removed: live`],
  ],
  [{}, { vifs: [{ bridge: "br1" }] }, ["vifs[0].bridge br0 -> br1: restart"]],
  [
    { vifs: [{ bridge: "br0", ip: "198.51.100.21" }] },
    { vifs: [{ bridge: "br0", ip: "198.51.100.21 198.51.100.22" }] },
    ['vifs[0].ip 198.51.100.21 -> "198.51.100.21 198.51.100.22": restart'],
  ],
  [
    { vifs: [{ bridge: "br0" }] },
    { vifs: [{ bridge: "br0" }, { script: "vif-route", ip: "198.51.100.22", mac: MAC }] },
    [`vifs[1] ${MAC} added by vif-route: live`],
  ],
  [
    { vifs: [{ bridge: "br0", mac: MAC }] },
    { vifs: [{ bridge: "br0", mac: "00:16:3e:00:00:02" }] },
    [`vifs[0].mac ${MAC} -> 00:16:3e:00:00:02: restart`],
  ],
  [
    { vifs: [{ bridge: "br0" }, { bridge: "br1" }] },
    { vifs: [{ bridge: "br1" }, { bridge: "br0" }] },
    [
      '/etc/xen/guest1.cfg: vif order "00:16:3e:48:e2:c0, 00:16:3e:4b:be:c1" -> "00:16:3e:4b:be:c1, 00:16:3e:48:e2:c0": none',
    ],
  ],
  [{}, { vfb: { vncPassword: "hunter2" } }, ["vfb [secret] -> [secret]: restart"]],
  [
    { uuid: "00000000-0000-4000-8000-000000000001", vifs: [] },
    { uuid: "00000000-0000-4000-8000-000000000002", vifs: [] },
    ["uuid 00000000-0000-4000-8000-000000000001 -> 00000000-0000-4000-8000-000000000002: replace"],
  ],
  [
    { install: { media } },
    { install: { media, extra: "b" } },
    [expect.stringMatching(/^install .*\(used only before the first boot\): none$/) as string],
  ],
];

function both(before: Partial<DomUInputs>, after: Partial<DomUInputs>): { olds: DomUInputs; news: DomUInputs } {
  const olds = completeDomU(guest(before));
  return { olds, news: completeDomU(guest(after), olds) };
}

describe("the plan of a guest", () => {
  it.each(CHANGES)("says what a preview shows from %j to %j", (before, after, expected) => {
    const { olds, news } = both(before, after);
    expect(guestPlan(asMade(olds), news).map(({ text, effect }) => `${text}: ${effect}`)).toEqual(expected);
  });

  it.each(CHANGES)("says the same to an update, where the host is as made, from %j to %j", (before, after) => {
    const { olds, news } = both(before, after);
    const shown = guestPlan(asMade(olds), news);
    const update = guestPlan(seen(olds, { hostCpus: undefined, uuid: news.uuid }), news);
    // What no host shows has no effect either.
    const bare = shown.filter(({ property }) => !["install", "waitFor", "uuid"].includes(property));
    const told = update
      .filter(({ text }) => !text.startsWith("/etc/xen/guest1.cfg: uuid "))
      .map(({ text, effect }) => ({ text, effect }));
    expect(told).toEqual(bare.map(({ text, effect }) => ({ text, effect })));
    const claim = { seen: undefined, renews: false, isKnown: true, nameNow: olds.name, isUnfinished: false };
    const needed = strongest(updateJob(seen(olds), update, news, claim).steps.map(({ effect }) => effect));
    expect(strongest([needed, ...shown.map(({ effect }) => effect)])).toBe(
      strongest(shown.map(({ effect }) => effect)),
    );
  });

  it.each(CHANGES)("is empty once the change is made, from %j to %j", (before, after) => {
    const { news } = both(before, after);
    expect(guestPlan(seen(news), news)).toEqual([]);
    expect(guestPlan(asMade(news), news)).toEqual([]);
  });

  it("loses data where a guest that installs itself would be replaced", () => {
    const { olds, news } = both(
      { install: { media } },
      { install: { media }, uuid: "00000000-0000-4000-8000-000000000002" },
    );
    expect(guestPlan(asMade(olds), news)[0]).toMatchObject({ effect: "replace", losesData: true });
  });

  it("shows no value of a secret property, in whatever change it stands", () => {
    const secretProperties = ["vifs", "disks", "extra", "kernel", "waitFor", "install"];
    const { olds, news } = both(
      {
        secretProperties,
        vifs: [{ bridge: "br0", ip: "198.51.100.81" }],
        extra: "hush1",
        waitFor: { consoleText: "hush2" },
      },
      {
        secretProperties,
        vifs: [
          { bridge: "br0", ip: "198.51.100.82" },
          { bridge: "br1", mac: MAC },
        ],
        disks: [{ path: "/hush3.img" }, { path: "/hush4.img" }],
        extra: "hush5",
        boot: "direct",
        kernel: "/hush6",
        waitFor: { consoleText: "hush7" },
        install: { media, extra: "hush8" },
      },
    );
    const told = [...guestPlan(asMade(olds), news), ...guestPlan(seen(olds), news)].map(({ text }) => text).join("\n");
    expect(`${told}${String(news.config)}${domuCreation(news).join()}`).not.toMatch(/hush|198\.51\.100\.8|3e:00:00:01/);
  });
});

it("announces a restart where only a restart finishes what was begun, though no input has changed", async () => {
  const provider = dynamicProvider(domuKind);
  const declared = { ...guest({ memoryMiB: 512 }) };
  const { inputs: olds } = await provider.check({}, declared);
  const unfinished = [{ text: "finish what was begun (updating), which will shut guest1 down", effect: "restart" }];
  const { inputs, failures } = await provider.check({ ...olds, unfinished }, declared);
  expect(failures).toEqual([]);
  expect(inputs).toMatchObject({
    effect: "restart",
    plan: expect.stringContaining("finish what was begun (updating)") as string,
  });
  expect((await provider.check({ ...olds, unfinished }, { ...declared, allow: [] })).failures).toEqual([
    { property: "allow", reason: expect.stringContaining('lacks "restart"') as string },
  ]);
});

it("says in a line each what a create does", () => {
  const inputs = guest({ install: { media }, waitFor: { tcpPort: 22 }, autostart: true });
  expect(domuCreation(completeDomU(inputs))).toEqual([
    "install guest1 (pv, 512 MiB, 1 vcpu) from /m/vmlinuz, at most 60 minutes",
    "boot it from its own disk through pygrub",
    "/xen/vm/guest1.img must be empty: an installer writes over nothing",
    "wait for tcp port 22",
    "start it with the host",
  ]);
  expect(domuCreation(completeDomU({ ...inputs, allow: ["dataLoss"] }))).toContain(
    "what /xen/vm/guest1.img holds is lost",
  );
});
