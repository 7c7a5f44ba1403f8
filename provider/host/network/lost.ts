/** What declared addresses would take away from a port without a word, and what cannot be inherited. Whole sentences with their remedy. Pure. */
import type { DesiredBridge } from "./desired-bridge";

export interface PortAddresses {
  readonly port: string;
  /** The file that gives it its settings. */
  readonly source: string;
  /** With prefix lengths in their normal form. */
  readonly fixed: readonly string[];
  /** It gives the port routes, rules or neighbours too. */
  readonly goesOver: boolean;
}

/** What is declared takes the place of a port's one address; of several, those that are not declared would be lost. */
export function lostFaults({ port, source, fixed, goesOver }: PortAddresses, { addresses }: DesiredBridge): string[] {
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
