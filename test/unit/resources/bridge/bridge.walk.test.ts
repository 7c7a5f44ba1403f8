import { ConnectError, JobError } from "../../../../provider/errors";
import { dynamicProvider } from "../../../../provider/pulumi";
import type { Effect } from "../../../../provider/effect";
import { lookedAt } from "../../../../provider/resources/bridge/bridge.findings";
import { bridgeKind } from "../../../../provider/resources/bridge/bridge.lifecycle";
import type { BridgeInputs, BridgeOutputs } from "../../../../provider/resources/bridge/bridge.properties";
import { removalJob } from "../../../../provider/resources/bridge/bridge.steps";
import { onNetworkAtRest, walkToBridge } from "../../../../provider/resources/bridge/bridge.walk";
import { FakeHost } from "../../../support/fake-host";
import { CLAIM_ID, OWNER, bridged, inputs, plain } from "./observed";

const claiming = { owner: OWNER, renews: false };
const kept = { owner: OWNER, claimId: CLAIM_ID, isFinished: true };
const update = (host: FakeHost, declared: BridgeInputs, announced: Effect): Promise<BridgeOutputs> =>
  walkToBridge({ host, inputs: declared, machineId: "machine-1", announced, kept });

describe("a host that is to have a bridge", () => {
  it("looks at the network when the job of an earlier run has failed: only the host tells what it left", async () => {
    const former = new JobError("step apply failed", { jobId: "1", step: "apply", exitCode: 1, logTail: "" });
    const host = new FakeHost({ looks: [bridged(), bridged()], former });
    await expect(update(host, inputs, "none")).resolves.toMatchObject({ phase: "ready" });
    expect(host.did.some((deed) => deed.startsWith("perform"))).toBe(false);
  });

  it("stops where the host could not be asked for the job of an earlier run: it may still be at work", async () => {
    const host = new FakeHost({ looks: [bridged(), bridged()], former: new ConnectError("no route to the host") });
    await expect(update(host, inputs, "none")).rejects.toThrow("no route to the host");
    expect(host.did).toEqual(["follow bridge/br0"]);
  });

  it("leaves the network as it is where the preview did not speak of it", async () => {
    const host = new FakeHost({ looks: [plain] });
    await expect(update(host, inputs, "none")).rejects.toThrow(
      'announced "none", but as the host is now this needs "live"',
    );
    expect(host.did).toEqual(["follow bridge/br0", "ask the network around br0"]);
  });

  const overtaken = new JobError("step see-network-at-rest failed: /etc/network/interfaces was changed meanwhile", {
    jobId: "1",
    step: "see-network-at-rest",
    exitCode: 1,
    logTail: "",
  });

  it("looks again where another bridge's change came between its look and its own change", async () => {
    const host = new FakeHost({ looks: [plain, plain, bridged()], failures: [overtaken] });
    await expect(update(host, inputs, "live")).resolves.toMatchObject({ phase: "ready" });
    const look = "ask the network around br0";
    expect(host.did).toEqual([
      "follow bridge/br0",
      look,
      "perform make bridge br0",
      "follow bridge/br0",
      look,
      "perform make bridge br0",
      "reconnect",
      "perform confirm the network of br0",
      look,
    ]);
  });

  it("waits where another bridge's change is not confirmed yet, and plans from what is there then", async () => {
    const host = new FakeHost({ looks: [{ ...plain, pending: ["br1"] }, plain, bridged()] });
    await expect(update(host, inputs, "live")).resolves.toMatchObject({ phase: "ready" });
    expect(host.did.slice(1, 5)).toEqual([
      "ask the network around br0",
      "perform wait for the network before br0",
      "ask the network around br0",
      "perform make bridge br0",
    ]);
  });

  it("gives up where it is overtaken again and again, and says by what; nothing of it is kept, since nothing was touched", async () => {
    const times = 10;
    const host = new FakeHost({
      looks: Array.from({ length: times }, () => plain),
      failures: Array.from({ length: times }, () => overtaken),
    });
    await expect(update(host, inputs, "live")).rejects.toBe(overtaken);
  });

  it("is removed by what is there when its turn has come", async () => {
    const gone = plain;
    const host = new FakeHost({ looks: [bridged(), bridged()], failures: [overtaken] });
    await onNetworkAtRest(host, "br0", async (network) => {
      await host.perform(removalJob(network, inputs, claiming));
      return gone;
    });
    expect(host.did.filter((deed) => deed.startsWith("perform"))).toHaveLength(2);
  });

  it("sets the running bridge only where the preview spoke of it", async () => {
    const stp = { ...inputs, stp: true, forwardDelaySeconds: 4 };
    const refused = new FakeHost({ looks: [bridged()] });
    await expect(update(refused, stp, "none")).rejects.toThrow("set the running bridge");
    const host = new FakeHost({ looks: [bridged(), bridged()] });
    await expect(update(host, stp, "live")).rejects.toThrow("root@198.51.100.7 does not match what was just applied");
    expect(host.did).toContain("perform set up bridge br0");
  });
});

describe("a refresh of a bridge", () => {
  it("makes the next preview speak of what no input shows: a link that is down, an address that is lost", async () => {
    const provider = dynamicProvider(bridgeKind);
    const declared = { connection: inputs.connection, name: "br0", ports: ["eth0"] };
    const olds = { ...(await provider.check({}, declared)).inputs, effect: "none" };
    const lost = { ...bridged(), links: bridged().links.map((link) => ({ ...link, addresses: [], ownAddresses: [] })) };
    const unfinished = lookedAt(lost, inputs, "machine-1")?.unfinished;
    expect((await provider.check({ ...olds, unfinished }, declared)).inputs).toMatchObject({
      plan: "br0 lacks 10.0.2.15/24: live",
      effect: "live",
    });
  });

  it("finds nothing left to do where it is as declared, and touches nothing that is somebody else's", () => {
    expect(lookedAt(bridged(), inputs, "machine-1")?.unfinished).toEqual([]);
    const adopted = { ...bridged(), isAdopted: true, links: bridged().links.map((link) => ({ ...link, isUp: false })) };
    expect(lookedAt(adopted, inputs, "machine-1")?.unfinished).toMatchObject([{ effect: "none" }]);
  });
});
