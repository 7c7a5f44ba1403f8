/** What somebody does to a host's network by hand, behind the program's back. */
import * as fc from "fast-check";
import type { Host } from "./host";
import { RECORDS } from "../../../provider/host/network/run-time/record";
import { type Link, MAIN_FILE, broughtUp, commanded } from "./network";

export type Hand =
  | {
      readonly set:
        | "forward_delay"
        | "hello_time"
        | "max_age"
        | "ageing_time"
        | "priority"
        | "stp_state"
        | "vlan_filtering";
      readonly to: number;
    }
  | { readonly mtu: number }
  /** Words of `bridge vlan`. */
  | { readonly vlan: string }
  | { readonly link: "down" | "delete" }
  | { readonly bonded: "mode" | "primary"; readonly to: string }
  | { readonly plug: string }
  | { readonly unplug: string }
  | { readonly address: "add" | "remove" }
  | { readonly line: string }
  | { readonly change: string; readonly to: string }
  | { readonly lost: "claim" | "own-lines" | "nat-table" | "forwarding" | "dnsmasq" | "dnsmasq-file" }
  /** Its files bring up what they say. */
  | { readonly boots: true }
  /** A switch that an earlier run was cut off at. */
  | { readonly phase: "applying" };

const of = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

export const hands: fc.Arbitrary<Hand> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      set: of("forward_delay", "hello_time", "max_age", "ageing_time", "priority"),
      to: of(200, 300, 700, 30000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ set: of("stp_state"), to: of(0, 1) }) },
  { weight: 1, arbitrary: fc.record({ set: of("vlan_filtering"), to: of(0, 1) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      vlan: of(
        "add dev eth0 vid 40",
        "del dev eth0 vid 20",
        "del dev eth0 vid 1",
        "add dev eth1 vid 30-33",
        "del dev br0 vid 1",
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ mtu: of(1400, 1492, 9000) }) },
  { weight: 2, arbitrary: fc.record({ link: of("down", "delete") }) },
  { weight: 1, arbitrary: fc.record({ bonded: of("mode"), to: of("balance-rr", "802.3ad") }) },
  { weight: 1, arbitrary: fc.record({ bonded: of("primary"), to: of("eth1") }) },
  { weight: 2, arbitrary: fc.record({ plug: of("eth1", "vif1.0", "vif2.0-emu") }) },
  { weight: 1, arbitrary: fc.record({ unplug: of("eth0", "eth1", "tap0") }) },
  { weight: 2, arbitrary: fc.record({ address: of("add", "remove") }) },
  { weight: 1, arbitrary: fc.record({ line: of("# by hand", "auto eth9\niface eth9 inet manual") }) },
  {
    weight: 2,
    arbitrary: fc.record({
      change: of("bridge_fd", "bridge_stp", "bridge_ports", "address", "bridge_hello"),
      to: of("3", "on", "eth1", "198.51.100.99/24"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ lost: of("claim", "own-lines", "nat-table", "forwarding", "dnsmasq", "dnsmasq-file") }),
  },
  { weight: 1, arbitrary: fc.record({ phase: of("applying") }) },
  { weight: 1, arbitrary: fc.record({ boots: of(true) }) },
);

/** What cannot be done, such as taking a bridge down that is gone, changes nothing. */
export function touched(host: Host, hand: Hand): Host {
  const { name, links, files } = host;
  const bridge = links[name];
  const withLinks = (more: Readonly<Record<string, Link>>): Host => ({ ...host, links: { ...links, ...more } });
  if ("line" in hand) return { ...host, files: { ...files, [MAIN_FILE]: `${files[MAIN_FILE] ?? ""}${hand.line}\n` } };
  if ("phase" in hand) return { ...host, phase: hand.phase };
  if ("boots" in hand) return booted(host);
  if ("lost" in hand) return lost(host, hand.lost);
  if ("change" in hand) return { ...host, files: changed(files, name, hand.change, hand.to) };
  if (bridge === undefined) return host;
  if ("set" in hand) {
    const after = commanded(host, `ip link set dev ${name} type bridge ${hand.set} ${hand.to}`);
    return typeof after === "string" ? host : { ...host, ...after };
  }
  if ("vlan" in hand) {
    const after = commanded(host, `bridge vlan ${hand.vlan}`);
    return typeof after === "string" ? host : { ...host, ...after };
  }
  if ("mtu" in hand) return withLinks({ [name]: { ...bridge, mtu: hand.mtu } });
  if ("link" in hand) return hand.link === "down" ? withLinks({ [name]: { ...bridge, isUp: false } }) : deleted(host);
  if ("bonded" in hand) {
    const { bond0 } = links;
    if (bond0?.bond === undefined) return host;
    return withLinks({ bond0: { ...bond0, bond: { ...bond0.bond, [hand.bonded]: hand.to } } });
  }
  if ("plug" in hand) {
    const link = links[hand.plug] ?? { mac: "fe:ff:ff:ff:ff:ff", mtu: 1500, isUp: true, addresses: [] };
    return withLinks({ [hand.plug]: { ...link, master: name } });
  }
  if ("unplug" in hand) {
    const link = links[hand.unplug];
    return link === undefined ? host : withLinks({ [hand.unplug]: { ...link, master: undefined } });
  }
  const more = { cidr: "198.51.100.77/24", isLeased: false };
  const addresses = hand.address === "add" ? [...bridge.addresses, more] : bridge.addresses.slice(1);
  return withLinks({ [name]: { ...bridge, addresses } });
}

function lost(host: Host, what: "claim" | "own-lines" | "nat-table" | "forwarding" | "dnsmasq" | "dnsmasq-file"): Host {
  if (what === "claim") return { ...host, owner: undefined, phase: undefined };
  if (what === "nat-table") return { ...host, nat: { ...host.nat, table: undefined } };
  if (what === "dnsmasq") return { ...host, guestDhcp: { ...host.guestDhcp, runs: false } };
  if (what === "dnsmasq-file") return { ...host, guestDhcp: { ...host.guestDhcp, config: "interface=br0\n" } };
  return what === "forwarding" ? { ...host, nat: { ...host.nat, forwards: false } } : host;
}

/** What runs at a boot for guests runs where the bridge does. */
function booted(host: Host): Host {
  const files = Object.fromEntries(Object.entries(host.files).filter(([path]) => !path.startsWith(RECORDS)));
  const isGone = Object.keys(files).length < Object.keys(host.files).length;
  return {
    ...host,
    ...broughtUp({ links: cards(host.links), files }, []),
    ...(isGone
      ? { nat: { ...host.nat, table: undefined, forwards: false }, guestDhcp: { ...host.guestDhcp, runs: false } }
      : {}),
  };
}

/** As they come up: what somebody has set is gone. */
function cards(links: Host["links"]): Host["links"] {
  return Object.fromEntries(Object.entries(links).map(([name, link]) => [name, { ...link, mtu: 1500 }]));
}

function deleted(host: Host): Host {
  const { [host.name]: _bridge, ...others } = host.links;
  const links = Object.entries(others).map(([link, is]): [string, Link] => [
    link,
    is.master === host.name ? { ...is, master: undefined } : is,
  ]);
  return { ...host, links: Object.fromEntries(links) };
}

/** An option of the bridge's own lines, said otherwise. */
function changed(files: Host["files"], name: string, option: string, to: string): Host["files"] {
  const texts = Object.entries(files).map(([path, text]): [string, string] => {
    const from = text.indexOf(`iface ${name} `);
    if (from < 0) return [path, text];
    const own = text.slice(from).replace(new RegExp(`^(  ${option}) .*$`, "m"), `$1 ${to}`);
    return [path, `${text.slice(0, from)}${own}`];
  });
  return Object.fromEntries(texts);
}
