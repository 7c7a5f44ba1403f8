import { driftOf, planOf } from "../../../../provider/change";
import { type ObservedMedia, mediaOf } from "../../../../provider/resources/install-media/install-media.observe";
import { installMediaTable } from "../../../../provider/resources/install-media/install-media.properties";
import {
  faultsOfBringing,
  missingFiles,
  otherContents,
} from "../../../../provider/resources/install-media/install-media.refusals";
import { completeInstallMedia, mediaFiles } from "../../../../provider/resources/install-media/install-media.rules";

const sum = (digit: string): string => digit.repeat(64);
const inputs = completeInstallMedia({
  connection: { host: "h" },
  name: "m",
  kernel: { url: "http://a/vmlinuz", sha256: sum("1") },
  ramdisk: { path: "/tmp/initrd", sha256: sum("2") },
  files: { "a.tgz": { path: "/tmp/a.tgz", sha256: sum("3") } },
  serveOn: "br0",
});

const whole: ObservedMedia = {
  exists: true,
  claim: { id: "0f6ad1f2-0000-4000-8000-00000000000a", owner: "shop/prod::InstallMedia::m", of: "m" },
  isReady: true,
  sums: new Map([
    ["vmlinuz", sum("1")],
    ["initrd", sum("2")],
    ["files/a.tgz", sum("3")],
  ]),
  taken: new Map(),
  hostIso: undefined,
  isoTrouble: undefined,
  guests: [],
  freeBytes: 2 ** 30,
  tools: ["curl", "python3"],
};
const planFor = (seen: ObservedMedia) => planOf(installMediaTable, mediaOf(seen, "m"), inputs);
const driftIn = (seen: ObservedMedia) => driftOf(installMediaTable, mediaOf(seen, "m"), inputs);

describe("installation media on a host", () => {
  it("are as declared where every file has its sum and there is no other", () => {
    expect(planFor(whole)).toEqual([]);
    expect(driftIn(whole)).toEqual({});
    expect(otherContents(inputs, whole)).toEqual([]);
  });

  it("show a changed file by its sum, a lost one as missing, a stray one as new", () => {
    const sums = new Map([
      ["vmlinuz", sum("9")],
      ["files/a.tgz", sum("3")],
      ["files/b.tgz", sum("4")],
    ]);
    const seen = { ...whole, sums };
    const { kernel, ramdisk, files } = driftIn(seen);
    expect(kernel).toEqual({ url: "http://a/vmlinuz", sha256: sum("9") });
    expect(ramdisk).toEqual({ path: "/tmp/initrd", sha256: "missing" });
    expect(files?.["b.tgz"]).toEqual({ path: "(found on the host)", sha256: sum("4") });
    expect(missingFiles(inputs, planFor(seen)).map(({ property }) => property)).toEqual(["kernel", "ramdisk"]);
    expect(otherContents(inputs, seen)).toEqual(["vmlinuz", "files/b.tgz"]);
  });

  it("are refused with all reasons at once where the host cannot take or serve them", () => {
    const poor = { ...whole, tools: [], freeBytes: 2 ** 20 };
    expect(faultsOfBringing(poor, inputs, mediaFiles(inputs), 5 * 2 ** 20)).toEqual([
      "None of curl, wget and python3 is on the host, so nothing can be fetched. Install one of them.",
      "There is no Python (python3, python2, python) on the host; it serves the media to guests. Install the package python3, on CentOS 6 python.",
      "/var/lib has 1 MiB free, and the media need 5 MiB. Free some space.",
    ]);
    for (const python of ["python3", "python2", "python"]) {
      const served = { ...poor, tools: [python], freeBytes: 5 * 2 ** 20 };
      expect(faultsOfBringing(served, inputs, [], 5 * 2 ** 20)).toEqual([]);
    }
  });

  it("are refused where the ISO on the host is not there, cannot be read, is another, or nothing could read it", () => {
    const iso = (more: Partial<ObservedMedia>, sha256?: string, tree = false): string[] => {
      const declared = completeInstallMedia({
        connection: { host: "h" },
        name: "m",
        iso: { hostPath: "/srv/cd.iso", ...(sha256 === undefined ? {} : { sha256 }) },
        kernel: { inIso: "k" },
        ramdisk: { inIso: "r" },
        ...(tree ? { tree, serveOn: "br0" } : {}),
      });
      return faultsOfBringing({ ...whole, ...more }, declared, mediaFiles(declared), 0);
    };
    expect(iso({ hostIso: sum("a") })).toEqual([]);
    expect(iso({ hostIso: sum("a") }, sum("a"))).toEqual([]);
    expect(iso({})).toEqual(["/srv/cd.iso does not exist on this host. Put the ISO there, or correct iso.hostPath."]);
    expect(iso({ hostIso: sum("a") }, sum("b"))).toEqual([
      `/srv/cd.iso is not the ISO that was declared: its SHA-256 is ${sum("a")}, expected ${sum("b")}. Correct iso.sha256, or find out who changed it.`,
    ]);
    expect(iso({ isoTrouble: "No medium found" })).toEqual([
      "/srv/cd.iso is no ISO that can be used: No medium found. Correct iso.hostPath.",
    ]);
    expect(iso({ isoTrouble: "Permission denied" }, undefined, true)).toEqual([
      "/srv/cd.iso is no ISO that can be used: Permission denied. The server of its tree runs as nobody: put it into a folder that all may enter, readable for all.",
    ]);
    expect(iso({ hostIso: sum("a"), tools: ["curl"] })).toEqual([
      "There is no Python (python3, python2, python) on the host; it reads the ISO. Install the package python3, on CentOS 6 python.",
    ]);
  });
});
