/**
 * What becomes of each setting of a port's .network file when the port goes into a bridge. What moves to the bridge is a list;
 * what belongs to the card stays with the port; everything else is refused (systemd.network(5) of systemd 247 to 257). Pure.
 */
import { type Fate, type PortParts, neither, shownSetting, splitParts } from "../port-parts";
import type { Section, Setting } from "../sections-file";

/** Sections about addresses and what goes over them. */
const OF_ADDRESSES = new Set([
  ...["Address", "Neighbor", "IPv6AddressLabel", "RoutingPolicyRule", "NextHop", "Route"],
  ...["DHCP", "DHCPv4", "DHCPv6", "DHCPPrefixDelegation", "DHCPv6PrefixDelegation", "IPv6AcceptRA"],
  ...["DHCPServer", "DHCPServerStaticLease", "IPv6SendRA", "IPv6PrefixDelegation", "IPv6Prefix", "IPv6RoutePrefix"],
  "IPv6PREF64Prefix",
]);
/** Sections about the card: its virtual functions and its queues. */
const OF_THE_CARD =
  /^(SR-IOV|LLDP|QDisc|NetworkEmulator|TokenBucketFilter|PIE|FlowQueuePIE|StochasticFairBlue|StochasticFairnessQueueing|BFIFO|PFIFO|PFIFOHeadDrop|PFIFOFast|CAKE|ControlledDelay|DeficitRoundRobinScheduler(Class)?|EnhancedTransmissionSelection|GenericRandomEarlyDetection|FairQueueingControlledDelay|FairQueueing|TrivialLinkEqualizer|HierarchyTokenBucket(Class)?|HeavyHitterFilter|QuickFairQueueing(Class)?|BandMultiQueueing)$/;

const NETWORK_MOVES = new Set([
  ...["Description", "DHCP", "DHCPServer", "LinkLocalAddressing", "IPv6LinkLocalAddressGenerationMode"],
  ...["IPv6StableSecretAddress", "IPv4LLStartAddress", "IPv4LLRoute", "DefaultRouteOnDevice", "LLMNR"],
  ...["MulticastDNS", "DNSOverTLS", "DNSSEC", "DNSSECNegativeTrustAnchors", "Address", "Gateway", "DNS"],
  ...["UseDomains", "Domains", "DNSDefaultRoute", "NTP", "IPForward", "IPv4Forwarding", "IPv6Forwarding"],
  ...["IPMasquerade", "IPv6PrivacyExtensions", "IPv6AcceptRA", "IPv6DuplicateAddressDetection", "IPv6HopLimit"],
  ...["IPv6RetransmissionTimeSec", "IPv4AcceptLocal", "IPv4RouteLocalnet", "IPv4ProxyARP", "IPv4ProxyARPPrivateVLAN"],
  ...["IPv6ProxyNDP", "IPv6ProxyNDPAddress", "IPv6SendRA", "IPv6PrefixDelegation", "DHCPPrefixDelegation"],
  ...["DHCPv6PrefixDelegation", "IPv6MTUBytes", "IPv4ReversePathFilter", "MPLSRouting", "KeepConfiguration"],
  ...["ConfigureWithoutCarrier", "IgnoreCarrierLoss", "IPv4DuplicateAddressDetectionTimeoutSec"],
]);
const NETWORK_STAYS = new Set(["LLDP", "EmitLLDP"]);
const MASTERS = new Set(["Bridge", "Bond", "VRF", "BatmanAdvanced"]);
const STACKED = new Set([
  "VLAN",
  "MACVLAN",
  "MACVTAP",
  "IPVLAN",
  "IPVTAP",
  "MACsec",
  "Tunnel",
  "Xfrm",
  "IPoIB",
  "VXLAN",
]);

const LINK_MOVES = new Set(["RequiredForOnline", "RequiredFamilyForOnline"]);
const LINK_STAYS = new Set([...["MACAddress", "MTUBytes", "ARP", "Multicast", "AllMulticast", "Promiscuous", "Group"]]);

/** `sections`: those of the port's own file and its drop-ins. */
export function splitPort(sections: readonly Section[], port: string, bridge: string): PortParts {
  return splitParts(sections, fateOf, (section, setting) => renamed(section, setting, port, bridge));
}

function fateOf(section: string, setting: Setting): Fate {
  const { key, value } = setting;
  // How the file found the card: ours names it.
  if (section === "Match") return "goes";
  if (OF_ADDRESSES.has(section)) return "moves";
  if (OF_THE_CARD.test(section)) return "stays";
  const shown = shownSetting(section, setting);
  if (section === "Network") {
    if (NETWORK_MOVES.has(key)) return "moves";
    if (NETWORK_STAYS.has(key)) return "stays";
    if (MASTERS.has(key)) return { refused: `by ${shown} it belongs to ${value} already` };
    if (STACKED.has(key)) return { refused: `by ${shown} ${value} stands on it` };
  }
  if (section === "Link") {
    if (LINK_MOVES.has(key)) return "moves";
    if (LINK_STAYS.has(key)) return "stays";
    if (key === "ActivationPolicy" && /^(up|always-up)$/.test(value)) return "stays";
    if (key === "Unmanaged" && /^(0|no|n|false|f|off)$/i.test(value)) return "stays";
  }
  return neither(shown);
}

/** Where a setting names the link that the addresses are on. */
const NAMES_LINK: Readonly<Record<string, ReadonlySet<string>>> = {
  RoutingPolicyRule: new Set(["IncomingInterface", "OutgoingInterface"]),
  DHCPPrefixDelegation: new Set(["UplinkInterface"]),
  DHCPServer: new Set(["UplinkInterface"]),
  IPv6SendRA: new Set(["UplinkInterface"]),
};

function renamed(section: string, setting: Setting, port: string, bridge: string): Setting {
  return setting.value === port && NAMES_LINK[section]?.has(setting.key) === true
    ? { ...setting, value: bridge }
    : setting;
}
