import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  type RefusedText,
  type UnreadKey,
  normalDomainConfig,
  parseDomainConfig,
  renderDomainConfig,
} from "../../../provider/xen";
import { domainConfig } from "../../support/domain-configs";

const golden = (name: string): string => readFileSync(join(__dirname, "../../golden/scenario", name), "utf8");

describe("the configuration of a domain", () => {
  it("reads back as it was written, whatever it holds", () => {
    fc.assert(
      fc.property(domainConfig, (value) => {
        const again = parseDomainConfig(renderDomainConfig(value));
        if (!isDeepStrictEqual(again, value)) expect(again).toEqual(value);
        expect(normalDomainConfig(value)).toEqual({ ...value, foreign: [] });
      }),
    );
  });

  it("is written the same way again", () => {
    fc.assert(
      fc.property(domainConfig, (value) => {
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

  it("keeps foreign keys and comments", () => {
    const foreign = '# by hand\ndevice_model_version = \'qemu-xen\' # as it was\nname = "g"\nusb = "1"\n';
    const value = parseDomainConfig(foreign);
    expect(value).toEqual({
      name: "g",
      others: { device_model_version: "qemu-xen", usb: 1 },
      foreign: ["# by hand", "# as it was"],
    });
    expect(parseDomainConfig(renderDomainConfig(value))).toEqual(value);
  });

  it("keeps a text that xl refuses whole, and says where and why", () => {
    const text = '# by hand\nimport os\nname = "g"';
    const reason = "config parsing error near `os': syntax error, unexpected IDENT, expecting += or '='";
    const value = parseDomainConfig(text);
    const refused: RefusedText = { text, line: 2, reason };
    expect(value).toEqual({ others: {}, foreign: [], refused });
    expect(renderDomainConfig(value)).toBe(text);
  });

  it.each([
    ["memory += 512", "memory", 'memory += "512"', "can't use += with numbers for parameter `memory'"],
    ["memory = '512M'", "memory", 'memory = "512M"', "parameter `memory' is not a valid number"],
    ["vif = 'bridge=a'", "vif", 'vif = "bridge=a"', "parameter `vif' is a single value but should be a list"],
    ["name = ['a']", "name", 'name = [ "a" ]', "parameter `name' is a list but should be a single value"],
    ["vnuma = [ ['pnode=0'], [] ]", "vnuma", 'vnuma = [ [ "pnode=0" ], [  ] ]', "vnuma holds a list within its list"],
    [
      "disk = [ 'phy:/dev/a,xvda,w', 'file:/b,xvdb,w!' ]",
      "disk",
      'disk = [\n  "phy:/dev/a,xvda,w",\n  "file:/b,xvdb,w!",\n]',
      "config parsing error in disk specification: unknown value for access: near `w!' in `file:/b,xvdb,w!'",
    ],
    [
      "vif = [ 'bridge=a,rate=fast' ]",
      "vif",
      'vif = [ "bridge=a,rate=fast" ]',
      "config parsing error in vif: invalid rate in `fast'",
    ],
  ])("keeps what it cannot read as text, with the reason: %s", (text, key, kept, reason) => {
    const value = parseDomainConfig(text);
    const unread: UnreadKey[] = [{ key, text: kept, reason }];
    expect(value).toEqual({ others: {}, foreign: [], unread });
    expect(parseDomainConfig(renderDomainConfig(value))).toEqual(value);
  });

  it.each([
    ["a number in another base or quoted", "memory = 512", "memory = 0x200", 'memory = "01000"'],
    ["a switch of a key that is not ours", "acpi = 1", 'acpi = "1"', "acpi = 0x1"],
    ["a name without quotes", 'name = "42"', "name = 42", "name = '42'"],
    ["a string and a list that are continued", 'extra = "a b"', 'extra = "a"\nextra += " b"'],
    ["a list that is continued", "vif = ['bridge=a','bridge=b']", "vif = ['bridge=a']\nvif += ['bridge=b',]"],
    ["a key said twice", "vcpus = 2", "vcpus = 1; vcpus = 2"],
    ["an empty list of devices", "", "vif = []", "disk = [ ]\nvfb=[]"],
    ["keys in another order", "vcpus = 1\nfoo = 2\nbar = 3", "bar = 3\nfoo = 2\nvcpus = 1"],
    [
      "capitals in a uuid",
      "uuid = '2de6c1b1-4e5c-4b15-9f35-9f8a3f6f3a10'",
      "uuid = '2DE6C1B1-4E5C-4B15-9F35-9F8A3F6F3A10'",
    ],
    [
      "a disk in another syntax",
      "disk = ['file:/a,xvda,w']",
      "disk = ['phy:/a,xvda']",
      "disk = ['/a,raw,xvda,rw']",
      "disk = ['format=raw, vdev=xvda, access=rw, target=/a']",
      "disk = ['vdev=xvda,target=/a']",
      "disk = ['access=w,vdev=xvda,devtype=disk,format=,target=/a']",
    ],
    [
      "an interface in another order, with capitals",
      "vif = ['mac=00:16:3e:0a:00:01,bridge=a,model=e1000']",
      "vif = ['model=e1000, bridge=a, mac=00:16:3E:A:0:1']",
      "vif = ['bridge=b,,bridge=a,mac=00-16-3e-0A-00-01,model=e1000,']",
    ],
    ["a frame buffer", "vfb = ['vnc=1,sdl=0']", "vfb = ['sdl=no, vnc=2']", "vfb = ['vnc=0,vnc=1,sdl=']"],
  ])("reads to one value, in one text: %s", (_title, ...texts) => {
    const [first, ...others] = texts.map(parseDomainConfig);
    for (const other of others) {
      expect(other).toEqual(first);
      expect(isDeepStrictEqual(other, first)).toBe(true);
      expect(renderDomainConfig(other)).toBe(first === undefined ? "" : renderDomainConfig(first));
    }
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
