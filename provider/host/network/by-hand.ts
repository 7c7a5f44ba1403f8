/**
 * What a port has that its network system's files do not give it: put there by hand or by another program (keepalived), or
 * by a line that nobody can read. The move to a bridge would lose it, at once or at the next boot. Pure.
 */
import { normalCidr } from "./addresses";
import type { DesiredBridge } from "./desired-bridge";
import type { Link } from "./links";
import type { Route, Rule } from "./routes";

export interface Running {
  readonly links: readonly Link[];
  readonly routes: readonly Route[];
  readonly rules: readonly Rule[];
}

/** What a network system's files give a port. */
export interface PortGives {
  /** The file that is named to people. */
  readonly file: string;
  /** With prefix lengths, in their normal form. */
  readonly fixed: readonly string[];
  readonly isLeased: boolean;
  /** Is the address, with its prefix length, in a command that its lines run? */
  readonly names: (address: string) => boolean;
  readonly hasRoute: (route: Route) => boolean;
  readonly hasRule: (rule: Rule) => boolean;
  /** How people write it there: `"up ip route add …"`. */
  readonly routeForm: string;
  readonly ruleForm: string;
}

/** Whole sentences with their remedy. `port` is not in the bridge yet. */
export function notOfFiles(gives: PortGives, running: Running, port: string, desired: DesiredBridge): string[] {
  const lost = (what: string, how: string): string =>
    `${what}, which no line of ${port} in ${gives.file} gives it: it would be lost. ${how}`;
  const stacked = running.links.filter(({ under }) => under === port).map(({ name }) => name);
  return [
    ...(stacked.length === 0
      ? []
      : [
          `${stacked.join(", ")} stands on ${port}, which goes down for a moment: its routes would be lost. Choose a port that nothing stands on.`,
        ]),
    ...addressesNotOf(gives, running, port, desired)
      .filter((address) => !gives.names(address))
      .map((address) =>
        lost(
          `${port} has the address ${address}`,
          `Write it there, or take it off the link; a program that gives it (keepalived) is to name ${desired.name}.`,
        ),
      ),
    ...running.routes
      .filter((route) => route.links.includes(port) && !gives.hasRoute(route))
      .map(({ to, via, table }) =>
        lost(
          `The route to ${to}${via === undefined ? "" : ` via ${via}`}${table === "main" ? "" : ` of table ${table}`} goes over ${port}`,
          `Write it there as ${gives.routeForm}, or delete it.`,
        ),
      ),
    ...running.rules
      .filter((rule) => rule.link === port && !gives.hasRule(rule))
      .map(({ text }) =>
        lost(`The rule "${text}" is about ${port}`, `Write it there as ${gives.ruleForm}, or delete it.`),
      ),
  ];
}

function addressesNotOf(
  { fixed, isLeased }: PortGives,
  { links }: Running,
  port: string,
  { addresses }: DesiredBridge,
): string[] {
  const link = links.find(({ name }) => name === port);
  if (link === undefined) return [];
  const declared = typeof addresses === "object" ? addresses.cidr.map(normalCidr) : [];
  const isLease = (address: string): boolean => link.dynamicAddresses.includes(address);
  const others = link.addresses.filter(
    (address) =>
      !fixed.includes(address) && !declared.includes(address) && !(address.includes(":") && isLease(address)),
  );
  if (!isLeased) return others;
  // Of a lease, whose client may not say how long it lasts.
  const lease = others.find(isLease) ?? others.find((address) => !address.includes(":"));
  return others.filter((address) => address !== lease && !isLease(address));
}
