/** What forbids a bridge that lasts until the next boot: what would undo it, or be undone by it. Whole sentences with their remedy. Pure. */
import { isInNetwork, normalCidr } from "../addresses";
import type { DesiredBridge } from "../desired-bridge";
import type { NetworkConfiguration } from "../network-files";
import { inheritFaults } from "../port-faults";
import { givingPort, isTaken, portHad } from "./record";

export function runTimeFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name, ports } = desired;
  const newPorts = ports.filter((port) => !isTaken(now, port, name));
  const addressed = ports.filter((port) => portHad(now, port, name).addresses.length > 0);
  return [
    ...strandedFaults(now, desired),
    ...newPorts.flatMap((port) => [...leaseFaults(now, port, desired), ...lostFaults(now, port, desired)]),
    ...inheritFaults(addressed, desired, `None of ${ports.join(", ")} has addresses`),
  ];
}

/**
 * Whose is the address when the client renews it? The client's, which puts it on the port again. So no lease is moved, whatever time it
 * has left; nor is an address that a program gives and takes by the link's name.
 */
function leaseFaults(
  { links = [], routes = [], holders = [] }: NetworkConfiguration,
  port: string,
  desired: DesiredBridge,
): string[] {
  const remedy = `Give ${port} a fixed address and end the program first, or leave persistent out where the network's files can have the bridge.`;
  const found = holders.filter(({ link }) => link === undefined || link === port).map(({ program }) => program);
  const lease = links.find((link) => link.name === port)?.dynamicAddresses.find((address) => !address.includes(":"));
  if (found.length > 0) {
    const those = [...new Set(found)];
    return [
      `${those.join(" and ")} ${those.length === 1 ? "runs and gives" : "run and give"} ${port} its addresses, and would put them on it again after ${desired.name} has taken them over. ${remedy}`,
    ];
  }
  if (lease === undefined && !routes.some(({ links: over, protocol }) => over.includes(port) && protocol === "dhcp"))
    return [];
  return [`${port} has ${lease ?? "its routes"} by a lease, which nobody would renew on ${desired.name}. ${remedy}`];
}

/** A route that moves along needs what the declared addresses reach. */
function strandedFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name, addresses } = desired;
  if (typeof addresses !== "object") return [];
  const port = givingPort(now, desired);
  const over = port === undefined || isTaken(now, port, name) ? name : port;
  const moves = (now.routes ?? []).filter(
    ({ to, table, links, protocol }) =>
      port !== undefined &&
      links.includes(over) &&
      !/^(kernel|ra|redirect)$/.test(protocol) &&
      !(to === "default" && table === "main"),
  );
  const reached = [...addresses.cidr, ...moves.filter(({ via }) => via === undefined).map(({ to }) => to)];
  const isReached = (hop: string): boolean =>
    hop.startsWith("fe80:") || reached.some((network) => isInNetwork(hop, network));
  const own = addresses.cidr.map((cidr) => normalCidr(cidr).split("/")[0]);
  const { gateway } = addresses;
  const had = port === undefined ? [] : portHad(now, port, name).addresses.map((address) => address.split("/")[0]);
  const lost = (source: string | undefined): boolean =>
    source !== undefined && had.includes(source) && !own.includes(source);
  const remedy = "Declare such an address, or delete the route";
  return [
    ...(gateway === undefined || isReached(gateway)
      ? []
      : [
          `The gateway ${gateway} is in no network of ${addresses.cidr.join(", ")}. Declare an address in its network.`,
        ]),
    // The kernel deletes it with the address, whatever link it goes over.
    ...(now.routes ?? [])
      .filter(
        (route) =>
          !moves.includes(route) &&
          !/^(kernel|ra|redirect)$/.test(route.protocol) &&
          !(route.to === "default" && route.links.includes(over)) &&
          lost(route.source),
      )
      .map(
        ({ to, source, links }) =>
          `The route to ${to} over ${links.join(", ")} is for the address ${source ?? ""}, which the host would not have. ${remedy}.`,
      ),
    ...moves.flatMap(({ to, via, source, isOnLink }) => [
      ...(via === undefined || isOnLink === true || isReached(via)
        ? []
        : [
            `The route to ${to} over ${over} goes by ${via}, which is in no network of ${addresses.cidr.join(", ")}. ${remedy}.`,
          ]),
      ...(source === undefined || own.includes(source)
        ? []
        : [`The route to ${to} over ${over} is for the address ${source}, which ${name} would not have. ${remedy}.`]),
    ]),
  ];
}

/** What is declared takes the place of a port's one address; what more it has would be lost. */
function lostFaults(now: NetworkConfiguration, port: string, { name, addresses }: DesiredBridge): string[] {
  if (addresses === "inherit") return [];
  const had = portHad(now, port, name).addresses;
  const declared = typeof addresses === "object" ? addresses.cidr.map(normalCidr) : [];
  const left = had.filter((address) => !declared.includes(address));
  const { routes = [], rules = [] } = now;
  const goesOver = [
    ...routes
      .filter(
        ({ to, table, links, protocol }) =>
          links.includes(port) && !/^(kernel|ra)$/.test(protocol) && !(to === "default" && table === "main"),
      )
      .map(({ to }) => `the route to ${to}`),
    ...rules.filter(({ link }) => link === port).map(({ text }) => `the rule "${text}"`),
  ];
  return [
    ...(had.length > 1 && left.length > 0
      ? [
          `${port} has ${left.join(", ")}, which would be lost. Set addresses to "inherit", or name it in addresses.cidr, or take it off ${port}.`,
        ]
      : []),
    ...(addresses === "none" && goesOver.length > 0
      ? [`${goesOver.join(" and ")} over ${port} would be lost. Set addresses to "inherit", or delete it.`]
      : []),
  ];
}
