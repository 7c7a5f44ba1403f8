import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDom0, parseDomainStates, parseDomains, parseXlInfo } from "../../../provider/toolstack";

const golden = (name: string): string => readFileSync(join(__dirname, "../../golden/xen-4.17-debian12", name), "utf8");

describe("what xl prints (Xen 4.17, Debian 12)", () => {
  it("tells a guest's identity, memory, vcpus, disks and interfaces", () => {
    const guest = parseDomains(golden("xl-list-l.json")).find(({ domid }) => domid !== 0);
    expect(guest).toEqual({
      domid: 1,
      name: "g1",
      uuid: "153b5f07-1045-40a6-bf99-1384946c365c",
      type: "pv",
      memoryMiB: 192,
      maxMemoryMiB: 192,
      vcpus: 1,
      maxVcpus: 1,
      kernel: undefined,
      bootloader: "pygrub",
      disks: [{ target: "/var/lib/xen/images/guest.img", device: "xvda", format: "raw", mode: "w", more: [] }],
      vifs: [{ mac: "00:16:3e:00:00:51", bridge: "xenbr0", more: [] }],
    });
  });

  it("rounds dom0's odd memory target", () => {
    expect(parseDomains(golden("xl-list-l.json"))[0]).toMatchObject({ domid: 0, memoryMiB: 1024 });
  });

  it("tells each domain's state by its id, also of a domain without a name", () => {
    expect([...parseDomainStates(golden("xl-list.txt"))]).toEqual([
      [0, "running"],
      [13, "shut down"],
      [2, "blocked"],
      [14, "paused"],
    ]);
  });

  it("tells of the hypervisor: version, arguments, memory, CPUs, what guests it can run", () => {
    expect(parseXlInfo(golden("xl-info.txt"))).toEqual({
      version: "4.17.7",
      commandLine:
        "placeholder dom0_mem=1024M,max:1024M dom0_max_vcpus=2 com1=115200,8n1 console=com1 spec-ctrl=no xpti=no",
      totalMemoryMiB: 3071,
      freeMemoryMiB: 1822,
      cpus: 2,
      virtCaps: ["pv", "hvm", "gnttab-v1", "gnttab-v2"],
      scheduler: "credit2",
    });
  });

  it("tells dom0's size", () => {
    expect(parseDom0(golden("xl-list.txt"))).toEqual({ dom0MemoryMiB: 1024, dom0Vcpus: 2 });
  });

  it("is refused with a sentence when it is something else", () => {
    expect(() => parseDomains("xencall: error")).toThrow('"xl list -l" did not print JSON');
    expect(() => parseDomains('[{"domid":"x"}]')).toThrow("what we do not understand");
    expect(() => parseXlInfo("host : x\n")).toThrow("does not tell the version of Xen");
    expect(() => parseXlInfo("xen_version : 4.17.7\ntotal_memory :\n")).toThrow("no number for total_memory");
    expect(() => parseDom0("Name ID Mem VCPUs State Time(s)\n")).toThrow("does not show Domain-0");
  });
});

describe("what xl prints (Xen 4.20, Debian 13)", () => {
  const newer = (name: string): string => readFileSync(join(__dirname, "../../golden/xen-4.20-debian13", name), "utf8");

  it("tells a version that has a word behind its numbers", () => {
    expect(parseXlInfo(newer("xl-info.txt"))).toMatchObject({
      version: "4.20.5-pre",
      totalMemoryMiB: 2559,
      freeMemoryMiB: 1314,
      cpus: 2,
      virtCaps: ["pv", "hvm", "hap", "gnttab-v1", "gnttab-v2"],
      scheduler: "credit2",
    });
  });

  it("tells of a guest and of dom0 what 4.17 tells", () => {
    expect(parseDomains(newer("xl-list-l.json")).find(({ domid }) => domid !== 0)).toEqual({
      domid: 2,
      name: "guest1",
      uuid: "11242627-ce21-8713-8b8b-ec4d29a1d1da",
      type: "pv",
      memoryMiB: 192,
      maxMemoryMiB: 320,
      vcpus: 1,
      maxVcpus: 1,
      kernel: undefined,
      bootloader: "pygrub",
      disks: [{ target: "/xen/vm/guest1.img", device: "xvda", format: "raw", mode: "w", more: [] }],
      vifs: [{ mac: "00:16:3e:0a:7a:4e", bridge: "br0", more: [] }],
    });
    expect([...parseDomainStates(newer("xl-list.txt"))]).toEqual([
      [0, "running"],
      [2, "blocked"],
    ]);
    expect(parseDom0(newer("xl-list.txt"))).toEqual({ dom0MemoryMiB: 1024, dom0Vcpus: 2 });
  });
});
