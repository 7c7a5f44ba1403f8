import * as fc from "fast-check";
import { UNKNOWN } from "../../../../provider/property";
import { completeDomU, domuFaults } from "../../../../provider/resources/domu/domu.complete";
import { domuChanges, domuCreation } from "../../../../provider/resources/domu/domu.plan";
import type { DomUInputs } from "../../../../provider/resources/domu/domu.schema";
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
vcpus = 1
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
    expect(domuChanges(once, completeDomU(guest({ extra: "console=hvc0" }), once))).toEqual([]);
  });

  it("keep uuid and MAC when the host gets another address", () => {
    const olds = completeDomU(guest());
    const news = completeDomU(guest({ connection: { host: "203.0.113.9" } }), olds);
    expect(news.uuid).toBe(olds.uuid);
    expect(news.vifs).toEqual(olds.vifs);
    expect(completeDomU(guest({ connection: { host: "203.0.113.9" } })).uuid).not.toBe(olds.uuid);
  });

  it("show no secret: neither the VNC password nor a secret kernel argument", () => {
    const { config } = completeDomU(
      guest({ vfb: { vncPassword: "hunter2" }, extra: "token=hunter3", secretProperties: ["vfb", "extra"] }),
    );
    expect(config).not.toMatch(/hunter/);
    expect(config).toContain("vncpasswd=[secret]");
    expect(config).toContain('extra = "[secret]"');
  });

  it("carry what is not known yet, wherever it stands, and never throw", () => {
    const whole = completeDomU(guest({ extra: "console=hvc0", waitFor: { tcpPort: 22 }, install: install() }));
    fc.assert(
      fc.property(fc.constantFrom(...paths(guest({ install: install(), memoryMiB: 512, vcpus: 1 }))), (path) => {
        const partly = put(guest({ install: install(), memoryMiB: 512, vcpus: 1 }), path, UNKNOWN) as DomUInputs;
        const completed = completeDomU(partly);
        expect(completed.config).not.toContain(UNKNOWN);
        expect(domuCreation(completed).join()).not.toContain(UNKNOWN);
        for (const { text } of [...domuChanges(whole, completed), ...domuChanges(completed, whole)]) {
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
    ["install.media", { install: { ...install(), extra: "ks={answersUrl}" } }, "Set serveOn of the InstallMedia"],
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
