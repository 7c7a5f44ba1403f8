/** What the constructors notice: each run of a program by itself, and no secret in it. */
import * as pulumi from "@pulumi/pulumi";
import { type Notice, noticesOf } from "../../../provider/pulumi/noticed";
import { registered } from "../../support/registered";
import { Bridge, DiskImage, DomU, XenHost } from "../../../provider";

const inPreview = { preview: true, idOf: () => undefined };

const notices = async (program: () => void): Promise<Record<string, Notice[]>> =>
  Object.fromEntries(
    Object.entries(await registered(program, inPreview)).map(([name, inputs]) => [name, noticesOf(inputs["noticed"])]),
  );

const host = { host: "198.51.100.7" };
const other = { host: "198.51.100.8" };

describe("the same declared twice", () => {
  it("is noticed at the later resource, which names both", async () => {
    const { lan, dmz } = await notices(() => {
      new Bridge("lan", { host, name: "br0", ports: ["eth0"] });
      new Bridge("dmz", { host, name: "br1", ports: ["eth1", "eth0"] });
    });
    expect(lan).toEqual([]);
    expect(dmz).toEqual([
      {
        path: ["ports", 1],
        rule: 'which both Bridge "lan" (ports[0]) and Bridge "dmz" (ports[1]) declare',
        remedy: "A link is a port of one bridge: take it out of the other.",
      },
    ]);
  });

  it.each<[string, () => void]>([
    [
      "on two hosts",
      () => {
        new DiskImage("a", { host, path: "/vm/a.img", sizeGiB: 1 });
        new DiskImage("b", { host: other, path: "/vm/a.img", sizeGiB: 1 });
      },
    ],
    [
      "behind two jump hosts",
      () => {
        new DiskImage("a", { host: { host: "10.0.0.2", jump: host }, path: "/vm/a.img", sizeGiB: 1 });
        new DiskImage("b", { host: { host: "10.0.0.2", jump: other }, path: "/vm/a.img", sizeGiB: 1 });
      },
    ],
    [
      "to be read only, by both",
      () => {
        new DomU("a", { host, disks: [{ image: "/vm/a.img" }, { image: "/vm/iso", mode: "r" }] });
        new DomU("b", { host, disks: [{ image: "/vm/b.img" }, { image: "/vm/iso", mode: "r" }] });
      },
    ],
    [
      "of which one is stopped",
      () => {
        new DomU("a", { host, disks: [{ image: "/vm/a.img" }], powerState: "stopped" });
        new DomU("b", { host, disks: [{ image: "/vm/a.img" }] });
      },
    ],
    [
      "as addresses on two bridges",
      () => {
        new DomU("a", { host, vifs: [{ bridge: "br0", ip: "10.0.0.2" }] });
        new DomU("b", { host, vifs: [{ bridge: "br1", ip: "10.0.0.2" }] });
      },
    ],
    [
      "by an image and the guest that uses it",
      () => {
        const image = new DiskImage("a", { host, path: "/vm/a.img", sizeGiB: 1 });
        new DomU("b", { host, disks: [{ image }] });
      },
    ],
  ])("is nobody's fault %s", async (_where, program) => {
    expect(Object.values(await notices(program)).flat()).toEqual([]);
  });

  it("is found in each run, and a run knows nothing of the run before it", async () => {
    const program = (): void => {
      new DomU("a", { host, name: "web" });
      new DomU("b", { host, name: "web", vifs: [{ bridge: "br0" }] });
    };
    for (let run = 0; run < 2; run += 1) {
      const { a = [], b = [] } = await notices(program);
      expect([a, b.map(({ path }) => path)]).toEqual([[], [["name"]]]);
    }
  });

  it("shows no secret, and makes no secret of the rest", async () => {
    const mac = pulumi.secret("00:16:3e:00:00:01");
    const inputs = await registered(() => {
      new DomU("a", { host, vifs: [{ bridge: "br0", mac }] });
      new DomU("b", { host, vifs: [{ bridge: "br0", mac, ip: "10.0.0.2" }] });
    }, inPreview);
    const { noticed, secretPaths, secretProperties } = inputs["b"] ?? {};
    expect(noticesOf(noticed).map(({ path }) => path)).toEqual([["vifs", 0, "mac"]]);
    expect(JSON.stringify(noticed)).not.toContain("00:16");
    expect(secretProperties).toEqual(["vifs"]);
    expect(secretPaths).toContainEqual(["vifs", 0, "mac"]);
    expect(secretPaths).not.toContainEqual(["vifs"]);
  });
});

describe("warnings", () => {
  let said: string[];
  beforeEach(() => {
    said = [];
    jest.spyOn(pulumi.log, "warn").mockImplementation((text) => {
      said.push(text);
      return Promise.resolve();
    });
  });
  afterEach(() => jest.restoreAllMocks());

  it("of a user without rights come once for a host, however many resources are on it", async () => {
    await registered(() => {
      const operator = { host: "198.51.100.7", user: "operator" };
      new DiskImage("a", { host: operator, path: "/vm/a.img", sizeGiB: 1 });
      new DiskImage("b", { host: operator, path: "/vm/b.img", sizeGiB: 1 });
      new DiskImage("c", { host: { ...operator, sudo: true }, path: "/vm/c.img", sizeGiB: 1 });
    }, inPreview);
    expect(said).toEqual([expect.stringContaining("operator@198.51.100.7 is not root and has no sudo")]);
  });

  it("of what its host showed come from a bridge that is there, and from none whose warnings are not known yet", async () => {
    const program = (): void => {
      new Bridge("lan", { host, name: "br0", ports: ["eth0"] });
    };
    await registered(program, { ...inPreview, outputs: { warnings: ["The chain ip filter FORWARD drops."] } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(said).toEqual(["The chain ip filter FORWARD drops."]);
    said = [];
    await registered(program, inPreview);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(said).toEqual([]);
  });

  it("of a host that may not reboot come only where a preview would create it", async () => {
    const program = (): void => {
      new XenHost("dom0", { connection: host });
      new XenHost("allowed", { connection: other, allow: ["reboot"] });
      new XenHost("by-hand", { connection: { host: "198.51.100.9" }, reboot: "never" });
    };
    await registered(program, inPreview);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(said).toEqual([expect.stringContaining('allow has no "reboot"')]);
    said = [];
    await registered(program, { ...inPreview, preview: false });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(said).toEqual([]);
  });
});
