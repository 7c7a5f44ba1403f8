/** Whose a bridge is: what renamed resources, second stacks and older states may do with it. */
import { NotOwnedError } from "../../../../provider/errors";
import type { Claim } from "../../../../provider/host/claim";
import { dynamicProvider } from "../../../../provider/pulumi";
import { bridgeKind, refreshed, removeBridge } from "../../../../provider/resources/bridge/bridge.lifecycle";
import type { ObservedNetwork } from "../../../../provider/resources/bridge/bridge.observe";
import type { BridgeInputs, BridgeOutputs } from "../../../../provider/resources/bridge/bridge.properties";
import { completeBridge } from "../../../../provider/resources/bridge/bridge.rules";
import { walkToBridge } from "../../../../provider/resources/bridge/bridge.walk";
import { FakeHost } from "../../../support/fake-host";
import { CLAIM_ID, OWNER, bridged, claim, inputs, plain } from "./observed";

const OTHER_ID = "0d6c5a3e-1f2b-4c3d-8e9f-000000000002";
const machineId = "machine-1";
const withClaim = (given: Claim | undefined): ObservedNetwork => ({ ...bridged(), claim: given });
const ofOwner = (owner: string): BridgeInputs => ({ ...inputs, owner });
const outputs = (more: Partial<BridgeOutputs> = {}): BridgeOutputs => ({
  machineId,
  claimId: CLAIM_ID,
  phase: "ready",
  macAddress: "",
  currentAddresses: [],
  members: [],
  isAdopted: false,
  warnings: [],
  ...more,
});
const create = (host: FakeHost, declared: BridgeInputs): Promise<BridgeOutputs> =>
  walkToBridge({ host, inputs: declared, machineId, announced: "live" });
const touched = (host: FakeHost): string[] => host.did.filter((deed) => /^(perform|reconnect|forget)/.test(deed));

describe("a bridge renamed as a Pulumi resource", () => {
  it("is refused without aliases, by the owner's name and with the remedy, and nothing is touched", async () => {
    const host = new FakeHost({ looks: [bridged()] });
    const creation = create(host, ofOwner("shop/prod::Bridge::network"));
    await expect(creation).rejects.toThrow(NotOwnedError);
    await expect(creation).rejects.toThrow(
      'The bridge br0 is claimed by shop/prod::Bridge::lan; nothing was touched.\nIf this is the same object under a new resource name, add aliases: [{ name: "lan" }]',
    );
    expect(touched(host)).toEqual([]);
  });

  it("stays up with aliases: the preview says none, and only the claim changes hands", async () => {
    const provider = dynamicProvider(bridgeKind);
    const declared = { connection: inputs.connection, name: "br0", ports: ["eth0"] };
    const olds = (await provider.check({}, { ...declared, owner: OWNER })).inputs;
    const renamed = { ...declared, owner: "shop/prod::Bridge::network" };
    expect((await provider.check(olds, renamed)).inputs).toMatchObject({
      effect: "none",
      plan: "owner shop/prod::Bridge::lan -> shop/prod::Bridge::network: none",
    });
    const host = new FakeHost({ looks: [bridged(), withClaim({ ...claim, owner: renamed.owner })] });
    const walk = walkToBridge({
      host,
      inputs: ofOwner(renamed.owner),
      machineId,
      announced: "none",
      kept: { owner: OWNER, claimId: CLAIM_ID, isFinished: true },
    });
    await expect(walk).resolves.toMatchObject({ phase: "ready", claimId: CLAIM_ID });
    expect(touched(host)).toEqual(["perform claim bridge br0"]);
  });
});

describe("a second stack that declares the same bridge", () => {
  const second = ofOwner("shop/test::Bridge::lan");

  it.each([false, true])("is refused, whatever it would adopt (%s)", async (adopt) => {
    const host = new FakeHost({ looks: [bridged()] });
    await expect(create(host, { ...second, adopt })).rejects.toThrow("claimed by shop/prod::Bridge::lan");
    expect(touched(host)).toEqual([]);
  });

  it("takes nothing away when it is destroyed, and reads the bridge as gone", async () => {
    const host = new FakeHost({ looks: [bridged()] });
    await removeBridge(host, second, outputs({ claimId: OTHER_ID }));
    expect(touched(host)).toEqual([]);
    expect(refreshed(bridged(), second, outputs({ claimId: OTHER_ID }))).toBeUndefined();
  });
});

describe("a state that was rolled back to before the bridge was claimed again", () => {
  const renewed = withClaim({ ...claim, id: OTHER_ID });

  it("destroys nothing and says that it is done", async () => {
    const host = new FakeHost({ looks: [renewed] });
    await removeBridge(host, inputs, outputs());
    expect(touched(host)).toEqual([]);
  });

  it("is gone for a refresh, and an update is refused with the remedy", async () => {
    expect(refreshed(renewed, inputs, outputs())).toBeUndefined();
    const host = new FakeHost({ looks: [renewed] });
    const walk = walkToBridge({
      host,
      inputs: { ...inputs, stp: true, forwardDelaySeconds: 15 },
      machineId,
      announced: "live",
      kept: { owner: OWNER, claimId: CLAIM_ID, isFinished: true },
    });
    await expect(walk).rejects.toThrow(
      "the state is older than the object on the host. Nothing was touched.\nRun refresh",
    );
    expect(touched(host)).toEqual([]);
  });
});

describe("a create of the same owner", () => {
  it("takes a finished bridge over as it is, with a new id for its claim", async () => {
    const host = new FakeHost({ looks: [bridged(), withClaim({ ...claim, id: OTHER_ID })] });
    await expect(create(host, inputs)).resolves.toMatchObject({ phase: "ready", claimId: OTHER_ID });
    expect(touched(host)).toEqual(["perform claim bridge br0"]);
  });

  it("goes on where an earlier one was cut short", async () => {
    const host = new FakeHost({ looks: [{ ...plain, claim, phase: "applying" }, bridged()] });
    await expect(create(host, inputs)).resolves.toMatchObject({ phase: "ready" });
    expect(touched(host)).toEqual(["perform make bridge br0", "reconnect", "perform confirm the network of br0"]);
  });

  it("does no more to a finished one than the preview of a creation says", async () => {
    const host = new FakeHost({ looks: [bridged()] });
    const declared = { ...inputs, stp: true, forwardDelaySeconds: 15 };
    const creation = walkToBridge({ host, inputs: declared, machineId, announced: "none" });
    await expect(creation).rejects.toThrow('announced "none"');
    expect(touched(host)).toEqual([]);
  });

  it("leaves a bridge that nobody has claimed as it is", async () => {
    const host = new FakeHost({ looks: [withClaim(undefined)] });
    await expect(create(host, inputs)).rejects.toThrow("was not made by this resource");
    expect(touched(host)).toEqual([]);
  });
});

describe("a mark of an earlier version, which tells no owner", () => {
  const mark = { id: undefined, owner: undefined, of: undefined };

  it("is carried over by the first update of the state that made it", async () => {
    const host = new FakeHost({ looks: [withClaim(mark), bridged()] });
    const walk = walkToBridge({
      host,
      inputs,
      machineId,
      announced: "none",
      kept: { owner: undefined, claimId: undefined, isFinished: true },
    });
    await expect(walk).resolves.toMatchObject({ claimId: CLAIM_ID });
    expect(touched(host)).toEqual(["perform claim bridge br0"]);
  });

  it("is another's for a create", async () => {
    const host = new FakeHost({ looks: [withClaim(mark)] });
    await expect(create(host, inputs)).rejects.toThrow("claimed by an earlier version of pulumi-xen");
  });
});

describe("spellings that mean the same", () => {
  const base = { connection: inputs.connection, owner: OWNER, name: "br0", ports: ["eth0", "eth1"] };
  const one = completeBridge({ ...base, addresses: { cidr: ["fd00::15/64"] } });
  const network = { ...bridged(one), links: bridged().links };

  it("never take the network down: capitals, zeros, the order of ports", async () => {
    const spelled = completeBridge({
      ...base,
      ports: ["eth1", "eth0"],
      addresses: { cidr: ["FD00:0:0::0015/64"] },
      effect: "none",
    });
    const links = network.links.map((link) =>
      link.name === "br0"
        ? { ...link, addresses: ["fd00::15/64"], ownAddresses: ["fd00::15/64"] }
        : { ...link, bridge: "br0" },
    );
    const host = new FakeHost({ looks: [{ ...network, links }] });
    const walk = walkToBridge({
      host,
      inputs: spelled,
      machineId,
      announced: "none",
      kept: { owner: OWNER, claimId: CLAIM_ID, isFinished: true },
    });
    await expect(walk).resolves.toMatchObject({ phase: "ready" });
    expect(touched(host)).toEqual([]);
  });
});

it("a guest's vif of any name is no port of the bridge, where netback tells of it", () => {
  const network = { ...bridged(inputs, ["shopweb"]), guestLinks: ["shopweb"] };
  expect(refreshed(network, inputs, outputs())).toMatchObject({
    inputs: { ports: ["eth0"] },
    outputs: { phase: "ready", members: ["eth0"] },
  });
});
