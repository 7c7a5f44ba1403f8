import { networkd } from "../../../../provider/host/network/networkd/networkd";
import { desiredFiles } from "../../../../provider/resources/bridge/bridge.files";
import { bridgePlan, isAsDeclared, outputsOf } from "../../../../provider/resources/bridge/bridge.findings";
import type { ObservedNetwork } from "../../../../provider/resources/bridge/bridge.observe";
import { bridgeRefusals, downRefusals } from "../../../../provider/resources/bridge/bridge.refusals";
import { completeBridge } from "../../../../provider/resources/bridge/bridge.rules";
import { removalJob, switchJob } from "../../../../provider/resources/bridge/bridge.steps";
import { seenNetwork } from "../../../support/seen-network";
import { MAC, OWNER, address, bridgeJson, claim, eth, plain } from "./observed";

const onVlan = completeBridge({
  connection: { host: "198.51.100.7" },
  owner: OWNER,
  name: "br0",
  ports: [{ on: "eth0", vlan: 20 }],
});
const claiming = { owner: OWNER, renews: false };

const vlanLink = (name: string, id: number, more: object = {}): object =>
  eth(name, { address: MAC, link: "eth0", linkinfo: { info_kind: "vlan", info_data: { id } }, ...more });

function network(links: readonly object[], files = plain.files): ObservedNetwork {
  const all = [eth("eth0"), eth("eth1"), ...links];
  return seenNetwork(all, [address("eth0", "10.0.2.15/24")], Object.fromEntries(files));
}

const files = desiredFiles(plain, onVlan);
const made = { ...network([bridgeJson, vlanLink("eth0.20", 20, { master: "br0" })], files), claim, phase: "ready" };
const texts = (seen: ObservedNetwork, inputs = onVlan): string[] =>
  bridgeRefusals(seen, inputs).map(({ text }) => text);

test("a VLAN that is made is a port as it was declared, and the bridge has its card's hardware address", () => {
  expect(bridgeRefusals(plain, onVlan)).toEqual([]);
  expect(isAsDeclared(bridgePlan(made, onVlan))).toBe(true);
  expect(outputsOf(made, onVlan, "machine-1")).toMatchObject({ members: ["eth0.20"], macAddress: MAC, warnings: [] });
  expect(bridgeRefusals(made, onVlan)).toEqual([]);
});

test("the card that a VLAN stands on is no link of the change, which takes away only the VLAN", () => {
  const apply = (job: ReturnType<typeof switchJob>): string =>
    job.steps.find(({ name }) => name === "apply")?.script.text ?? "";
  const making = apply(switchJob(plain, onVlan, claiming));
  const removing = apply(removalJob(made, onVlan, claiming));
  for (const script of [making, removing]) expect(script).toMatch(/^ports='eth0\.20'$/m);
  expect(making).not.toContain("ip link delete dev 'eth0.20'");
  expect(removing).toContain("ip link delete dev 'eth0.20' type vlan");
  const rollback = switchJob(plain, onVlan, claiming).files?.find(({ name }) => name === "rollback.sh")?.content;
  expect(rollback).toContain("ip link delete dev 'eth0.20' type vlan");
});

test("a link of the VLAN's name, or the VLAN under another name, that somebody else has made is refused", () => {
  expect(texts(network([vlanLink("eth0.20", 20)]))).toEqual([
    expect.stringMatching(/eth0\.20 is there already.*Name it in ports as text, "eth0\.20", or remove it/),
  ]);
  expect(texts(network([vlanLink("office", 20)]))).toEqual([
    expect.stringMatching(/VLAN 20 of eth0 is there already as office\. Name it in ports as text, "office"/),
  ]);
  // In the bridge's own files, but of another number by now.
  const changed = network([bridgeJson, vlanLink("eth0.20", 30, { master: "br0" })], files);
  expect(texts({ ...changed, claim })).toEqual([expect.stringMatching(/eth0\.20 is there already/)]);
  expect(bridgePlan(changed, onVlan).changes.map(({ property }) => property)).toEqual(["ports"]);
});

test("a VLAN on a card that is not there, and longer packets than its card takes, are refused", () => {
  expect(texts(plain, { ...onVlan, ports: [{ on: "eth7", vlan: 20 }] })).toEqual([
    expect.stringMatching(/no link eth7; there are eth0, eth1/),
  ]);
  expect(texts(plain, { ...onVlan, mtu: 9000 })).toEqual([
    expect.stringMatching(/mtu is 9000, but eth0, on which eth0\.20 stands, takes 1500/),
  ]);
});

test("what was made for a bridge stays declared so, and goes before its card becomes a port", () => {
  expect(texts(made, { ...onVlan, ports: ["eth0.20"] })).toContainEqual(
    expect.stringMatching(/was made for br0\. Keep it in ports as \{ on: "eth0", vlan: 20 \}/),
  );
  expect(texts(made, { ...onVlan, ports: ["eth0"], addresses: "inherit" })).toEqual([]);
});

test("a bridge is not taken down while somebody's link stands on its VLAN", () => {
  const macvlan = eth("mac0", { link: "eth0.20", linkinfo: { info_kind: "macvlan" } });
  const seen = network([bridgeJson, vlanLink("eth0.20", 20, { master: "br0" }), macvlan], files);
  expect(downRefusals(seen, "br0").map(({ text }) => text)).toEqual([
    expect.stringMatching(/mac0 on br0 and eth0\.20 would be lost/),
  ]);
});

test("with networkd the card's file changes behind the running network's back, also where the change is taken back", () => {
  const file = "/etc/systemd/network/10-eth0.network";
  const onNetworkd: ObservedNetwork = {
    ...plain,
    system: networkd,
    files: new Map([[file, "[Match]\nName=eth0\n[Network]\nAddress=10.0.2.15/24\n"]]),
    sources: new Map([["eth0", file]]),
  };
  const job = switchJob(onNetworkd, onVlan, claiming);
  const apply = job.steps.find(({ name }) => name === "apply")?.script.text ?? "";
  const rollback = String(job.files?.find(({ name }) => name === "rollback.sh")?.content);
  for (const script of [apply, rollback]) {
    const lines = script.split("\n").map((line) => line.trim());
    const up = lines.findIndex(
      (line) => /^(\[ -z "\$is_live" \] \|\| \{ )?links_up\b/.test(line) && !line.includes("()"),
    );
    const at = (path: string): number =>
      lines.findIndex((line) => line.includes(path) && /install_file|cp -p/.test(line));
    expect(up).toBeGreaterThan(0);
    expect(at("00-pulumi-xen-br0.eth0.20.netdev")).toBeLessThan(up);
    expect(at("10-eth0.network.d/pulumi-xen-br0.conf")).toBeGreaterThan(up);
  }
});
