import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDomainStates, parseDomains, parseXlInfo } from "../../../provider/toolstack";

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

  it("tells the version, the free memory and what guests the host can run", () => {
    expect(parseXlInfo(golden("xl-info.txt"))).toEqual({
      version: { major: 4, minor: 17 },
      freeMemoryMiB: 1822,
      cpus: 2,
      virtCaps: ["pv", "hvm", "gnttab-v1", "gnttab-v2"],
    });
  });

  it("is refused with a sentence when it is something else", () => {
    expect(() => parseDomains("xencall: error")).toThrow('"xl list -l" did not print JSON');
    expect(() => parseDomains('[{"domid":"x"}]')).toThrow("what we do not understand");
    expect(() => parseXlInfo("host : x\n")).toThrow("no number for xen_major");
  });
});
