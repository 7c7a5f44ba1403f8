import { resolve } from "node:path";
import { UNKNOWN } from "../../../provider/property";
import { providerText } from "../../../provider/pulumi";
import { type DynamicProcess, startDynamicProcess } from "../../support/dynamic-process";

/** Minimal programs of each kind, as the resource classes send them. */
const connection = { host: "127.0.0.1", port: 1, hostKey: "ssh-ed25519 AAAA", privateKeyFile: "/nonexistent" };
const sha256 = "0".repeat(64);
const samples: Record<string, Record<string, unknown>> = {
  "xen-host": { connection, dom0: { memoryMiB: 1024, maxVcpus: 2 }, allow: ["reboot"] },
  bridge: { connection, name: "br0", ports: ["eth0"], addresses: "inherit" },
  "disk-image": { connection, path: "/xen/vm/a.img", sizeGiB: 1 },
  "install-media": {
    connection,
    name: "media",
    kernel: { url: "http://127.0.0.1/vmlinuz", sha256 },
    ramdisk: { url: "http://127.0.0.1/initrd", sha256 },
  },
  domu: {
    connection,
    name: "guest1",
    memoryMiB: 256,
    disks: [{ path: "/xen/vm/a.img", format: "raw", device: "xvda" }],
    vifs: [{ bridge: "br0" }],
    boot: "pygrub",
  },
};

// The process loads the SDK: seconds on a machine that does something else as well.
jest.setTimeout(60_000);

describe("the real dynamic provider process, with nothing but the constant text", () => {
  let provider: DynamicProcess;
  // The folder of the program decides what `require` finds: here the package's own self-link.
  beforeAll(async () => (provider = await startDynamicProcess(resolve(__dirname, "../../.."))));
  afterAll(() => provider.stop());

  const news = (kind: string) => ({ ...samples[kind], __provider: providerText(kind) });

  it.each(Object.keys(samples))("loads %s, finds no fault, and says what a creation does", async (kind) => {
    const { inputs, failures } = await provider.check({}, news(kind));
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ __provider: providerText(kind), plan: expect.stringMatching(/./) as string });
  });

  it.each(Object.keys(samples))("finds no difference in %s when it is checked twice", async (kind) => {
    const first = await provider.check({}, news(kind));
    const second = await provider.check(first.inputs, news(kind));
    // The plan is told anew each time: of nothing, nothing.
    expect(second.inputs).toEqual({ ...first.inputs, plan: "", effect: "none" });
  });

  it.each(Object.keys(samples))("takes the unknown marker in place of any property of %s", async (kind) => {
    const { inputs: olds } = await provider.check({}, news(kind));
    for (const property of Object.keys(samples[kind] ?? {}).filter((name) => name !== "allow")) {
      const unknown = { ...news(kind), [property]: UNKNOWN };
      expect((await provider.check({}, unknown)).failures).toEqual([]);
      const checked = await provider.check(
        { ...olds, allow: ["restart", "reboot", "migrate", "replace", "dataLoss"] },
        unknown,
      );
      await provider.diff("id", { ...olds, phase: "done", schemaVersion: 1 }, checked.inputs);
    }
  });

  it.each(Object.keys(samples))("names a property of %s that does not exist", async (kind) => {
    const { failures } = await provider.check({}, { ...news(kind), nmae: 1 });
    expect(failures).toEqual([{ property: "nmae", reason: expect.stringContaining("is not known here") as string }]);
  });

  it.each(Object.keys(samples))("leaves nothing in the state when the host of %s cannot be reached", async (kind) => {
    const { inputs } = await provider.check({}, news(kind));
    const error = await provider.create(inputs).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ details: expect.stringMatching(/^Unable to create \w+ ".*": /) as string });
    const details =
      (error as { metadata?: { get(key: string): unknown[] } }).metadata?.get("grpc-status-details-bin") ?? [];
    expect(details).toEqual([]);
  });
});
