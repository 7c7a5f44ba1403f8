import {
  asSeen,
  differing,
  mediaFaults,
  undeclared,
} from "../../../../provider/resources/install-media/install-media.drift";
import type { ObservedMedia } from "../../../../provider/resources/install-media/install-media.observe";
import { completeInstallMedia } from "../../../../provider/resources/install-media/install-media.plan";

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
  isOurs: true,
  isReady: true,
  sums: new Map([
    ["vmlinuz", sum("1")],
    ["initrd", sum("2")],
    ["files/a.tgz", sum("3")],
  ]),
  guests: [],
  freeBytes: 2 ** 30,
  tools: ["curl", "python3"],
};

describe("installation media on a host", () => {
  it("are as declared where every file has its sum and there is no other", () => {
    expect(differing(inputs, whole)).toEqual([]);
    expect(undeclared(inputs, whole)).toEqual([]);
    expect(asSeen(inputs, whole)).toEqual(inputs);
  });

  it("show a changed file by its sum, a lost one as missing, a stray one as new", () => {
    const sums = new Map([
      ["vmlinuz", sum("9")],
      ["files/a.tgz", sum("3")],
      ["files/b.tgz", sum("4")],
    ]);
    const seen = asSeen(inputs, { ...whole, sums });
    expect(seen.kernel).toEqual({ url: "http://a/vmlinuz", sha256: sum("9") });
    expect(seen.ramdisk.sha256).toBe("missing");
    expect(seen.files?.["b.tgz"]).toEqual({ path: "(found on the host)", sha256: sum("4") });
    expect(differing(inputs, { ...whole, sums }).map(({ property }) => property)).toEqual(["kernel", "ramdisk"]);
  });

  it("are refused with all reasons at once where the host cannot take or serve them", () => {
    const poor = { ...whole, tools: [], freeBytes: 2 ** 20 };
    expect(mediaFaults(poor, inputs, differing(inputs, { ...whole, sums: new Map() }), 5 * 2 ** 20)).toEqual([
      "None of curl, wget and python3 is on the host, so nothing can be fetched. Install one of them.",
      "python3 is missing on the host; it serves the media to guests. Install the package python3.",
      "/var/lib has 1 MiB free, and the media need 5 MiB. Free some space.",
    ]);
    expect(mediaFaults({ ...poor, tools: ["python3"], freeBytes: 5 * 2 ** 20 }, inputs, [], 5 * 2 ** 20)).toEqual([]);
  });
});
