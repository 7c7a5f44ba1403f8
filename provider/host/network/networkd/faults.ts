/** What in systemd-networkd's files stands in the way of a bridge. Whole sentences with their remedy. Pure. */
import type { DesiredBridge } from "../desired-bridge";
import { inheritFaults, lostFaults } from "../lost";
import type { NetworkConfiguration } from "../network-files";
import { baseName, filesFor, fixedAddresses, isAddressed, makersOf } from "./network-file";
import { splitPort } from "./port-sections";
import { ownPrefix, sectionsOfPort, sourceOf, withoutBridge } from "./take-over";

export function networkdFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name, ports } = desired;
  const files = withoutBridge(now.files, name);
  const addressed = ports.filter((port) => isAddressed(sectionsOfPort(now, port, name)));
  return [
    ...[...makersOf(files, name), ...filesFor(files, name)].map((path) => `${path} configures ${name} already.`),
    ...ports.flatMap((port) => portFaults(now, port, desired)),
    ...inheritFaults(addressed, desired, `No file of systemd-networkd gives ${ports.join(", ")} addresses`),
  ];
}

function portFaults(now: NetworkConfiguration, port: string, desired: DesiredBridge): string[] {
  const { name } = desired;
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
    ...lostFaults(
      {
        port,
        source,
        fixed: fixedAddresses(sections),
        goesOver: sections.some((section) => /^(Route|RoutingPolicyRule|Neighbor|NextHop)$/.test(section.name)),
      },
      desired,
    ),
  ];
}
