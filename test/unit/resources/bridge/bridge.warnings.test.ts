import { lets, readForwarding } from "../../../../provider/host/network/forwarding";
import { MAIN_FILE } from "../../../../provider/host/network/interfaces/take-over";
import { desiredFiles } from "../../../../provider/resources/bridge/bridge.files";
import type { ObservedNetwork } from "../../../../provider/resources/bridge/bridge.observe";
import type { BridgeInputs } from "../../../../provider/resources/bridge/bridge.properties";
import { switchJob } from "../../../../provider/resources/bridge/bridge.steps";
import { bridgeWarnings } from "../../../../provider/resources/bridge/bridge.warnings";
import { Answer } from "../../../../provider/shell";
import { seenNetwork } from "../../../support/seen-network";
import { MAC, OWNER, bridged, eth, inputs, plain } from "./observed";

/** As nft 1.0.6 lists a chain of iptables 1.8.9, with what docker and an operator add. */
const FORWARD = `table ip filter {
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
		counter packets 0 bytes 0 jump DOCKER-USER
	}
}`;
const legacy = "-P FORWARD DROP\n-A FORWARD -j DOCKER-USER\n";
const told = (rules: string, key = "forward.ip.filter.FORWARD"): ObservedNetwork => ({
  ...plain,
  dropping: readForwarding(new Answer(new Map([[key, rules]]))),
});

describe("a host whose forwarded packets are dropped unless named, with br_netfilter", () => {
  const sentence =
    "The chain ip filter FORWARD drops what it does not name, and with br_netfilter that holds for guests on br0 too. Accept there what comes in over br0, or set net.bridge.bridge-nf-call-iptables=0 in /etc/sysctl.d and now.";

  it("gets a warning with the remedy, and its bridge all the same", () => {
    for (const rules of [FORWARD, legacy]) expect(bridgeWarnings(told(rules), inputs)).toEqual([sentence]);
    const { steps } = switchJob(told(FORWARD), inputs, { owner: OWNER, renews: false });
    const [, warn] = steps;
    expect([warn?.name, warn?.effect]).toEqual(["warn", "none"]);
    expect(warn?.script.text).toContain(`echo 'warning: ${sentence}'`);
  });

  it("gets none where the policy is to accept, or the chain itself lets through what bridges pass on", () => {
    expect(bridgeWarnings(told(FORWARD.replace("policy drop", "policy accept")), inputs)).toEqual([]);
    expect(bridgeWarnings(told(legacy.replace("DROP", "ACCEPT")), inputs)).toEqual([]);
    for (const rule of [
      "xt match physdev counter packets 0 bytes 0 accept",
      'iifname "br0" oifname "br0" counter packets 0 bytes 0 accept',
      "-A FORWARD -i br0 -o br0 -j ACCEPT",
    ])
      expect(bridgeWarnings(told(`${legacy}${rule}`), inputs)).toEqual([]);
  });

  it("is not let off by a rule for another bridge, or one that drops", () => {
    for (const rule of ['iifname "br01" accept', 'iifname "br0" drop'])
      expect(lets({ name: "", rules: rule, setting: "", family: "ip" }, "br0")).toBe(false);
  });

  it("is told of IPv6 by its own setting", () => {
    const [warning] = bridgeWarnings(told(legacy, "forward.ip6.filter.FORWARD"), inputs);
    expect(warning).toContain("net.bridge.bridge-nf-call-ip6tables=0");
  });
});

describe("a chain that drops what the host routes", () => {
  const chain = "table ip f {\n\tchain F {\n\t\ttype filter hook forward priority filter; policy drop;\n";
  const natted: BridgeInputs = { ...inputs, ports: [], addresses: { cidr: ["10.9.0.1/24"] }, nat: true };

  it("gets a warning where guests are to reach the outside through it, and none where nobody is", () => {
    const network = told(chain, "routed.ip.f.F");
    expect(bridgeWarnings(network, natted)).toEqual([
      "The chain ip f F drops what it does not name, so guests on br0 do not reach the outside in spite of nat. Accept there what comes in over br0, and the answers that go out over it.",
    ]);
    expect(bridgeWarnings(network, { ...natted, nat: false })).toEqual([]);
    expect(bridgeWarnings(told(`${chain}iifname "br0" accept`, "routed.ip.f.F"), natted)).toEqual([]);
  });
});

describe("a hardware address that a bridge has", () => {
  const among = (...links: object[]): ObservedNetwork => ({ ...plain, links: seenNetwork(links, [], {}).links });
  const twin = { ...eth("eth1"), address: MAC };
  const port = eth("eth0");

  it("gets a warning where another card or bridge of the host has it too", () => {
    expect(bridgeWarnings(among(port, twin), inputs)).toEqual([
      `br0 has the hardware address ${MAC}, and so has eth1: in one network, switches would send packets to either of them. Give eth1 another one, unless they are in separate networks.`,
    ]);
    expect(bridgeWarnings(among(port, eth("eth1")), inputs)).toEqual([]);
  });

  it("is shared by nature by a VLAN and its card, by a bond and its cards, and by the bridges they are in", () => {
    const vlan = { ...port, ifname: "eth0.20", link: "eth0", master: "br20", linkinfo: { info_kind: "vlan" } };
    const bridge = { ...port, ifname: "br20", linkinfo: { info_kind: "bridge", info_data: {} } };
    expect(bridgeWarnings(among(port, vlan, bridge), inputs)).toEqual([]);
    const slave = { ...twin, master: "eth0" };
    expect(bridgeWarnings(among(port, slave), inputs)).toEqual([]);
  });

  it("is that of the port whose lease it takes over, whatever the order of ports", () => {
    const leased = seenNetwork([eth("eth0"), eth("eth1")], [], {
      [MAIN_FILE]: "auto eth0\niface eth0 inet dhcp\niface eth1 inet manual\n",
    });
    const hardware = (network: ObservedNetwork, wanted: BridgeInputs): string | undefined =>
      /bridge_hw (\S+)/.exec(desiredFiles(network, wanted).get(MAIN_FILE) ?? "")?.[1];
    for (const addresses of ["inherit", "dhcp"] as const)
      for (const ports of [
        ["eth0", "eth1"],
        ["eth1", "eth0"],
      ])
        expect(hardware(leased, { ...inputs, ports, addresses })).toBe(MAC);
    // A bridge that is there keeps what it has.
    expect(hardware(bridged(), { ...inputs, ports: ["eth1", "eth0"], addresses: "none" })).toBe(MAC);
  });
});
