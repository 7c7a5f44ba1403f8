import { parseLinks } from "../../../../provider/host/network/links";
import { MAIN_FILE } from "../../../../provider/host/network/take-over";
import { bridgeDifferences } from "../../../../provider/resources/bridge/bridge.drift";
import { filesDiffer, wishedFiles } from "../../../../provider/resources/bridge/bridge.files";
import {
  confirmJob,
  needsOnlySettings,
  removalJob,
  switchJob,
} from "../../../../provider/resources/bridge/bridge.plan";
import { bridgePreflight } from "../../../../provider/resources/bridge/bridge.preflight";
import { INTERFACES, MAC, address, bridgeJson, bridged, eth, inputs, plain } from "./observed";

test("the way back is armed before anything is touched, and the confirmation is a job of its own", () => {
  expect(switchJob(plain, inputs).steps.map(({ name }) => name)).toEqual([
    "see-network-at-rest",
    "claim",
    "keep-old-network",
    "arm-rollback",
    "apply",
  ]);
  expect(confirmJob("br0", "ready").steps.map(({ name }) => name)).toEqual(["confirm", "note-phase"]);
});

test("the bridge gets its port's own hardware address", () => {
  expect(wishedFiles(plain, inputs).get(MAIN_FILE)).toContain(`bridge_hw ${MAC}`);
});

test("a bridge that is as declared has no differences", () => {
  expect(bridgeDifferences(bridged(), inputs)).toEqual([]);
  expect(filesDiffer(bridged(), inputs)).toBe(false);
});

test("guests' links are no difference", () => {
  expect(bridgeDifferences(bridged(inputs, ["vif1.0"]), inputs)).toEqual([]);
});

test("an address that the bridge has lost is seen, though only its port's old lines tell of it", () => {
  const lost = { ...bridged(), links: parseLinks(JSON.stringify([bridgeJson, eth("eth0", { master: "br0" })]), "[]") };
  expect(bridgeDifferences(lost, inputs)).toEqual(["it lacks 10.0.2.15/24"]);
});

test("a missing port and a changed setting are seen", () => {
  const stp = { ...bridgeJson, linkinfo: { info_kind: "bridge", info_data: { stp_state: 1, forward_delay: 1500 } } };
  const drifted = {
    ...bridged(),
    links: parseLinks(JSON.stringify([stp, eth("eth0")]), JSON.stringify([address("br0", "10.0.2.15/24")])),
  };
  expect(bridgeDifferences(drifted, inputs)).toEqual([
    "eth0 is not a port of it",
    "stp is true, not false",
    "forwardDelaySeconds is 15, not 0",
  ]);
});

test("a change of the bridge's own settings takes no link down", () => {
  expect(needsOnlySettings(bridged(), { ...inputs, stp: true, forwardDelaySeconds: 4, mtu: 1400 })).toBe(true);
  expect(needsOnlySettings(bridged(), { ...inputs, ports: ["eth0", "eth1"] })).toBe(false);
  expect(needsOnlySettings(bridged(), { ...inputs, addresses: { cidr: ["10.0.2.16/24"] } })).toBe(false);
  expect(needsOnlySettings(plain, inputs)).toBe(false);
});

test("removing gives the port its own lines back", () => {
  const job = removalJob(bridged(), inputs);
  const text = job.files?.find(({ name }) => name === "network-0")?.content;
  expect(text).toBe(INTERFACES);
});

describe("preflight", () => {
  test("a plain host with ifupdown has no fault, and neither has one on which the bridge is ours", () => {
    expect(bridgePreflight(plain, inputs)).toEqual([]);
    expect(bridgePreflight(bridged(), inputs)).toEqual([]);
  });

  test("an unknown port is answered with those that there are", () => {
    expect(bridgePreflight(plain, { ...inputs, ports: ["enp3s0"] })).toEqual([
      "It has no link enp3s0; there are eth0, eth1.",
    ]);
  });

  test("all faults come at once", () => {
    const bad = { ...plain, isRoot: false, others: ["NetworkManager"], hasBridgeUtils: false };
    expect(bridgePreflight(bad, { ...inputs, dns: ["9.9.9.9"] })).toEqual([
      expect.stringContaining("not root"),
      expect.stringContaining("NetworkManager runs its network"),
      expect.stringContaining("bridge-utils"),
      expect.stringContaining("resolvconf"),
    ]);
  });

  test("a port of another bridge, and a name that is no bridge, are refused", () => {
    const taken = {
      ...plain,
      links: parseLinks(JSON.stringify([eth("eth0", { master: "virbr0" }), eth("br0")]), "[]"),
    };
    expect(bridgePreflight(taken, inputs)).toEqual([
      "eth0 is a port of virbr0 already.",
      expect.stringContaining("br0 is there and is not a bridge"),
    ]);
  });
});
