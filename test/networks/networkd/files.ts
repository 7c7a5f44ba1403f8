/** Random files of systemd-networkd as they are in the field (systemd.network(5)), and a bridge to be made on eth0. */
import fc from "fast-check";
import { casesOf, rarely, seldom, some } from "../arbitraries";
import type { NetworkCase } from "../case";

const FOLDER = "/etc/systemd/network";

/** Settings of [Network] that say nothing of its address. */
const ofNetwork = fc.constantFrom(
  "DNS=198.51.100.53",
  "Domains=example.org ~corp.example",
  "NTP=198.51.100.123",
  "LLMNR=no",
  "LLDP=yes",
  "EmitLLDP=nearest-bridge",
  "IPForward=ipv4",
  "IPv6AcceptRA=no",
  "LinkLocalAddressing=ipv6",
  "KeepConfiguration=static",
  "ConfigureWithoutCarrier=yes",
  "IPv4ProxyARP=yes",
  "IPv6PrivacyExtensions=yes",
  "MulticastDNS=no",
);
const strange = fc.constantFrom("VLAN=vlan20", "Bond=bond0", "SomeDay=yes");

const section = fc.constantFrom(
  "[Route]\nDestination=203.0.113.0/24\nGateway=198.51.100.1",
  "[Route]\nGateway=198.51.100.1\nDestination=192.0.2.0/25\nMetric=50",
  "[Route]\nDestination=192.0.2.128/25\nGateway=198.51.100.1\nTable=100",
  "[Route]\nDestination=10.9.0.0/16\nScope=link",
  "[Route]\nDestination=2001:DB8:7::/48\nGateway=fe80::1",
  "[Route]\nGateway=198.51.100.254\nMetric=200",
  "[RoutingPolicyRule]\nFrom=198.51.100.2\nTable=100",
  "[RoutingPolicyRule]\nIncomingInterface=eth0\nTable=100",
  "[RoutingPolicyRule]\nOutgoingInterface=eth0\nTable=100\nPriority=900",
  "[Address]\nAddress=198.51.100.77/24",
  "[Address]\nAddress=198.51.100.78/32\nLabel=eth0:7",
  "[Address]\nAddress=2001:DB8:0:1::9/64\nPreferredLifetime=0",
  "[Neighbor]\nAddress=198.51.100.50\nLinkLayerAddress=52:54:00:00:00:50",
  "[Link]\nMTUBytes=1400",
  "[Link]\nMACAddress=52:54:00:00:00:99",
  "[Link]\nRequiredForOnline=no",
  "[DHCPv4]\nUseDNS=no",
  "[FairQueueingControlledDelay]\nParent=root",
);
const strangeSection = fc.constantFrom("[Link]\nActivationPolicy=manual", "[Bridge]\nCost=4", "[SomeDay]\nIsOver=yes");

const addressing = fc.oneof(
  { arbitrary: fc.constant(["Address=198.51.100.2/24"]), weight: 2 },
  { arbitrary: fc.constant(["Address=198.51.100.2/24", "Gateway=198.51.100.1"]), weight: 6 },
  { arbitrary: fc.constant(["Address=198.51.100.2/24", "Address=198.51.100.3/24", "Gateway=198.51.100.1"]), weight: 1 },
  {
    arbitrary: fc.constant(["Address=198.51.100.2/24", "Address=2001:DB8:0:1::7/64", "Gateway=198.51.100.1"]),
    weight: 2,
  },
  { arbitrary: fc.constant(["Address=2001:DB8:0:1:0:0:0:7/64", "Gateway=2001:DB8:0:1::1"]), weight: 1 },
  // networkd 252 does not take back what stands before it, later ones do: there the address is one that no file gives.
  { arbitrary: fc.constant(["Address=192.0.2.99/24", "Address=", "Address=198.51.100.2/24"]), weight: 1 },
  { arbitrary: fc.constant([]), weight: 1 },
);

/** How eth0's file finds it. */
const match = fc.constantFrom(
  "Name=eth0",
  "Name=eth0",
  "Name=eth0 enp1s0",
  "Name=eth?",
  "Name=en* eth0",
  "MACAddress=52:54:00:00:00:00",
);

/** How the texts lie in files. */
const layout = fc.oneof(
  { arbitrary: fc.constantFrom("one file", "drop-in", "masked drop-in", "run", "spread"), weight: 30 },
  { arbitrary: fc.constant("first of all"), weight: 1 },
);

const eth1 = fc.constantFrom(
  "",
  "",
  "[Match]\nName=eth1\n[Network]\nAddress=10.1.0.1/24\n[Route]\nDestination=10.2.0.0/16\nGateway=10.1.0.2\n",
);

const oddity = seldom(
  [`${FOLDER}/70-br0.network`, "[Match]\nName=br0\n[Network]\nDHCP=yes\n"],
  [`${FOLDER}/70-all.network`, "[Match]\nName=*\n[Network]\nLLDP=no\n"],
  [`${FOLDER}/15-br0.netdev`, "[NetDev]\nName=br0\nKind=bridge\n"],
);

const files: fc.Arbitrary<NetworkCase["files"]> = fc
  .record({
    match,
    addressing,
    network: some(rarely(ofNetwork, strange)),
    sections: some(rarely(section, strangeSection)),
    layout,
    eth1,
    oddity,
  })
  .map(({ match: finds, addressing: lines, network, sections, layout: where, eth1: other, oddity: odd }) => {
    const made = filesIn(where, `[Match]\n${finds}\n`, ["[Network]", ...lines, ...network].join("\n"), sections);
    if (other !== "") made.set(`${FOLDER}/20-eth1.network`, other);
    if (odd !== undefined) made.set(odd[0], odd[1]);
    return made;
  });

export const networkdCase = casesOf(files);

function filesIn(where: string, head: string, network: string, sections: readonly string[]): Map<string, string> {
  const more = sections.map((text) => `\n${text}\n`).join("");
  const whole = `# the card\n${head}\n${network}\n${more}`;
  const at = `${FOLDER}/10-eth0.network`;
  switch (where) {
    case "one file":
      return new Map([[at, whole]]);
    case "drop-in":
      return new Map([
        [at, `${head}\n${network}\n`],
        [`${at}.d/50-more.conf`, `; more\n${more}`],
      ]);
    case "masked drop-in":
      return new Map([
        [at, `${head}\n${network}\n`],
        [`/run/systemd/network/10-eth0.network.d/50-more.conf`, "[Network]\nAddress=192.0.2.55/24\n"],
        [`${at}.d/50-more.conf`, more],
      ]);
    case "run":
      return new Map([["/run/systemd/network/10-eth0.network", whole]]);
    case "first of all":
      return new Map([[`${FOLDER}/00-eth0.network`, whole]]);
    default:
      return new Map([
        [`${FOLDER}/90-eth0.network`, "[Match]\nName=eth0\n[Network]\nAddress=198.51.100.99/24\n"],
        [at, `${head}${more}\n[Network]\n${network.split("\n").slice(1).join("  \n")}\n`],
      ]);
  }
}
