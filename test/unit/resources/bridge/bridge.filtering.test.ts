import {
  bridgeChanges,
  bridgePlan,
  isAsDeclared,
  wordsOf,
} from "../../../../provider/resources/bridge/bridge.findings";
import type { ObservedNetwork } from "../../../../provider/resources/bridge/bridge.observe";
import { bridgeRefusals } from "../../../../provider/resources/bridge/bridge.refusals";
import { bridgeFaults, completeBridge } from "../../../../provider/resources/bridge/bridge.rules";
import { needsOnlySettings, settingsJob } from "../../../../provider/resources/bridge/bridge.steps";
import { type RawVlans, linkVlans } from "../../../../provider/host/network/vlans";
import { parseLinks } from "../../../../provider/host/network/links";
import { OWNER, bridged, eth, inputs, plain } from "./observed";

const filtering = completeBridge({ ...inputs, vlanFiltering: true });
const OWN = { vlan: 1, flags: ["PVID", "Egress Untagged"] };
const ALL = { vlan: 2, vlanEnd: 4094 };

/** The bridge filters, and its links carry these. */
function filters(vlans: readonly RawVlans[], wanted = filtering): ObservedNetwork {
  const seen = bridged(wanted);
  const links = seen.links.map((link) =>
    link.bridgeSettings === undefined
      ? link
      : { ...link, bridgeSettings: { ...link.bridgeSettings, vlanFiltering: true } },
  );
  return { ...seen, links, vlans: linkVlans(vlans) };
}

const made = filters([
  { ifname: "br0", vlans: [OWN] },
  { ifname: "eth0", vlans: [OWN, ALL] },
]);

test("a port carries all VLANs unless the program names fewer, in any spelling", () => {
  expect(filtering.trunkVlans).toEqual(["2-4094"]);
  expect(completeBridge({ ...inputs, vlanFiltering: true, ports: [] }).trunkVlans).toBeUndefined();
  expect(inputs.trunkVlans).toBeUndefined();
  const named = (trunkVlans: (number | string)[]): unknown =>
    completeBridge({ ...inputs, vlanFiltering: true, trunkVlans }).trunkVlans;
  expect(named([21, "20-20", 30, "31-40"])).toEqual(["20-21", "30-40"]);
});

test("VLANs for ports are refused where nothing filters them, or there is no port", () => {
  const reasons = (given: object): string[] => bridgeFaults({ ...inputs, ...given }).map(({ reason }) => reason);
  expect(reasons({ trunkVlans: [20] })).toEqual([
    expect.stringMatching(/filters no VLANs\. Set vlanFiltering to true/),
  ]);
  expect(reasons({ ports: [], addresses: "none", vlanFiltering: true, trunkVlans: [20] })).toEqual([
    expect.stringMatching(/there are no ports to carry them/),
  ]);
});

test("filtering is a change that the way back is armed for; what a port carries is a setting", () => {
  expect(isAsDeclared(bridgePlan(made, filtering))).toBe(true);
  expect(bridgeChanges(inputs, filtering).map(({ property, steps }) => [property, steps])).toContainEqual([
    "vlanFiltering",
    ["relink"],
  ]);
  const fewer = completeBridge({ ...filtering, trunkVlans: [20] });
  const plan = bridgePlan(made, fewer);
  expect(wordsOf(plan)).toEqual(expect.arrayContaining([expect.stringMatching(/^trunkVlans .*2-4094.* -> .*20/)]));
  expect(needsOnlySettings(made, fewer, plan)).toBe(true);
  const job = settingsJob(made, fewer, { owner: OWNER, renews: false });
  const script = job.steps.find(({ name }) => name === "set-vlans")?.script.text;
  expect(script).toContain("bridge vlan add dev 'br0' vid 1 pvid untagged self");
  expect(script).toContain("printf '%s\\n' '1 pvid untagged' '20' | vlans_set 'eth0'");
});

test("a VLAN that somebody has taken from a port, and the host's own that is missing, are found", () => {
  const fewer = filters([
    { ifname: "br0", vlans: [OWN] },
    { ifname: "eth0", vlans: [OWN, { vlan: 20 }] },
  ]);
  expect(wordsOf(bridgePlan(fewer, filtering))).toEqual([expect.stringMatching(/^trunkVlans .*20.* -> .*2-4094/)]);
  const cut = filters([{ ifname: "eth0", vlans: [ALL, { vlan: 1 }] }]);
  const plan = bridgePlan(cut, filtering);
  expect(wordsOf(plan)).toEqual(
    expect.arrayContaining(
      ["br0", "eth0"].map((link) => `${link} does not carry VLAN 1 without a tag, in which the host is, and it alone`),
    ),
  );
  expect(needsOnlySettings(cut, filtering, plan)).toBe(true);
});

test("links of a VLAN on the bridge, and a host without iproute2's bridge, are refused", () => {
  const stacked = parseLinks(
    JSON.stringify([eth("br0.20", { link: "br0", linkinfo: { info_kind: "vlan", info_data: { id: 20 } } })]),
    "[]",
  );
  const texts = (network: ObservedNetwork): string[] => bridgeRefusals(network, filtering).map(({ text }) => text);
  expect(texts({ ...plain, links: [...plain.links, ...stacked] })).toEqual([
    expect.stringMatching(/br0\.20 on br0 would get no packets from a bridge that filters VLANs/),
  ]);
  expect(texts({ ...plain, hasBridgeTool: false })).toEqual([expect.stringMatching(/program "bridge" of iproute2/)]);
  expect(texts(plain)).toEqual([]);
});

test("a bridge of Open vSwitch under its name is refused as what it is", () => {
  const ovs = parseLinks(JSON.stringify([eth("br0", { linkinfo: { info_kind: "openvswitch" } })]), "[]");
  expect(bridgeRefusals({ ...plain, links: [...plain.links, ...ovs] }, inputs).map(({ text }) => text)).toEqual([
    expect.stringMatching(/bridge of Open vSwitch, which a Bridge neither makes nor adopts.*bridge: "br0"/),
  ]);
});
