/** What forbids a bridge on a host: all of it at once, before anything is touched. Pure. */
import { giveBack, takeOverFaults } from "../../host/network/take-over";
import { bridgeWishes } from "./bridge.changes";
import { type ObservedNetwork, isGuestLink } from "./bridge.observe";
import type { BridgeInputs } from "./bridge.schema";

/** Whole sentences, each with its remedy; none: it can go on. */
export function bridgePreflight(network: ObservedNetwork, inputs: BridgeInputs): string[] {
  const { name, ports = [], dns = [] } = inputs;
  const faults: string[] = [];
  const when = (condition: boolean, text: string): void => {
    if (condition) faults.push(text);
  };
  when(!network.isRoot, "We are not root on it. Log in as root, or set connection.sudo.");
  when(
    network.others.length > 0,
    `${network.others.join(" and ")} runs its network; only ifupdown is supported. Move the network to /etc/network/interfaces and disable ${network.others.join(" and ")}.`,
  );
  when(
    !network.hasIfupdown,
    "ifupdown (ifup, ifquery) is not installed, and no other network system is supported. Install ifupdown.",
  );
  when(
    !network.hasBridgeUtils,
    "bridge-utils, whose hooks make ifupdown's bridges, is not installed. Install it (a XenHost does).",
  );
  when(
    dns.length > 0 && !network.hasResolvconf,
    "dns needs the package resolvconf, which is not installed. Install it, or leave dns out.",
  );
  for (const port of ports) {
    const link = network.links.find((candidate) => candidate.name === port);
    if (link === undefined) {
      const known = network.links
        .map((candidate) => candidate.name)
        .filter((candidate) => candidate !== "lo" && !isGuestLink(candidate));
      faults.push(`It has no link ${port}; there are ${known.join(", ")}.`);
    } else
      when(link.bridge !== undefined && link.bridge !== name, `${port} is a port of ${link.bridge ?? ""} already.`);
  }
  const same = network.links.find((link) => link.name === name);
  when(
    same !== undefined && same.bridgeSettings === undefined,
    `${name} is there and is not a bridge. Choose another name.`,
  );
  if (faults.length > 0) return faults;
  return takeOverFaults(giveBack(network.files, name), bridgeWishes(inputs, undefined));
}
