import * as fc from "fast-check";
import { UNKNOWN } from "../../../../provider/property";
import { domuCreation } from "../../../../provider/resources/domu/domu.creation";
import { asMade } from "../../../../provider/resources/domu/domu.observe";
import { guestPlan } from "../../../../provider/resources/domu/domu.plan";
import type { DomUInputs } from "../../../../provider/resources/domu/domu.properties";
import { completeDomU, domuFaults } from "../../../../provider/resources/domu/domu.rules";
import { guest } from "./guest";

describe("the inputs of a guest, completed", () => {
  it("hold defaults, identities and the whole configuration", () => {
    const whole = completeDomU(guest());
    expect(whole).toMatchObject({
      type: "pv",
      memoryMiB: 512,
      vcpus: 1,
      boot: "pygrub",
      onReboot: "restart",
      powerState: "running",
      autostart: false,
      disks: [{ path: "/xen/vm/guest1.img", format: "raw", device: "xvda", mode: "w" }],
    });
    expect(whole.config).toBe(`name = "guest1"
uuid = "${String(whole.uuid)}"
type = "pv"
memory = 512
maxmem = 512
vcpus = 1
maxvcpus = 1
bootloader = "pygrub"
bootloader_restrict = 1
bootloader_user = "pulumi-xen-pygrub"
disk = [ "format=raw,vdev=xvda,access=rw,target=/xen/vm/guest1.img" ]
vif = [ "mac=${String(whole.vifs?.[0]?.mac)},bridge=br0" ]
on_poweroff = "destroy"
on_reboot = "restart"
on_crash = "destroy"
`);
  });

  it("stay as they are when completed again", () => {
    const once = completeDomU(guest({ extra: "console=hvc0" }));
    expect(completeDomU(once, once)).toEqual(once);
    expect(guestPlan(asMade(once), completeDomU(guest({ extra: "console=hvc0" }), once))).toEqual([]);
  });

  it("keep uuid and MAC when the host gets another address", () => {
    const olds = completeDomU(guest());
    const news = completeDomU(guest({ connection: { host: "203.0.113.9" } }), olds);
    expect(news.uuid).toBe(olds.uuid);
    expect(news.vifs).toEqual(olds.vifs);
    expect(completeDomU(guest({ connection: { host: "203.0.113.9" } })).uuid).not.toBe(olds.uuid);
  });

  it("keep the uuid when the guest gets another name, and another resource gets another one", () => {
    const olds = completeDomU(guest());
    expect(completeDomU(guest({ name: "web1" }), olds).uuid).toBe(olds.uuid);
    expect(completeDomU(guest({ name: "web1" })).uuid).toBe(olds.uuid);
    expect(completeDomU(guest({ owner: "shop/prod::DomU::web1" })).uuid).not.toBe(olds.uuid);
  });

  it("keep what they may grow to where that is not declared any more", () => {
    const olds = completeDomU(guest({ memoryMiB: 512, maxMemoryMiB: 1024, maxVcpus: 2 }));
    expect(completeDomU(guest({ memoryMiB: 512 }), olds)).toMatchObject({ maxMemoryMiB: 1024, maxVcpus: 2 });
    expect(completeDomU(guest({ memoryMiB: 2048, vcpus: 4 }), olds)).toMatchObject({ maxMemoryMiB: 2048, maxVcpus: 4 });
  });

  it("keep each disk's device where one is put in front of it, and go on behind xvdz", () => {
    const olds = completeDomU(guest({ disks: [{ path: "/a" }, { path: "/b" }] }));
    const news = completeDomU(guest({ disks: [{ path: "/a" }, { path: "/new" }, { path: "/b" }] }), olds);
    expect(news.disks?.map(({ device }) => device)).toEqual(["xvda", "xvdc", "xvdb"]);
    const many = Array.from({ length: 27 }, (_, index) => ({ path: `/${String(index)}` }));
    expect(completeDomU(guest({ disks: many })).disks?.at(-1)?.device).toBe("xvdaa");
  });

  it("give each interface an address once, however they are reordered", () => {
    const olds = completeDomU(guest({ vifs: [{ bridge: "br0" }, { bridge: "br1" }] }));
    const [first, second] = (olds.vifs ?? []).map(({ mac }) => mac);
    const swapped = completeDomU(guest({ vifs: [{ bridge: "br1" }, { bridge: "br0" }] }), olds);
    expect(swapped.vifs?.map(({ mac }) => mac)).toEqual([second, first]);
    const given = completeDomU(guest({ vifs: [{ bridge: "br2", mac: first }, { bridge: "br0" }] }), olds);
    expect(new Set(given.vifs?.map(({ mac }) => mac)).size).toBe(2);
  });

  it("show no secret: neither the VNC password nor a secret kernel argument", () => {
    const { config } = completeDomU(
      guest({ vfb: { vncPassword: "hunter2" }, extra: "token=hunter3", secretProperties: ["vfb", "extra"] }),
    );
    expect(config).not.toMatch(/hunter/);
    expect(config).toContain('vfb = "[secret]"');
    expect(config).toContain('extra = "[secret]"');
    // Not marked by anybody: its password is none of a display's business all the same.
    expect(completeDomU(guest({ vfb: { vncPassword: "hunter2" } })).config).toContain("vncpasswd=[secret]");
  });

  it("carry what is not known yet, wherever it stands, and never throw", () => {
    const whole = completeDomU(guest({ extra: "console=hvc0", waitFor: { tcpPort: 22 }, install: install() }));
    fc.assert(
      fc.property(fc.constantFrom(...paths(guest({ install: install(), memoryMiB: 512, vcpus: 1 }))), (path) => {
        const partly = put(guest({ install: install(), memoryMiB: 512, vcpus: 1 }), path, UNKNOWN) as DomUInputs;
        const completed = completeDomU(partly);
        expect(completed.config).not.toContain(UNKNOWN);
        expect(domuCreation(completed).join()).not.toContain(UNKNOWN);
        for (const { text } of [...guestPlan(asMade(whole), completed), ...guestPlan(asMade(completed), whole)]) {
          expect(text).not.toContain(UNKNOWN);
        }
      }),
    );
  });

  it("say [unknown] in the configuration where a path comes later", () => {
    expect(completeDomU(guest({ disks: [{ path: UNKNOWN }] })).config).toContain("target=[unknown]");
    expect(completeDomU(guest({ disks: UNKNOWN as never })).config).toContain("disk = [unknown]");
    expect(completeDomU(guest({ memoryMiB: UNKNOWN as never })).config).toContain("memory = [unknown]");
  });
});

describe("an interface that no bridge is named for", () => {
  const routed = (more: object): DomUInputs =>
    completeDomU(guest({ vifs: [{ ip: "198.51.100.21 198.51.100.22", ...more }] }));

  it("needs a script that needs none", () => {
    for (const script of [undefined, "vif-bridge", "/etc/xen/scripts/vif-bridge one=two"])
      expect(domuFaults(routed(script === undefined ? {} : { script }))).toEqual([
        {
          property: "vifs[0].bridge",
          reason: "is missing. Name a Bridge, or set script to one that needs none, such as vif-route.",
        },
      ]);
    expect(domuFaults(routed({ script: "vif-route" }))).toEqual([]);
  });

  it("has all its addresses in the guest's file, and the first one as the guest's", () => {
    const whole = routed({ script: "vif-route" });
    expect(whole.config).toContain("ip=198.51.100.21 198.51.100.22,script=vif-route");
    expect(whole.ip).toBe("198.51.100.21");
  });
});

describe("rules over several properties of a guest", () => {
  it.each<[string, Partial<DomUInputs>, string]>([
    ["maxMemoryMiB", { memoryMiB: 512, maxMemoryMiB: 256 }, "at least memoryMiB, 512"],
    ["maxVcpus", { vcpus: 4, maxVcpus: 2 }, "at least vcpus, 4"],
    ["kernel", { boot: "direct" }, "needs the path of a kernel"],
    ["kernel", { kernel: "/boot/vmlinuz" }, "would look for it inside the guest"],
    ["ramdisk", { ramdisk: "/boot/initrd" }, 'only by boot "direct"'],
    ["disks", { disks: [] }, "takes the kernel from the first disk"],
    ["disks[0].format", { disks: [{ path: "/a", format: "qcow2" }] }, "pygrub cannot read without privileges"],
    [
      "disks[1].device",
      {
        disks: [
          { path: "/a", device: "xvda" },
          { path: "/b", device: "xvda" },
        ],
      },
      "Give each its own",
    ],
    ["disks[1].path", { disks: [{ path: "/a" }, { path: "/a" }] }, "Give each its own"],
    ["extraConfig.memory", { extraConfig: { memory: 1 } }, "has a property of its own"],
    ["waitFor", { waitFor: { timeoutSeconds: 1 } }, "must name tcpPort"],
    ["waitFor", { waitFor: { tcpPort: 22 } }, "needs the guest's address"],
    ["install.extra", { install: { ...install(), extra: "ks={answersUrl}" } }, "Set serveOn of the InstallMedia"],
    [
      "install.answers.files",
      { install: { ...install(), answers: { fileName: "ks.cfg", content: "", files: { "ks.cfg": "" } } } },
      "Give it another name",
    ],
  ])("%s: %j", (property, inputs, reason) => {
    const faults = domuFaults(guest(inputs));
    expect(faults.map((fault) => fault.property)).toContain(property);
    expect(faults.map((fault) => fault.reason).join()).toContain(reason);
  });

  it("are all kept by the plain guest", () => {
    expect(domuFaults(guest())).toEqual([]);
  });
});

function install() {
  return { media: { name: "m", directory: "/m", kernelPath: "/m/vmlinuz", ramdiskPath: "/m/initrd.gz" } };
}

/** Every place of a value, as a list of keys. */
function paths(value: unknown, at: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [at];
  return [
    ...(at.length === 0 ? [] : [at]),
    ...Object.entries(value).flatMap(([key, entry]) => paths(entry, [...at, key])),
  ];
}

function put(value: unknown, [key, ...rest]: string[], what: unknown): unknown {
  if (key === undefined) return what;
  if (Array.isArray(value))
    return value.map((entry: unknown, index) => (String(index) === key ? put(entry, rest, what) : entry));
  return { ...(value as object), [key]: put((value as Record<string, unknown>)[key], rest, what) };
}
