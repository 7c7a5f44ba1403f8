/**
 * An Output or a secret at every depth of every argument: that it compiles, the tier `types` holds over
 * test/first-hour/programs/every-depth.ts; here is what becomes of it.
 */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "../../../../provider";
import { registered } from "../../../support/registered";

/** As the mocks show what is not known yet. */
const UNKNOWN = { __pulumiUnknown: true };
const SECRET_KEY = "4dabf18193072939515e22adb298388d";

function promised<T>(value: T): pulumi.Output<T> {
  return pulumi.output(Promise.resolve(value)) as pulumi.Output<T>;
}

/** By name. */
async function declared(make: () => void, preview = false): Promise<ReadonlyMap<string, Record<string, unknown>>> {
  return new Map(Object.entries(await registered(make, { preview, idOf: (name) => name })));
}

describe("an Input", () => {
  const host = { host: "198.51.100.7" };
  const answers = { hostname: "a", mirror: "http://mirror.example/debian" };

  it("of any shape and at any depth becomes what the plain value becomes", async () => {
    const inputs = await declared(() => {
      const lan = new xen.Bridge("lan", { host, name: "br0" });
      const disk = new xen.DiskImage("disk", { host, path: "/xen/vm/a.img", format: "qcow2", sizeGiB: 1 });
      const source = { url: "http://mirror.example/f", sha256: "00" };
      const media = new xen.InstallMedia("media", { host, kernel: source, ramdisk: source, serveOn: lan });
      const rest = { boot: "pvgrub2", vifs: [{ bridge: "br0", ip: "198.51.100.21" }] } as const;
      new xen.DomU("plain", {
        host,
        ...rest,
        disks: [{ image: disk }, { image: "/xen/vm/b.img" }],
        install: { media, answers: xen.answers.preseed(answers), timeoutMinutes: 5 },
      });
      new xen.DomU("entries", {
        host: { host: promised(host.host) },
        boot: promised(rest.boot),
        vifs: [promised({ bridge: "br0", ip: "198.51.100.21" })],
        disks: [promised({ image: disk }), { image: promised("/xen/vm/b.img") }],
        install: {
          media: promised(media),
          answers: xen.answers.preseed({ ...answers, hostname: promised("a") }),
          timeoutMinutes: promised(5),
        },
      });
      new xen.DomU("wholes", {
        host: promised(host),
        boot: rest.boot,
        vifs: lan.name.apply((bridge) => [{ bridge, ip: "198.51.100.21" }]),
        disks: Promise.resolve([{ image: disk }, { image: "/xen/vm/b.img" }]),
        install: promised({ media, answers: xen.answers.preseed(answers), timeoutMinutes: 5 }),
      });
    });
    const of = (name: string) => {
      const { connection, boot, disks, vifs, install } = inputs.get(name) ?? {};
      return { connection, boot, disks, vifs, install };
    };
    expect(of("plain")).toMatchObject({
      disks: [{ path: "/xen/vm/a.img", format: "qcow2" }, { path: "/xen/vm/b.img" }],
      vifs: [{ bridge: "br0", ip: "198.51.100.21" }],
      install: { media: { name: "media" }, answers: { fileName: "preseed.cfg" }, timeoutMinutes: 5 },
    });
    expect(of("entries")).toEqual(of("plain"));
    expect(of("wholes")).toEqual(of("plain"));
  });

  it("that is a secret makes a secret of what it is a part of, and of nothing else", async () => {
    const inputs = await declared(() => {
      new xen.DomU("secret", {
        host,
        vifs: [{ bridge: "br0" }],
        install: {
          media: new xen.InstallMedia("m", {
            host,
            kernel: { url: "http://a.example/", sha256: "00" },
            ramdisk: { url: "http://a.example/", sha256: "00" },
          }),
          answers: xen.answers.preseed({ ...answers, rootPasswordHash: pulumi.secret("$6$salt$hash") }),
        },
      });
    });
    expect(inputs.get("secret")?.["install"]).toHaveProperty([SECRET_KEY]);
    expect(inputs.get("secret")?.["secretProperties"]).toEqual(["install"]);
    expect(inputs.get("secret")?.["vifs"]).toEqual([{ bridge: "br0" }]);
  });

  it("of a list that is plain hides nothing of its neighbours while it is not known yet", async () => {
    const inputs = await declared(() => {
      const { ip } = new xen.DomU("first", { host });
      new xen.DomU("later", { host, vifs: [{ bridge: "br0", ip }, { bridge: "br1" }] });
    }, true);
    expect(inputs.get("later")?.["vifs"]).toEqual([{ bridge: "br0", ip: UNKNOWN }, { bridge: "br1" }]);
  });
});
