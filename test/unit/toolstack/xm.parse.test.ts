/** What the real xm 4.2.5 printed, read (test/golden/xm-4.2.5). */
import { diskOf } from "../../../provider/toolstack/xm/xm.disk";
import { parseSxp } from "../../../provider/toolstack/xm/sxp";
import {
  joinXmDomains,
  parseXmInfo,
  parseXmPinning,
  parseXmRows,
  xmGuests,
} from "../../../provider/toolstack/xm/xm.parse";
import { dialogue } from "../../support/xm-words";

const rows = parseXmRows(dialogue("xm list", 1));
const long = dialogue("xm list -l", 1);

describe("the guests", () => {
  const { domains, unreadable } = joinXmDomains(rows, long, parseXmPinning(dialogue("xm vcpu-list 3")));
  const guest = domains.find(({ domid }) => domid === 3);

  it("are read from the long form, dom0 among them", () => {
    expect(domains.map(({ name, domid, state }) => [name, domid, state])).toEqual([
      ["Domain-0", 0, "running"],
      ["g1", 3, "blocked"],
    ]);
    expect(unreadable).toEqual([]);
    expect(xmGuests(rows, { domains, unreadable })).toEqual([
      { name: "g1", uuid: "12345678-9abc-4def-8123-456789abcdef", memoryMiB: 256, isUnbuilt: false },
    ]);
    expect(guest).toEqual({
      domid: 3,
      name: "g1",
      uuid: "12345678-9abc-4def-8123-456789abcdef",
      type: "pv",
      memoryMiB: 256,
      maxMemoryMiB: 512,
      vcpus: 1,
      maxVcpus: 2,
      kernel: undefined,
      bootloader: "/usr/bin/pygrub",
      disks: [{ target: "/xen/vm/a.img", format: "raw", device: "xvda", mode: "w", more: [] }],
      vifs: [{ mac: "00:16:3e:00:00:01", bridge: "br0", more: [] }],
      onPoweroff: "destroy",
      onReboot: "destroy",
      onCrash: "destroy",
      cpuWeight: 512,
      cpuCap: 50,
      state: "blocked",
      cpus: "all",
    });
  });

  it("are two answers that must agree: one that the long form leaves out is not gone", () => {
    const ghost = { name: "ghost", domid: 7, memoryMiB: 1, vcpus: 1 };
    expect(() => joinXmDomains([...rows, ghost], long, new Map())).toThrow('"xm list" shows ghost (id 7)');
  });

  it("are unbuilt as long as they have no memory, and halted ones that xend keeps are none", () => {
    const building = long.replace(/ {4}\(store_mfn.*\n/, "");
    expect(joinXmDomains(rows, building, new Map()).unreadable).toMatchObject([{ domid: 3, isUnbuilt: true }]);
    const halted = long.replace("    (domid 3)\n", "");
    expect(joinXmDomains(rows.slice(0, 1), halted, new Map()).domains).toHaveLength(1);
    const table = `${dialogue("xm list", 1)}managed                                          512     1              1234.6\n`;
    expect(parseXmRows(table)).toEqual(rows);
  });

  it("have their disks in the order in which they boot, which xend does not keep", () => {
    const plugged = dialogue("xm list -l 3");
    const devices = plugged.split(/^ {4}\(device\n/m);
    const turned =
      [devices[0], ...devices.slice(1, -2), devices.at(-1)?.replace(/\)\n$/, ""), devices.at(-2)].join(
        "    (device\n",
      ) + ")\n";
    for (const text of [plugged, turned]) {
      const [domain] = joinXmDomains([], text, new Map()).domains;
      expect(domain?.disks.map(({ device }) => device)).toEqual(["xvda", "xvdb"]);
    }
  });

  it("may have the paravirtual kernel of an installer", () => {
    const [installer] = joinXmDomains([], dialogue("xm list -l 4"), new Map()).domains;
    expect(installer).toMatchObject({ kernel: "/media/i/installer", bootloader: undefined, state: "paused" });
  });
});

it("pinning is read as it is shown, and a guest without any CPU is like no list of CPUs", () => {
  const pinned = [0, 1, 2, 3].map((nth) => parseXmPinning(dialogue("xm vcpu-list 3", nth)).get(3));
  expect(pinned).toEqual(["all", "all", "0", undefined]);
});

it("the host is read from xm info", () => {
  expect(parseXmInfo(dialogue("xm info"))).toEqual({
    version: "4.2.5-38.el6",
    commandLine: "dom0_mem=512M cpufreq=xen dom0_max_vcpus=2 dom0_vcpus_pin",
    totalMemoryMiB: 8192,
    freeMemoryMiB: 7616,
    cpus: 2,
    virtCaps: [],
    scheduler: "credit",
  });
  expect(() => parseXmInfo("host : x\n")).toThrow("no number for xen_major");
});

it("what is no answer is refused", () => {
  expect(() => parseXmRows("Name ID\n")).toThrow("does not show Domain-0");
  expect(() => parseXmRows("Name\nError: x\n")).toThrow("a line that is no domain");
  expect(() => parseSxp("(domain (name x)")).toThrow("cut short");
  expect(() => parseSxp("(domain))")).toThrow("closes nothing");
});

it("texts are Python's", () => {
  expect(parseSxp(`(a 'b c' "it's" '' 'x\\x41\\\\')`)).toEqual([["a", "b c", "it's", "", "xA\\"]]);
});

it.each([
  ["file:/xen/a.img", "/xen/a.img", "raw"],
  ["phy:/dev/vg0/a", "/dev/vg0/a", "raw"],
  ["phy:vg0/a", "/dev/vg0/a", "raw"],
  ["tap:aio:/a", "/a", "raw"],
  ["tap:qcow2:/a", "/a", "qcow2"],
  ["tap2:vhd:/a", "/a", "vhd"],
])("the disk %s is %s", (uname, target, format) => {
  expect(diskOf(uname, "xvda:disk", "w!")).toEqual({ target, format, device: "xvda", mode: "w", more: [] });
});
