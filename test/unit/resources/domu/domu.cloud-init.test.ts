import { createHash } from "node:crypto";
import { UNKNOWN } from "../../../../provider/property";
import { faultsOf } from "../../../../provider/pulumi/check-failures";
import { domuCreation } from "../../../../provider/resources/domu/domu.creation";
import { creationJob, updateJob } from "../../../../provider/resources/domu/domu.jobs";
import { domuKind } from "../../../../provider/resources/domu/domu.lifecycle";
import { asMade } from "../../../../provider/resources/domu/domu.observe";
import { guestDrift, guestPlan } from "../../../../provider/resources/domu/domu.plan";
import type { DomUInputs } from "../../../../provider/resources/domu/domu.properties";
import { completeDomU, domuFaults } from "../../../../provider/resources/domu/domu.rules";
import { veiled } from "../../../../provider/resources/domu/domu.secrets";
import { xl } from "../../../../provider/toolstack/xl/xl";
import { KEY, fullCloudInit } from "../../../support/cloud-init-samples";
import { guest } from "./guest";
import { running, seen } from "./observed";

const HASH = "$6$salt$geheim1234";
const vifs = [{ bridge: "br0", ip: "198.51.100.21" }];
const cloudInit = { users: [{ name: "op", authorizedKeys: [KEY], passwordHash: HASH }] };
const olds = completeDomU(guest({ cloudInit, vifs }));
const plain = { name: "guest1", connection: { host: "198.51.100.7" } };
const isNew = { seen: undefined, renews: false, isKnown: false, nameNow: "guest1" };

const changed = (after: Partial<DomUInputs>): DomUInputs => completeDomU(guest({ cloudInit, vifs, ...after }), olds);
const lines = (is: ReturnType<typeof seen>, shall: DomUInputs): string[] =>
  guestPlan(is, shall).map(({ text, effect }) => `${text}: ${effect}`);
const SEED = "cloudInit [secret] -> [secret] (cloud-init reads it at the guest's first boot)";

describe("what cloud-init reads", () => {
  it("is a read-only disk in the guest's own folder, shown in its configuration", () => {
    expect(olds.config).toContain(
      `"format=raw,vdev=xvdp,access=ro,target=/var/lib/pulumi-xen/domu/${String(olds.uuid)}/seed.img"`,
    );
    expect(domuCreation(olds)).toContain("write what cloud-init reads at its first boot, a disk that it sees as xvdp");
  });

  it.each([
    [["xvda", "xvdb"], "xvdp"],
    [["xvdp"], "xvdo"],
    [["sdp", "xvdo1"], "xvdn"],
    [Array.from({ length: 16 }, (_, index) => `xvd${"abcdefghijklmnop".charAt(index)}`), "xvdq"],
  ])("of a guest with the disks %j has the device %s, which none of them has", (devices, expected) => {
    const disks = devices.map((device) => ({ path: `/xen/${device}`, device }));
    expect(completeDomU(guest({ cloudInit, disks })).config).toContain(`vdev=${expected},access=ro`);
  });

  it("keeps its device when the disk that took another one goes, and leaves it when a disk takes it", () => {
    const devices = (disks: NonNullable<DomUInputs["disks"]>, before?: DomUInputs): DomUInputs =>
      completeDomU(guest({ cloudInit, disks }), before);
    const at = (inputs: DomUInputs): string | undefined => inputs.cloudInit?.device;
    const [root, data] = [{ path: "/a" }, { path: "/b", device: "xvdp" }];
    const second = devices([root, data]);
    expect([at(second), at(devices([root], second)), at(devices([root]))]).toEqual(["xvdo", "xvdo", "xvdp"]);
    expect(at(devices([root, data], devices([root])))).toBe("xvdo");
  });

  it("is never a part of what the installer's domain has", () => {
    const media = { name: "m", directory: "/m", kernelPath: "/m/vmlinuz", ramdiskPath: "/m/initrd.gz" };
    const files = creationJob(xl, completeDomU(guest({ cloudInit, install: { media } })), undefined, isNew).files ?? [];
    const text = (name: string): string => String(files.find((file) => file.name === name)?.content);
    expect(text("install.cfg")).not.toContain("seed.img");
    expect(text("final.cfg")).toContain("seed.img");
  });
});

describe("a change of what cloud-init reads", () => {
  it.each<[string, Partial<DomUInputs>, string[]]>([
    ["nothing", {}, []],
    ["a value of it", { cloudInit: { ...cloudInit, hostname: "web1" } }, [`${SEED}: none`]],
    ["the guest's name, which it tells", { name: "web1" }, ["name guest1 -> web1: live", `${SEED}: none`]],
    ["a disk that takes its device", { disks: [{ path: "/xen/vm/guest1.img" }, { path: "/b", device: "xvdp" }] }, []],
  ])("says of %s that a running guest sees it only at its first boot", (_what, after, expected) => {
    const news = changed(after);
    const preview = lines(asMade(olds), news);
    if (expected.length > 0 || Object.keys(after).length === 0) expect(preview).toEqual(expected);
    else expect(preview.join()).toContain("restart");
    expect(lines(seen(olds), news)).toEqual(preview);
  });

  it("plugs its disk into a running guest, and out, and does neither to one that is down", () => {
    const none = completeDomU(guest({ vifs }), olds);
    expect(lines(asMade(none), olds)).toEqual([`${SEED}: live`]);
    expect(lines(asMade(olds), none)).toEqual(["disks[1] xvdp removed (cloud-init's): live"]);
    const down = completeDomU(guest({ vifs, powerState: "stopped" }), olds);
    expect(lines(asMade(down), { ...olds, powerState: "stopped" })).toEqual([`${SEED}: none`]);
    const names = (is: DomUInputs, shall: DomUInputs): string[] =>
      updateJob(seen(is), guestPlan(seen(is), shall), shall, {
        ...isNew,
        isKnown: true,
        isUnfinished: false,
      }).steps.map(({ name }) => name);
    expect(names(none, olds)).toEqual([
      "write-config",
      "write-seed",
      "attach-xvdp",
      "keep-config",
      "autostart",
      "done",
    ]);
    expect(names(olds, none)).toEqual(["write-config", "detach-xvdp", "keep-config", "autostart", "done"]);
  });

  it("is announced as live while nobody knows whether there is any", () => {
    expect(lines(asMade(olds), changed({ cloudInit: UNKNOWN as never }))).toEqual([`${SEED}: live`]);
  });
});

describe("what somebody did to it on the host", () => {
  it("is drift: the file changed or gone, its disk unplugged", () => {
    for (const seed of ["0".repeat(64), undefined]) {
      expect(Object.keys(guestDrift(seen(olds, { seed }), olds))).toEqual(["cloudInit"]);
      expect(lines(seen(olds, { seed }), olds)).toEqual([`${SEED}: none`]);
    }
    const unplugged = running(olds, { disks: (seen(olds).domain?.disks ?? []).slice(0, 1) });
    expect(guestDrift(unplugged, olds)).toEqual({ cloudInit: undefined });
    expect(lines(unplugged, olds)).toEqual([`${SEED}: live`]);
  });
});

describe("secrets of it", () => {
  const own = completeDomU(guest({ cloudInit: { userData: "#!/bin/sh geheim5678", rootPasswordHash: undefined } }));

  it("travel in one file of the job and stand in nothing else", () => {
    for (const inputs of [olds, own]) {
      const job = creationJob(xl, inputs, undefined, isNew);
      const { files = [], ...rest } = job;
      const seed = files.find(({ name }) => name === "seed.img")?.content ?? "";
      expect(Buffer.from(seed).toString()).toMatch(/geheim/);
      const others = files.filter(({ name }) => !["seed.img", "secrets"].includes(name));
      expect(JSON.stringify([rest, others, inputs.config, domuCreation(inputs)])).not.toMatch(/geheim/);
    }
  });

  it("are hidden in errors, and the guest's name is not, whoever says it", () => {
    expect(veiled(`guest1: ${HASH} is no name`, olds)).toBe("guest1: [secret] is no name");
    const marked = completeDomU(guest({ cloudInit: { hostname: "guest1" }, secretProperties: ["cloudInit"] }));
    expect(veiled("guest1 is down", marked)).toBe("guest1 is down");
  });

  it("are hidden in what check says of them", () => {
    const raw = {
      ...plain,
      cloudInit: { rootPasswordHash: "hunter2", users: [{ name: "op", passwordHash: "hunter2" }], userData: "hunter2" },
    };
    const said = faultsOf(domuKind.inputs, raw);
    expect(said.map(({ property }) => property)).toEqual([
      "cloudInit.users[0].passwordHash",
      "cloudInit.rootPasswordHash",
      "cloudInit.userData",
    ]);
    expect(JSON.stringify(said)).not.toContain("hunter2");
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n";
    expect(faultsOf(domuKind.inputs, { ...plain, cloudInit: { authorizedKeys: [key] } })).toEqual([
      {
        property: "cloudInit.authorizedKeys[0]",
        reason: "is [secret], but must be a public key, and this is a private one. Give the line of the .pub file.",
      },
    ]);
  });
});

describe("the check of it", () => {
  it("takes every value of the whole sample", () => {
    expect(faultsOf(domuKind.inputs, { ...plain, cloudInit: fullCloudInit })).toEqual([]);
    expect(domuFaults(guest({ cloudInit: fullCloudInit, vifs }))).toEqual([]);
  });

  it.each<[object, string, string]>([
    [{ hostname: "a.b" }, "cloudInit.hostname", "must be a host name without its domain"],
    [{ users: [{ name: "Root" }] }, "cloudInit.users[0].name", "must be a user's name"],
    [{ users: [{ name: "op", shell: "bash" }] }, "cloudInit.users[0].shell", "must be the absolute path of a shell"],
    [{ users: [{ name: "op", keys: [] }] }, "cloudInit.users[0].keys", "is not known here"],
    [{ authorizedKeys: ["~/.ssh/id_ed25519.pub"] }, "cloudInit.authorizedKeys[0]", "must be the line of a public key"],
    [{ packages: ["two words"] }, "cloudInit.packages[0]", "must be the name of one package"],
    [{ runcmd: ["one\ntwo"] }, "cloudInit.runcmd[0]", "must be one line"],
    [{ timezone: "Berlin" }, "cloudInit.timezone", "must be a time zone"],
    [{ network: { netmask: "/24" } }, "cloudInit.network.netmask", "must be a netmask"],
    [{ network: { netmask: "255.255.255.0", gateway: "::1" } }, "cloudInit.network.gateway", "must be an IPv4 address"],
    [{ networkData: "eth0" }, "cloudInit.networkData", "must be a network-config of cloud-init"],
  ])("says of %j one sentence about %s", (said, property, words) => {
    const faults = faultsOf(domuKind.inputs, { ...plain, cloudInit: said });
    expect(faults).toEqual([{ property, reason: expect.stringContaining(words) as unknown }]);
  });

  it.each<[Partial<DomUInputs>, string, string]>([
    [
      { cloudInit: { userData: "#!/bin/sh", packages: ["curl"] } },
      "cloudInit.userData",
      "stands in the place of packages",
    ],
    [
      { cloudInit: { networkData: "version: 2", network: { netmask: "255.0.0.0" } }, vifs },
      "cloudInit.networkData",
      "stands in the place of network",
    ],
    [{ cloudInit: { network: { netmask: "255.0.0.0" } }, vifs: [] }, "cloudInit.network", "has no interface to be for"],
    [
      { cloudInit: { network: { netmask: "255.0.0.0" } }, vifs: [{ bridge: "br0", ip: "2001:db8::1" }] },
      "cloudInit.network.address",
      "is missing: vifs[0] has no IPv4 address",
    ],
    [{ cloudInit: { device: "xvda" } }, "cloudInit.device", "is xvda, which a disk of this guest has"],
    [{ cloudInit: { users: [{ name: "op" }, { name: "op" }] } }, "cloudInit.users[1].name", "which another user"],
    [
      { disks: [{ path: "/var/lib/pulumi-xen/domu/x/seed.img" }] },
      "disks[0].path",
      "is what cloud-init of a guest reads",
    ],
  ])("says of values that do not go together, %j, one sentence about %s", (said, property, words) => {
    expect(domuFaults(guest(said))).toEqual([{ property, reason: expect.stringContaining(words) as unknown }]);
  });
});

test("the image of a seed is the same bytes for ever, so that no later version writes it again without a change", () => {
  const uuid = "11111111-2222-4333-8444-555555555555";
  const inputs = completeDomU(
    guest({ uuid, cloudInit: fullCloudInit, vifs: [{ ...vifs[0], mac: "00:16:3e:00:00:01" }] }),
  );
  const content =
    creationJob(xl, inputs, undefined, isNew).files?.find(({ name }) => name === "seed.img")?.content ?? "";
  expect(createHash("sha256").update(content).digest("hex")).toBe(
    "81d95c27408fcfa28e242a54c5f857d927e120cfd5d991e1e3821c146c9a8e13",
  );
});
