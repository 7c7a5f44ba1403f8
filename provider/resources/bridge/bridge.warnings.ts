/**
 * What on a host may cut a bridge's guests off, although the bridge itself comes up: warnings, because what looks like it can be meant
 * (docs/bridge.md). Whole sentences with their remedy. Pure.
 */
import { lets } from "../../host/network/forwarding";
import type { Link } from "../../host/network/links";
import { bondWarnings } from "./bridge.bonds";
import { macAddressFor } from "./bridge.files";
import { type ObservedNetwork, bridgeLink, isGuestLink } from "./bridge.observe";
import { groundOf, portNames } from "./bridge.ports";
import type { BridgeInputs } from "./bridge.properties";

export function bridgeWarnings(network: ObservedNetwork, inputs: BridgeInputs): string[] {
  return [
    ...droppedWarnings(network, inputs),
    ...unroutedWarnings(network, inputs),
    ...sameMacWarnings(network, inputs),
    ...bondWarnings(inputs),
  ];
}

function droppedWarnings({ dropping }: ObservedNetwork, { name }: BridgeInputs): string[] {
  return dropping
    .filter((chain) => chain.setting !== undefined && !lets(chain, name))
    .map(
      ({ name: chain, setting = "" }) =>
        `The chain ${chain} drops what it does not name, and with br_netfilter that holds for guests on ${name} too. Accept there what comes in over ${name}, or set ${setting}=0 in /etc/sysctl.d and now.`,
    );
}

function unroutedWarnings({ dropping }: ObservedNetwork, { name, nat }: BridgeInputs): string[] {
  if (nat !== true) return [];
  return dropping
    .filter((chain) => chain.family !== "ip6" && !lets(chain, name))
    .map(
      ({ name: chain }) =>
        `The chain ${chain} drops what it does not name, so guests on ${name} do not reach the outside in spite of nat. Accept there what comes in over ${name}, and the answers that go out over it.`,
    );
}

/** What Xen gives all its vifs. */
const OF_VIFS = "fe:ff:ff:ff:ff:ff";

function sameMacWarnings(network: ObservedNetwork, inputs: BridgeInputs): string[] {
  const { name, ports = [] } = inputs;
  const mac = network.isAdopted ? bridgeLink(network, name)?.macAddress : macAddressFor(network, inputs);
  if (mac === undefined || mac === "" || mac === OF_VIFS || ports.length === 0) return [];
  const related = relatives(network.links, [name, ...portNames(ports), ...groundOf(ports)]);
  return network.links
    .filter((link) => link.macAddress === mac && !related.has(link.name) && !isGuestLink(network, link.name))
    .map(
      ({ name: other }) =>
        `${name} has the hardware address ${mac}, and so has ${other}: in one network, switches would send packets to either of them. Give ${other} another one, unless they are in separate networks.`,
    );
}

/** What shares a hardware address by its nature: a VLAN and its card, a bond and its cards, and the bridges that they are in. */
function relatives(links: readonly Link[], names: readonly string[]): ReadonlySet<string> {
  const found = new Set(names);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { name, under, bridge } of links)
      for (const other of [under, bridge])
        if (other !== undefined && (found.has(name) || found.has(other))) {
          found.add(name);
          found.add(other);
        }
  }
  return found;
}
