import { downRefusals } from "../../../../provider/resources/bridge/bridge.refusals";
import { parseLinks } from "../../../../provider/host/network/links";
import { MAIN_FILE } from "../../../../provider/host/network/interfaces/take-over";
import { desiredFiles, filesDiffer } from "../../../../provider/resources/bridge/bridge.files";
import { bridgePlan, wordsOf } from "../../../../provider/resources/bridge/bridge.findings";
import type { ObservedNetwork } from "../../../../provider/resources/bridge/bridge.observe";
import type { BridgeInputs } from "../../../../provider/resources/bridge/bridge.properties";
import { bridgeRefusals } from "../../../../provider/resources/bridge/bridge.refusals";
import {
  confirmJob,
  needsOnlySettings,
  removalJob,
  switchJob,
} from "../../../../provider/resources/bridge/bridge.steps";
import { INTERFACES, MAC, OWNER, address, bridgeJson, bridged, eth, inputs, plain } from "./observed";

const claiming = { owner: OWNER, renews: false };
const differences = (network: ObservedNetwork, declared: BridgeInputs): string[] =>
  wordsOf(bridgePlan(network, declared));
const staysUp = (network: ObservedNetwork, declared: BridgeInputs): boolean =>
  needsOnlySettings(network, declared, bridgePlan(network, declared));

test("the way back is armed before anything is touched, and the confirmation is a job of its own", () => {
  expect(switchJob(plain, inputs, claiming).steps.map(({ name }) => name)).toEqual([
    "see-network-at-rest",
    "claim",
    "note-beginning",
    "keep-old-network",
    "arm-rollback",
    "apply",
  ]);
  expect(confirmJob("br0", "ready").steps.map(({ name }) => name)).toEqual(["confirm", "note-phase"]);
});

test("the bridge gets its port's own hardware address", () => {
  expect(desiredFiles(plain, inputs).get(MAIN_FILE)).toContain(`bridge_hw ${MAC}`);
});

test("a bridge that is as declared has no differences", () => {
  expect(differences(bridged(), inputs)).toEqual([]);
  expect(filesDiffer(bridged(), inputs)).toBe(false);
});

test("guests' links are no difference", () => {
  expect(differences(bridged(inputs, ["vif1.0"]), inputs)).toEqual([]);
});

test("an address that the bridge has lost is seen, though only its port's old lines tell of it", () => {
  const lost = { ...bridged(), links: parseLinks(JSON.stringify([bridgeJson, eth("eth0", { master: "br0" })]), "[]") };
  expect(differences(lost, inputs)).toEqual(["br0 lacks 10.0.2.15/24"]);
});

test("a missing port and a changed setting are seen", () => {
  const stp = { ...bridgeJson, linkinfo: { info_kind: "bridge", info_data: { stp_state: 1, forward_delay: 1500 } } };
  const drifted = {
    ...bridged(),
    links: parseLinks(JSON.stringify([stp, eth("eth0")]), JSON.stringify([address("br0", "10.0.2.15/24")])),
  };
  expect(differences(drifted, inputs)).toEqual([
    'ports [] -> ["eth0"]',
    "stp true -> false",
    "forwardDelaySeconds 15 -> 0",
  ]);
});

test("a change of the bridge's own settings takes no link down", () => {
  expect(staysUp(bridged(), { ...inputs, stp: true, forwardDelaySeconds: 4, mtu: 1400 })).toBe(true);
  expect(staysUp(bridged(), { ...inputs, ports: ["eth0", "eth1"] })).toBe(false);
  expect(staysUp(bridged(), { ...inputs, addresses: { cidr: ["10.0.2.16/24"] } })).toBe(false);
  expect(staysUp(plain, inputs)).toBe(false);
});

test("removing gives the port its own lines back", () => {
  const job = removalJob(bridged(), inputs, claiming);
  const text = job.files?.find(({ name }) => name === "network-0")?.content;
  expect(text).toBe(INTERFACES);
});

describe("what a host refuses a bridge for", () => {
  const refusals = (network: ObservedNetwork, declared: BridgeInputs): string[] =>
    bridgeRefusals(network, declared).map(({ text }) => text);

  test("a plain host with ifupdown has no fault, and neither has one on which the bridge is ours", () => {
    expect(refusals(plain, inputs)).toEqual([]);
    expect(refusals(bridged(), inputs)).toEqual([]);
  });

  test("an unknown port is answered with those that there are", () => {
    expect(refusals(plain, { ...inputs, ports: ["enp3s0"] })).toEqual(["It has no link enp3s0; there are eth0, eth1."]);
  });

  test("all faults come at once", () => {
    const bad = { ...plain, isRoot: false, others: ["wicked"], facts: new Map([["there", "yes"]]) };
    expect(refusals(bad, { ...inputs, dns: ["9.9.9.9"] })).toEqual([
      expect.stringContaining("not root"),
      expect.stringContaining("wicked runs its network"),
      expect.stringContaining("bridge-utils"),
      expect.stringContaining("resolvconf"),
    ]);
  });

  test("a bridge on which links of others stand is not taken down", () => {
    const stacked = {
      ...plain,
      links: parseLinks(
        JSON.stringify([eth("br0"), eth("br0.100", { link: "br0", linkinfo: { info_kind: "vlan" } })]),
        "[]",
      ),
    };
    expect(downRefusals(stacked, "br0").map(({ text }) => text)).toEqual([
      "br0.100 on br0 would be lost, since it goes down for a moment. Take it away first, and make it again afterwards.",
    ]);
    expect(downRefusals(plain, "br0")).toEqual([]);
  });

  test("a port of another bridge, and a name that is no bridge, are refused", () => {
    const taken = {
      ...plain,
      links: parseLinks(JSON.stringify([eth("eth0", { master: "virbr0" }), eth("br0")]), "[]"),
    };
    expect(refusals(taken, inputs)).toEqual([
      expect.stringContaining("eth0 is a port of virbr0 already."),
      expect.stringContaining("br0 is there and is not a bridge"),
    ]);
  });
});
