import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseXlInfo } from "../../../provider/toolstack/xl/xl-info.parse";
import {
  guestsOf,
  joinDomains,
  parseDom0,
  parseDomainRows,
  parseDomains,
  parsePinning,
} from "../../../provider/toolstack/xl/xl.parse";

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
      vifs: [{ mac: "00:16:3e:00:00:51", bridge: "xenbr0", link: "vif1.0", more: [] }],
      onPoweroff: "destroy",
      onReboot: "restart",
      onCrash: "destroy",
      cpuWeight: 256,
      cpuCap: 0,
    });
  });

  it("rounds dom0's odd memory target", () => {
    expect(parseDomains(golden("xl-list-l.json"))[0]).toMatchObject({ domid: 0, memoryMiB: 1024 });
  });

  it("tells every domain in a table, with its uuid and state", () => {
    expect(parseDomainRows(golden("xl-list-v.txt"))).toEqual([
      {
        domid: 0,
        name: "Domain-0",
        uuid: "00000000-0000-0000-0000-000000000000",
        memoryMiB: 1024,
        state: "running",
        isUnbuilt: false,
      },
      {
        domid: 1,
        name: "g1",
        uuid: "153b5f07-1045-40a6-bf99-1384946c365c",
        memoryMiB: 192,
        state: "blocked",
        isUnbuilt: false,
      },
    ]);
    expect(guestsOf(parseDomainRows(golden("xl-list-v.txt")))).toEqual([
      { name: "g1", uuid: "153b5f07-1045-40a6-bf99-1384946c365c", memoryMiB: 192, isUnbuilt: false },
    ]);
  });

  it("knows a domain that is not built from one that is paused", () => {
    const row = (rest: string): string =>
      `guest1    2 ${rest} 153b5f07-1045-40a6-bf99-1384946c365c        -                -`;
    // Seen on 4.17 after the xl that created it was ended while pygrub ran.
    const left = row("    0     0     --p---       0.0");
    const paused = row("  192     1     --p---       3.1");
    const built = row("  192     1     --p---       0.0");
    expect(parseDomainRows(["Name", left, paused, built].join("\n")).map(({ isUnbuilt }) => isUnbuilt)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    ["---sc-", "       3", "crashed"],
    ["---sr-", "       1", "shut down"],
    ["--p---", "       -", "paused"],
    ["-----d", "       -", "dying"],
    ["------", "       -", "runnable"],
  ])("tells in its table a domain that is %s", (letters, reason, state) => {
    const table = golden("xl-list-v.txt")
      .replace("-b----", letters)
      .replace(/ {7}-( +-)\n$/, `${reason}$1\n`);
    expect(parseDomainRows(table)[1]).toMatchObject({ name: "g1", state });
  });

  it("tells which CPUs a domain may run on, and that its VCPUs differ", () => {
    expect(parsePinning(golden("xl-vcpu-list.txt"))).toEqual(
      new Map([
        [0, "all"],
        [1, "all"],
      ]),
    );
    const table = golden("xl-vcpu-list.txt").replaceAll("6.3  all", "6.3  0-1,3");
    expect(parsePinning(table).get(1)).toBe("0-1,3");
    const mixed = parsePinning(
      `${table}g1                                   1     1    -   --p       0.6  all / all\n`,
    );
    expect([mixed.has(1), mixed.get(1)]).toEqual([true, undefined]);
  });

  it("is put together: what the long list leaves out is there and cannot be read, it is not gone", () => {
    const [dom0, g1] = parseDomainRows(golden("xl-list-v.txt"));
    const rows = [
      dom0,
      g1,
      { domid: 2, name: "lost", uuid: "00000000-0000-4000-8000-000000000002", state: "blocked" as const },
    ];
    const { domains, unreadable } = joinDomains(
      rows as never,
      parseDomains(golden("xl-list-l.json")),
      new Map([[1, undefined]]),
    );
    expect(domains.map(({ name, state, cpus }) => [name, state, cpus])).toEqual([
      ["Domain-0", "running", "all"],
      ["g1", "blocked", undefined],
    ]);
    expect(unreadable).toEqual([rows[2]]);
    // What only the long list tells began a moment later.
    const late = joinDomains([], parseDomains(golden("xl-list-l.json")), new Map()).domains;
    expect(late.map(({ name, state }) => [name, state])).toContainEqual(["g1", "runnable"]);
  });

  it("writes an action with an underscore that a configuration writes with a dash", () => {
    const json = golden("xl-list-l.json").replace('"on_reboot": "restart"', '"on_reboot": "rename_restart"');
    expect(parseDomains(json)[1]?.onReboot).toBe("rename-restart");
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
    expect(() => parseDomainRows("Name\nxencall: error\n")).toThrow("printed a line that is no domain");
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
      vifs: [{ mac: "00:16:3e:0a:7a:4e", bridge: "br0", link: "vif2.0", more: [] }],
      onPoweroff: "destroy",
      onReboot: "restart",
      onCrash: "destroy",
      cpuWeight: 256,
      cpuCap: 0,
    });
    expect(parseDom0(newer("xl-list.txt"))).toEqual({ dom0MemoryMiB: 1024, dom0Vcpus: 2 });
  });
});
