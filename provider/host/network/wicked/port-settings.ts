/**
 * What becomes of each setting of a port's ifcfg file when the port goes into a bridge. What moves to the bridge is a list; what belongs to
 * the card stays with the port; everything else is refused (ifcfg(5) and compat-suse.c of wicked 0.6.80). Pure.
 */
import { type Fate, neither } from "../port-parts";
import type { Settings } from "../sysconfig/ifcfg-file";

/** With any suffix: `IPADDR_1`, `NETMASK_web`. */
const OF_ADDRESSES = /^(IPADDR|PREFIXLEN|NETMASK|BROADCAST|NETWORK|REMOTE_IPADDR|LABEL|SCOPE|IP_OPTIONS)(?![A-Z])\w*$/;
/** How they are had, and who may come in over them. */
const OF_LEASES = /^(DHCLIENT6?_\w+|AUTO6_\w+|CHECK_DUPLICATE_IP|SEND_GRATUITOUS_ARP|ZONE|FIREWALL)$/;
/** Of the card, of what it is made of (a bond, a VLAN), or only for people. */
const OF_THE_CARD =
  /^(STARTMODE|BOOTPROTO|NAME|MTU|LLADDR|USERCONTROL|IFPLUGD_PRIORITY|LINK_READY_WAIT|INTERFACETYPE|ETHTOOL_\w+|BONDING_\w+|ETHERDEVICE|VLAN_ID|VLAN_PROTOCOL)$/;

export function fateOf(key: string, value: string | undefined): Fate {
  if (OF_ADDRESSES.test(key) || OF_LEASES.test(key)) return "moves";
  if (OF_THE_CARD.test(key) || value === "") return "stays";
  if (key === "BRIDGE" && value === "no") return "stays";
  if (/^WIRELESS/.test(key)) return { refused: "it is wireless" };
  if (/^BRIDGE/.test(key)) return { refused: `by ${key} it is a bridge itself` };
  if (/_SCRIPT$/.test(key)) return { refused: `${key} runs a program of its own for it` };
  // A password may stand there.
  return neither(key);
}

/** Does its BOOTPROTO name something that gives addresses besides those that are written down? */
export function bootWords(settings: Settings): string[] {
  return (settings.get("BOOTPROTO") ?? "").toLowerCase().split("+");
}

/** What the settings say together. */
export function refusedTogether(settings: Settings): string[] {
  const strange = bootWords(settings).filter((word) => !/^(|none|static|dhcp|dhcp4|dhcp6|auto6)$/.test(word));
  return [
    ...(strange.length === 0 ? [] : [`its BOOTPROTO is ${settings.get("BOOTPROTO") ?? ""}`]),
    ...(settings.get("STARTMODE") === "nfsroot" ? ["its STARTMODE is nfsroot, so that it never goes down"] : []),
  ];
}

/** A setting that names the link: `LABEL_1=eth0:1`. */
export function renamedValue(key: string, value: string, port: string, bridge: string): string {
  return /^LABEL/.test(key) && value.startsWith(`${port}:`) ? `${bridge}${value.slice(port.length)}` : value;
}

/** What declared addresses stand in place of. */
export function isReplaced(key: string): boolean {
  return OF_ADDRESSES.test(key);
}
