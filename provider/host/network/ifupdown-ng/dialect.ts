/**
 * How ifupdown-ng reads files of interfaces(5) (its own page of that name; tried with 0.11.3): the words behind a link's name are hints, all stanzas of a
 * link are one, and an alias (`eth0:1`) is a link of its own that shares all addresses with its card. Pure.
 */
import { normalCidr } from "../addresses";
import { given } from "../desired-bridge";
import {
  type Dialect,
  type InterfaceStanza,
  RAW_DEVICE,
  filteringIn,
  filteringLines,
  kernelSeconds,
  kernelSetting,
  kernelValue,
  prefixLength,
  setInKernel,
  valueOf,
} from "../interfaces/dialect";
import { parseInterfaces } from "../interfaces/interfaces-file";
import type { NetworkFiles } from "../network-files";

/** Of the programs that it runs for a link ("executors"). */
const OF_ADDRESSES =
  /^(address|netmask|broadcast|network|scope|pointopoint|point-to-point|gateway|metric|hostname|client|vendor|leasetime|udhcpc_opts|accept_ra|autoconf|(dhcp|dns|ipv6|forward)-.*)$/;
const OF_THE_CARD =
  /^(hwaddress|mtu|alias|slaves|requires|link-(speed|duplex|autoneg|fec|options)|(gro|lro|gso|tso|ufo|tx|rx)-offload|(ethtool|ethernet|offload|hardware|driver|bond|vlan)-.*)$/;
const PROGRAMS_OF_ADDRESSES = /^(static|dhcp|forward|ipv6-ra|ipv6|ipv6-tempaddr)$/;
const PROGRAMS_OF_THE_CARD = /^(link|ethtool|bond|vlan)$/;

const SYNTAX = {
  keyword: /^(iface|interface|auto|source|source-directory|template|defaults)$/,
  // Of ifupdown: a word that it keeps and nothing reads.
  meaningless: /^(allow-.*|no-auto-down|no-scripts)$/,
  startsOne: true,
};

const usesDhcp = ({ method, options }: InterfaceStanza): boolean =>
  method === "dhcp" || options.some(({ name, value }) => name === "use" && value === "dhcp");

export const ifupdownNgDialect: Dialect = {
  syntax: SYNTAX,
  methods: ["static", "dhcp", "auto", "manual"],
  fixedAddresses({ options }) {
    const netmask = valueOf(options, "netmask");
    return options.flatMap(({ name, value }) => {
      if (name !== "address") return [];
      if (value.includes("/")) return [normalCidr(value)];
      const length = netmask === undefined ? (value.includes(":") ? 64 : 24) : prefixLength(netmask);
      return length === undefined ? [] : [normalCidr(`${value}/${length}`)];
    });
  },
  isLeased: usesDhcp,
  isAddressed: (stanza) =>
    /^(static|dhcp|auto)$/.test(stanza.method) ||
    stanza.options.some(
      ({ name, value }) => /^(address|gateway)$/.test(name) || (name === "use" && PROGRAMS_OF_ADDRESSES.test(value)),
    ),
  ownerOf({ name, value }) {
    const [address, card] =
      name === "use"
        ? [PROGRAMS_OF_ADDRESSES.test(value), PROGRAMS_OF_THE_CARD.test(value)]
        : [OF_ADDRESSES.test(name), OF_THE_CARD.test(name)];
    return address ? "address" : card ? "card" : undefined;
  },
  optionName: (name) => name,
  aliasesAreLinks: true,
  resetsMtu: false,
  fileFaults: looseFaults,

  vlan: ({ on, vlan }) => [`${RAW_DEVICE} ${on}`, `vlan-id ${vlan}`],
  bond: { cardsOption: "bond-members", head: ["use bond"] },
  portsOption: "bridge-ports",
  // Times and STP not by its own options: it takes `bridge-fd 15` for hundredths of a second and `bridge-stp on` for off where there
  // is iproute2's bridge, and bridge-hw for its ports' address (seen with 0.11.3).
  settings: (desired) => {
    const { name, stp, forwardDelaySeconds, helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority, macAddress } =
      desired;
    return [
      "use bridge",
      ...(macAddress === undefined ? [] : [`hwaddress ${macAddress}`]),
      "bridge-maxwait 0",
      setInKernel(name, "forward_delay", forwardDelaySeconds),
      ...(helloTimeSeconds === undefined ? [] : [setInKernel(name, "hello_time", helloTimeSeconds)]),
      ...(maxAgeSeconds === undefined ? [] : [setInKernel(name, "max_age", maxAgeSeconds)]),
      ...(ageingSeconds === undefined ? [] : [setInKernel(name, "ageing_time", ageingSeconds)]),
      ...(priority === undefined ? [] : [kernelSetting(name, "priority", priority)]),
      kernelSetting(name, "stp_state", stp ? 1 : 0),
      ...filteringLines(desired),
    ];
  },
  readSettings: (options) => ({
    stp: kernelValue(options, "stp_state") === 1,
    forwardDelaySeconds: kernelSeconds(options, "forward_delay") ?? 15,
    ...given("helloTimeSeconds", kernelSeconds(options, "hello_time")),
    ...given("maxAgeSeconds", kernelSeconds(options, "max_age")),
    ...given("ageingSeconds", kernelSeconds(options, "ageing_time")),
    ...given("priority", kernelValue(options, "priority")),
    ...given("macAddress", valueOf(options, "hwaddress")),
    ...filteringIn(options),
  }),
  settingLine: /^\s*(post-(up|down) ip link set dev \S+ (mtu|type bridge \S+) |post-up bridge vlan add )/,
};

/** Options that are the link's of which a line was read before, wherever that stood; and those that all links have. */
function looseFaults(files: NetworkFiles): string[] {
  return [...files].flatMap(([path, text]) => {
    const { loose, renamings } = parseInterfaces(SYNTAX, text);
    return [
      ...loose.map(
        (line) => `"${line}" in ${path} stands below no "iface". Write it below the one that it is meant for.`,
      ),
      ...(renamings.some(({ keyword }) => keyword === "defaults")
        ? [
            `${path} gives all links options ("defaults"), which the bridge would have too. Write them below each "iface".`,
          ]
        : []),
    ];
  });
}
