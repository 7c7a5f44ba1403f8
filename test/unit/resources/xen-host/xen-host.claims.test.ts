/** Whose a Xen host is: what renamed resources, second stacks and older states may do with it. */
import type { Claim } from "../../../../provider/host/claim";
import { dynamicProvider } from "../../../../provider/pulumi";
import { refreshed, releaseHost, xenHostKind } from "../../../../provider/resources/xen-host/xen-host.lifecycle";
import type { ObservedHost } from "../../../../provider/resources/xen-host/xen-host.observe";
import type { XenHostOutputs } from "../../../../provider/resources/xen-host/xen-host.properties";
import { walkToXen } from "../../../../provider/resources/xen-host/xen-host.walk";
import { FakeHost } from "../../../support/fake-host";
import { CLAIM_ID, OWNER, claim, inputs, plainHost, xenHost } from "./observed";

const OTHER_ID = "0d6c5a3e-1f2b-4c3d-8e9f-000000000002";
const machineId = "machine-1";
const kept = { owner: OWNER, claimId: CLAIM_ID, isFinished: true };
const withClaim = (given: Claim | undefined): ObservedHost => ({ ...xenHost, claim: given });
const outputs = (more: Partial<XenHostOutputs> = {}): XenHostOutputs => ({
  machineId,
  claimId: CLAIM_ID,
  phase: "ready",
  drift: "none",
  rebootNeeded: false,
  kernelRelease: "",
  defaultBoot: "xen",
  isAdopted: false,
  packageVersions: {},
  warnings: [],
  ...more,
});
const touched = (host: FakeHost): string[] => host.did.filter((deed) => /^(perform|reconnect|forget)/.test(deed));

describe("a second stack that declares the same machine", () => {
  const second = { ...inputs, owner: "shop/test::XenHost::dom0" };

  it("is refused by the owner's name, and told how to put guests on the host", async () => {
    const host = new FakeHost({ looks: [xenHost] });
    const creation = walkToXen({ host, inputs: second, machineId, announced: "reboot" });
    await expect(creation).rejects.toThrow("is claimed as a XenHost by shop/prod::XenHost::dom0; nothing was touched.");
    await expect(creation).rejects.toThrow('host: { host: "…" }');
    await expect(creation).rejects.toThrow("StackReference");
    expect(touched(host)).toEqual([]);
  });

  it("takes nothing away when it is destroyed, and reads the host as gone", async () => {
    const host = new FakeHost({ looks: [claim] });
    await releaseHost(host, { ...second, onDelete: "restore" }, outputs({ claimId: OTHER_ID }));
    expect(touched(host)).toEqual([]);
    expect(refreshed(xenHost, second, outputs({ claimId: OTHER_ID }))).toBeUndefined();
  });
});

describe("a Xen host renamed as a Pulumi resource", () => {
  it("is refused without aliases, with the remedy", async () => {
    const host = new FakeHost({ looks: [xenHost] });
    const creation = walkToXen({
      host,
      inputs: { ...inputs, owner: "shop/prod::XenHost::host" },
      machineId,
      announced: "reboot",
    });
    await expect(creation).rejects.toThrow('aliases: [{ name: "dom0" }]');
    expect(touched(host)).toEqual([]);
  });

  it("keeps running with aliases: only the claim changes hands", async () => {
    const owner = "shop/prod::XenHost::host";
    const host = new FakeHost({ looks: [xenHost, withClaim({ ...claim, owner })] });
    const walk = walkToXen({ host, inputs: { ...inputs, owner }, machineId, announced: "none", kept });
    await expect(walk).resolves.toMatchObject({ phase: "ready", claimId: CLAIM_ID });
    expect(touched(host)).toEqual(["perform claim the host"]);
  });
});

describe("a state that was rolled back to before the host was claimed again", () => {
  const renewed = { ...claim, id: OTHER_ID };

  it("destroys nothing and says that it is done", async () => {
    const host = new FakeHost({ looks: [renewed] });
    await releaseHost(host, { ...inputs, onDelete: "restore" }, outputs());
    expect(touched(host)).toEqual([]);
  });

  it("is gone for a refresh, and an update is refused with the remedy", async () => {
    expect(refreshed(withClaim(renewed), inputs, outputs())).toBeUndefined();
    const host = new FakeHost({ looks: [withClaim(renewed)] });
    await expect(walkToXen({ host, inputs, machineId, announced: "reboot", kept })).rejects.toThrow("Run refresh");
    expect(touched(host)).toEqual([]);
  });
});

describe("a create of the same owner", () => {
  it("takes a finished host over as it is, with a new id for its claim, and without a reboot", async () => {
    const host = new FakeHost({ looks: [xenHost, withClaim({ ...claim, id: OTHER_ID })] });
    const creation = walkToXen({ host, inputs, machineId, announced: "reboot" });
    await expect(creation).resolves.toMatchObject({ phase: "ready", claimId: OTHER_ID });
    expect(touched(host)).toEqual(["perform claim the host"]);
  });
});

test("a mark of an earlier version is carried over by the first update of the state that made it", async () => {
  const host = new FakeHost({ looks: [withClaim({ id: undefined, owner: undefined, of: undefined }), xenHost] });
  const old = { owner: undefined, claimId: undefined, isFinished: true };
  const walk = walkToXen({ host, inputs, machineId, announced: "none", kept: old });
  await expect(walk).resolves.toMatchObject({ claimId: CLAIM_ID });
  expect(touched(host)).toEqual(["perform claim the host"]);
});

test("a host that waits for somebody else's reboot keeps the id of its claim in the state", async () => {
  const host = new FakeHost({ looks: [plainHost, claim] });
  const walk = walkToXen({ host, inputs: { ...inputs, reboot: "never" }, machineId, announced: "none" });
  await expect(walk).rejects.toMatchObject({ outputs: { phase: "awaiting-reboot", claimId: CLAIM_ID } });
});

describe("what means the same demands no reboot", () => {
  const provider = dynamicProvider(xenHostKind);
  const declared = { connection: inputs.connection, owner: OWNER, kernelArgs: ["a=1", "b=2"] };

  it.each([
    ["pinVcpus false in place of none", { ...declared, dom0: { pinVcpus: false } }],
    ["arguments in another order", { ...declared, kernelArgs: ["b=2", "a=1"] }],
  ])("%s", async (_what, news) => {
    const olds = (await provider.check({}, declared)).inputs;
    const { inputs: next, failures } = await provider.check(olds, news);
    expect(failures).toEqual([]);
    expect(next).toMatchObject({ effect: "none", plan: "" });
  });

  it("pinVcpus true still does, and only with consent", async () => {
    const olds = (await provider.check({}, declared)).inputs;
    const { failures } = await provider.check(olds, { ...declared, dom0: { pinVcpus: true } });
    expect(failures).toMatchObject([{ property: "dom0.pinVcpus" }]);
  });
});
