/** What in systemd-networkd's files stands in the way of a bridge. Whole sentences with their remedy. Pure. */
import type { DesiredBridge } from "../desired-bridge";
import type { NetworkConfiguration } from "../network-files";
import { baseName, filesFor, fixedAddresses, isAddressed, makersOf } from "./network-file";
import { splitPort } from "./port-sections";
import { ownPrefix, sectionsOfPort, sourceOf, withoutBridge } from "./take-over";

export function networkdFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name, ports, addresses } = desired;
  const files = withoutBridge(now.files, name);
  const addressed = ports.filter((port) => isAddressed(sectionsOfPort(now, port, name)));
  return [
    ...[...makersOf(files, name), ...filesFor(files, name)].map((path) => `${path} configures ${name} already.`),
    ...ports.flatMap((port) => portFaults(now, port, desired)),
    ...(addresses === "inherit" ? inheritFaults(addressed, desired) : []),
  ];
}

function portFaults(now: NetworkConfiguration, port: string, desired: DesiredBridge): string[] {
  const { name, addresses } = desired;
  const source = sourceOf(now, port, name);
  if (source === undefined) return [];
  if (!now.files.has(source)) return [`${source}, which gave ${port} its settings, is no more. Put it back.`];
  const sections = sectionsOfPort(now, port, name);
  const { refused } = splitPort(sections, port, name);
  return [
    ...(baseName(source) < baseName(ownPrefix(name))
      ? [
          `${source} comes before all files of ours, so ${port} would keep its settings. Rename it, such as to 10-${port}.network.`,
        ]
      : []),
    ...refused.map(
      (why) =>
        `${port} cannot become a port of ${name}: ${why}. Change that in ${source}, or make the bridge by hand and declare it with adopt: true.`,
    ),
    ...(addresses === "inherit" ? [] : lostFaults(source, port, sections, desired)),
  ];
}

/** What is declared takes the place of a port's one address; of several, those that are not declared would be lost without a word. */
function lostFaults(
  source: string,
  port: string,
  sections: Parameters<typeof fixedAddresses>[0],
  { addresses }: DesiredBridge,
): string[] {
  const fixed = fixedAddresses(sections);
  const declared = typeof addresses === "object" ? addresses.cidr : [];
  const left = fixed.filter((address) => !declared.includes(address));
  const goingOver = sections.some(({ name }) => /^(Route|RoutingPolicyRule|Neighbor|NextHop)$/.test(name));
  return [
    ...(fixed.length > 1 && left.length > 0
      ? [
          `${source} gives ${port} ${left.join(", ")}, which would be lost. Set addresses to "inherit", or name it in addresses.cidr, or take it out of that file.`,
        ]
      : []),
    ...(addresses === "none" && goingOver
      ? [
          `${source} gives ${port} routes or rules, which need addresses. Set addresses to "inherit", or take them out of that file.`,
        ]
      : []),
  ];
}

function inheritFaults(addressed: readonly string[], { name, ports }: DesiredBridge): string[] {
  if (addressed.length === 0)
    return [
      `No file of systemd-networkd gives ${ports.join(", ")} addresses that ${name} could inherit. Give addresses as { cidr: […] }, "dhcp" or "none".`,
    ];
  if (addressed.length === 1) return [];
  return [
    `${addressed.join(" and ")} both have addresses, and ${name} can inherit only one port's. Give addresses as { cidr: […] }.`,
  ];
}
