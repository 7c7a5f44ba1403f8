/** How Debian's ifupdown with bridge-utils reads files of interfaces(5); options also of the hooks of ethtool, vlan, ifenslave, resolvconf. Pure. */
import { normalCidr } from "../addresses";
import { type DesiredBridge, given } from "../desired-bridge";
import {
  type Dialect,
  RAW_DEVICE,
  filteringIn,
  filteringLines,
  numberOf,
  prefixLength,
  valueOf,
} from "../interfaces/dialect";

/** Options of the address families' methods, and those of hooks that act on addresses (resolvconf, vlan's `ip-…`). */
const OF_ADDRESSES = new Set([
  ...["address", "netmask", "broadcast", "network", "metric", "gateway", "pointopoint", "scope", "media"],
  ...["hostname", "leasehours", "leasetime", "vendor", "client", "dhcp", "request_prefix"],
  ...["ll-attempts", "ll-interval"],
  ...["accept_ra", "autoconf", "privext", "dad-attempts", "dad-interval", "preferred-lifetime", "base-iface"],
  ...["ip-proxy-arp", "ip-rp-filter", "ip-disable"],
]);
const OF_RESOLVER = /^dns-/;
const OF_THE_CARD = /^(hwaddress|mtu|slaves|(ethernet|link|offload|hardware|driver|bond|vlan)[-_].*)$/;

export const ifupdownDialect: Dialect = {
  syntax: {
    keyword:
      /^(iface|mapping|auto|allow-\S+|no-auto-down|no-scripts|rename|source|source-dir|source-directory|template)$/,
    sourcesAreRelative: true,
  },
  methods: ["static", "dhcp", "auto", "manual"],
  fixedAddresses({ method, options }) {
    const address = valueOf(options, "address");
    if (method !== "static" || address === undefined) return [];
    if (address.includes("/")) return [normalCidr(address)];
    const length = prefixLength(valueOf(options, "netmask"));
    return length === undefined ? [] : [normalCidr(`${address}/${length}`)];
  },
  isLeased: ({ method }) => method === "dhcp",
  isAddressed: ({ method }) => method !== "manual" && method !== "loopback",
  ownerOf({ name }) {
    if (OF_THE_CARD.test(name)) return "card";
    return OF_ADDRESSES.has(name) || OF_RESOLVER.test(name) ? "address" : undefined;
  },
  optionName: (name) => name,
  aliasesAreLinks: true,
  resetsMtu: false,
  fileFaults: () => [],

  // Its number is in its name.
  vlan: ({ on }) => [`${RAW_DEVICE} ${on}`],
  // ifenslave 2.13 has no word for it.
  bond: { cardsOption: "bond-slaves", byIp: new Set(["min_links"]) },
  portsOption: "bridge_ports",
  settings: (desired) => [
    ...ownSettings(desired),
    // Not bridge_vlan_aware, which filters before the ports carry anything, and which bridge-utils before 1.7 passes over.
    ...filteringLines(desired),
  ],
  readSettings: (options) => ({
    stp: valueOf(options, "bridge_stp") === "on",
    forwardDelaySeconds: numberOf(options, "bridge_fd") ?? 15,
    ...given("helloTimeSeconds", numberOf(options, "bridge_hello")),
    ...given("maxAgeSeconds", numberOf(options, "bridge_maxage")),
    ...given("ageingSeconds", numberOf(options, "bridge_ageing")),
    ...given("priority", numberOf(options, "bridge_bridgeprio")),
    ...given("macAddress", valueOf(options, "bridge_hw")),
    ...filteringIn(options),
  }),
  settingLine:
    /^\s*(bridge_(stp|fd|hello|maxage|ageing|bridgeprio)\s|post-(up|down) ip link set dev \S+ mtu |post-up bridge vlan add )/,
};

function ownSettings({
  stp,
  forwardDelaySeconds,
  helloTimeSeconds,
  maxAgeSeconds,
  ageingSeconds,
  priority,
  macAddress,
}: DesiredBridge): string[] {
  return [
    `bridge_stp ${stp ? "on" : "off"}`,
    `bridge_fd ${forwardDelaySeconds}`,
    ...(helloTimeSeconds === undefined ? [] : [`bridge_hello ${helloTimeSeconds}`]),
    ...(maxAgeSeconds === undefined ? [] : [`bridge_maxage ${maxAgeSeconds}`]),
    ...(ageingSeconds === undefined ? [] : [`bridge_ageing ${ageingSeconds}`]),
    ...(priority === undefined ? [] : [`bridge_bridgeprio ${priority}`]),
    ...(macAddress === undefined ? [] : [`bridge_hw ${macAddress}`]),
    "bridge_maxwait 0",
  ];
}
