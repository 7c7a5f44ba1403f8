import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DomainConfig, parseDomainConfig, renderDomainConfig } from "../../../provider/xen";

const golden = (name: string): string => readFileSync(join(__dirname, "../../golden/scenario", name), "utf8");

const text = fc.string({ unit: "grapheme", maxLength: 20 }).filter((value) => !/[\u0000-\u001f\u007f]/.test(value));
const word = fc.stringMatching(/^[a-z0-9._/-]{1,12}$/);

const config: fc.Arbitrary<DomainConfig> = fc
  .record(
    {
      name: word,
      uuid: word,
      type: fc.constantFrom("pv", "pvh", "hvm"),
      memoryMiB: fc.nat(),
      maxMemoryMiB: fc.nat(),
      vcpus: fc.nat(),
      maxVcpus: fc.nat(),
      cpus: text,
      kernel: text,
      ramdisk: text,
      bootloader: text,
      bootloaderRestrict: fc.constantFrom(0, 1),
      bootloaderUser: word,
      root: text,
      extra: text,
      disks: fc.array(
        fc.record({
          target: word,
          format: fc.constantFrom("raw" as const, "qcow2" as const),
          device: fc.constantFrom("xvda", "xvdb"),
          mode: fc.constantFrom("r" as const, "w" as const),
          more: fc.constantFrom([], ["backendtype=qdisk"]),
        }),
      ),
      vifs: fc.array(
        fc
          .record(
            { mac: word, bridge: word, ip: word, script: word, rate: word, vifname: word },
            { requiredKeys: ["mac"] },
          )
          .map((vif) => ({ ...vif, more: [] })),
      ),
      vfbs: fc.array(
        fc
          .record(
            { vnc: fc.boolean(), vncListen: word, vncDisplay: fc.nat(), vncUnused: fc.boolean(), vncPassword: word },
            { requiredKeys: ["vnc"] },
          )
          .map((vfb) => ({ ...vfb, more: [] })),
      ),
      onPoweroff: word,
      onReboot: word,
      onCrash: word,
    },
    { requiredKeys: ["name"] },
  )
  .chain((known) =>
    fc
      .dictionary(
        fc.constantFrom("cpu_weight", "pool", "tsc_mode", "localtime"),
        fc.oneof(text, fc.nat(), fc.array(text)),
      )
      .map((others) => ({ ...known, others: { ...others }, foreign: [] })),
  );

describe("the configuration of a domain", () => {
  it("reads back as it was written, whatever it holds", () => {
    fc.assert(
      fc.property(config, (value) => {
        expect(parseDomainConfig(renderDomainConfig(value))).toEqual(value);
      }),
    );
  });

  it("is written the same way again", () => {
    fc.assert(
      fc.property(config, (value) => {
        const once = renderDomainConfig(value);
        expect(renderDomainConfig(parseDomainConfig(once))).toBe(once);
      }),
    );
  });

  it("reads the guest of the original recipe", () => {
    expect(parseDomainConfig(golden("guest-install.cfg"))).toEqual({
      kernel: "/root/vmlinuz",
      ramdisk: "/root/initrd.img",
      name: "centos6",
      vcpus: 1,
      memoryMiB: 512,
      disks: [{ target: "/xen/vm/centos6.img", format: "raw", device: "xvda", mode: "w", more: [] }],
      onCrash: "destroy",
      onReboot: "destroy",
      vifs: [{ ip: "192.168.1.221", bridge: "br0", more: [] }],
      vfbs: [{ vnc: true, more: ["sdl=1"] }],
      others: {},
      foreign: [],
    });
  });

  it("keeps foreign keys, comments and lines that it cannot read", () => {
    const foreign = "# by hand\nimport os\ndevice_model_version = 'qemu-xen'\nname = \"g\"\nusb = 1\n";
    const value = parseDomainConfig(foreign);
    expect(value).toEqual({
      name: "g",
      others: { device_model_version: "qemu-xen", usb: 1 },
      foreign: ["# by hand", "import os"],
    });
    expect(parseDomainConfig(renderDomainConfig(value))).toEqual(value);
  });

  it("reads several assignments on a line, trailing commas and comments behind values", () => {
    const read = parseDomainConfig("vcpus=1; maxvcpus=2 # two\nvif = [ \"bridge=a\", # first\n  'bridge=b', ]\n");
    expect(read).toMatchObject({ vcpus: 1, maxVcpus: 2, vifs: [{ bridge: "a" }, { bridge: "b" }] });
  });

  it("is written for people: one line for each entry of a longer list, target last", () => {
    expect(
      renderDomainConfig({
        name: "guest1",
        memoryMiB: 512,
        bootloader: "pygrub",
        extra: 'a "b" c\\d',
        disks: [
          { target: "/xen/vm/a,b.img", format: "raw", device: "xvda", mode: "w", more: [] },
          { target: "/xen/vm/c.qcow2", format: "qcow2", device: "xvdb", mode: "r", more: [] },
        ],
        vifs: [{ mac: "00:16:3e:00:00:01", bridge: "br0", ip: "198.51.100.21", more: [] }],
        others: {},
        foreign: [],
      }),
    ).toBe(`name = "guest1"
memory = 512
bootloader = "pygrub"
extra = "a \\"b\\" c\\\\d"
disk = [
  "format=raw,vdev=xvda,access=rw,target=/xen/vm/a,b.img",
  "format=qcow2,vdev=xvdb,access=ro,target=/xen/vm/c.qcow2",
]
vif = [ "mac=00:16:3e:00:00:01,bridge=br0,ip=198.51.100.21" ]
`);
  });
});
