/**
 * What becomes of each setting of a port's ifcfg file when the port goes into a bridge. What moves to the bridge is a list; what belongs to
 * the card stays with the port; everything else is refused (sysconfig.txt and the scripts of initscripts 9.03). Pure.
 */
import type { Fate } from "../port-parts";
import { type Settings, isNo } from "../sysconfig/ifcfg-file";

/** Numbered too: `IPADDR2`, `DNS1`. */
const OF_ADDRESSES =
  /^(IPADDR|PREFIX|NETMASK|BROADCAST|NETWORK|GATEWAY|ARPCHECK|ARPUPDATE|DNS)\d*$|^(GATEWAYDEV|DEFROUTE|METRIC|SRCADDR|SCOPE|WINDOW|ARP|ARPING_WAIT|BOOTP|DOMAIN|SEARCH|PEERDNS|PEERNTP|PEERNIS|PEERROUTES|RESOLV_MODS|NOZEROCONF|NO_ALIASROUTING|DHCP_HOSTNAME|DHCP_CLIENT_ID|NO_DHCP_HOSTNAME|DHCLIENTARGS|DHCPRELEASE|PERSISTENT_DHCLIENT|DHCLIENT_IGNORE_GATEWAY|IPV4_FAILURE_FATAL|DHCPV6C|DHCPV6C_OPTIONS)$/;
const OF_IPV6 =
  /^IPV6(INIT|ADDR|ADDR_SECONDARIES|FORWARDING|_ROUTER|_AUTOCONF|_PRIVACY|_MTU|_DEFAULTGW|_DEFAULTDEV|_PEERDNS|_PEERROUTES|_FAILURE_FATAL)$/;
/** Of the card, of what it is made of (a bond, a VLAN), or only for people. */
const OF_THE_CARD = new Set([
  ...[
    "DEVICE",
    "HWADDR",
    "MACADDR",
    "TYPE",
    "NAME",
    "UUID",
    "USERCTL",
    "HOTPLUG",
    "ONBOOT",
    "NM_CONTROLLED",
    "BOOTPROTO",
  ],
  ...["MTU", "ETHTOOL_OPTS", "ETHTOOL_DELAY", "LINKDELAY", "SUBCHANNELS", "NETTYPE", "OPTIONS", "PORTNAME", "CTCPROT"],
  ...["BONDING_OPTS", "VLAN", "VID", "PHYSDEV", "REORDER_HDR"],
]);
const WIRELESS =
  /^(ESSID|MODE|NWID|FREQ|CHANNEL|SENS|RATE|KEY\d*|DEFAULTKEY|SECURITYMODE|RTS|FRAG|IWCONFIG|SPYIPS|IWPRIV|WPA.*|WIRELESS.*)$/;

export function fateOf(key: string, value: string | undefined): Fate {
  if (OF_ADDRESSES.test(key) || OF_IPV6.test(key))
    return value === undefined ? { refused: `its ${key} is made by the shell` } : "moves";
  if (key === "BRIDGE" && value !== "") return { refused: `by BRIDGE it belongs to ${value ?? "a bridge"} already` };
  if (key === "MASTER" && value !== "") return { refused: `by MASTER it belongs to ${value ?? "a bond"} already` };
  if (key === "SLAVE" && isNo(value)) return "stays";
  if (OF_THE_CARD.has(key)) return "stays";
  if (WIRELESS.test(key)) return { refused: "it is wireless" };
  // A password may stand there.
  return value === "" ? "stays" : { refused: `${key} is neither known as an address's nor as the card's` };
}

/** What the settings say together. */
export function refusedTogether(settings: Settings): string[] {
  const type = settings.get("TYPE") ?? "";
  const proto = settings.get("BOOTPROTO") ?? "";
  return [
    ...(/^(|ethernet|bond|bonding|vlan)$/i.test(type) ? [] : [`its TYPE is ${type}`]),
    ...(/^(|none|static|dhcp|bootp)$/i.test(proto) ? [] : [`its BOOTPROTO is ${proto}`]),
  ];
}

/** Aliases: of `ifcfg-eth0:1` and `ifcfg-eth0-range0`. */
export function isOfAlias(key: string): boolean {
  return (
    /^(DEVICE|NAME|TYPE|USERCTL|ONBOOT|ONPARENT|BOOTPROTO|NM_CONTROLLED|NO_ALIASROUTING|IPADDR_START|IPADDR_END|CLONENUM_START|HWADDR|UUID)$/.test(
      key,
    ) || /^(IPADDR|PREFIX|NETMASK|BROADCAST|NETWORK|GATEWAY|ARPCHECK|ARPUPDATE)$/.test(key)
  );
}

/** A setting that names the link: `IPV6_DEFAULTGW=fe80::1%eth0`. */
export function renamedValue(key: string, value: string, port: string, bridge: string): string {
  if (/^(GATEWAYDEV|IPV6_DEFAULTDEV)$/.test(key) && value === port) return bridge;
  return /^IPV6_DEFAULTGW$/.test(key) && value.endsWith(`%${port}`)
    ? `${value.slice(0, -port.length)}${bridge}`
    : value;
}

/** What declared addresses stand in place of. */
export function isReplaced(key: string): boolean {
  return (
    /^(IPADDR|PREFIX|NETMASK|BROADCAST|NETWORK|GATEWAY)\d*$/.test(key) ||
    /^(GATEWAYDEV|SRCADDR|BOOTP|IPV6ADDR|IPV6ADDR_SECONDARIES|IPV6_DEFAULTGW|IPV6_DEFAULTDEV)$/.test(key)
  );
}
