/** What of a port's own file stands in the way of a bridge, whatever system reads it. Whole sentences with their remedy. Pure. */
import type { DesiredBridge } from "./desired-bridge";
import type { NetworkFiles } from "./network-files";

/** What a port's own file says. */
export interface PortSays {
  /** Whole sentences of the system's own. */
  readonly faults: readonly string[];
  /** Clauses: why the port cannot go into a bridge. */
  readonly refused: readonly string[];
  /** With prefix lengths in their normal form. */
  readonly fixed: readonly string[];
  /** It gives the port routes, rules or neighbours too. */
  readonly goesOver: boolean;
}

/** `source`: the file that gives the port its settings; without one nothing stands in the way. */
export function portFaults(
  files: NetworkFiles,
  source: string | undefined,
  port: string,
  desired: DesiredBridge,
  says: (source: string) => PortSays,
): string[] {
  if (source === undefined) return [];
  if (!files.has(source)) return [`${source}, which gave ${port} its settings, is no more. Put it back.`];
  const said = says(source);
  return [
    ...said.faults,
    ...said.refused.map(
      (why) =>
        `${port} cannot become a port of ${desired.name}: ${why}. Change that in ${source}, or make the bridge by hand and declare it with adopt: true.`,
    ),
    ...lostFaults(source, port, said, desired),
  ];
}

/** What is declared takes the place of a port's one address; of several, those that are not declared would be lost. */
function lostFaults(
  source: string,
  port: string,
  { fixed, goesOver }: PortSays,
  { addresses }: DesiredBridge,
): string[] {
  if (addresses === "inherit") return [];
  const declared = typeof addresses === "object" ? addresses.cidr : [];
  const left = fixed.filter((address) => !declared.includes(address));
  return [
    ...(fixed.length > 1 && left.length > 0
      ? [
          `${source} gives ${port} ${left.join(", ")}, which would be lost. Set addresses to "inherit", or name it in addresses.cidr, or take it out of that file.`,
        ]
      : []),
    ...(addresses === "none" && goesOver
      ? [
          `${source} gives ${port} routes or rules, which need addresses. Set addresses to "inherit", or take them out of that file.`,
        ]
      : []),
  ];
}

/** `nobody`: a clause that no port has addresses, such as `No profile of NetworkManager gives eth0 addresses`. */
export function inheritFaults(
  addressed: readonly string[],
  { name, addresses }: DesiredBridge,
  nobody: string,
): string[] {
  if (addresses !== "inherit" || addressed.length === 1) return [];
  if (addressed.length === 0)
    return [`${nobody} that ${name} could inherit. Give addresses as { cidr: […] }, "dhcp" or "none".`];
  return [
    `${addressed.join(" and ")} both have addresses, and ${name} can inherit only one port's. Give addresses as { cidr: […] }.`,
  ];
}
