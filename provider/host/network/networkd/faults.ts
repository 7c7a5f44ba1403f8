/** What in systemd-networkd's files stands in the way of a bridge. Whole sentences with their remedy. Pure. */
import type { DesiredBridge } from "../desired-bridge";
import type { NetworkConfiguration } from "../network-files";
import { type PortSays, inheritFaults, portFaults } from "../port-faults";
import { baseName, filesFor, fixedAddresses, isAddressed, makersOf } from "./network-file";
import { splitPort } from "./port-sections";
import { OWN, sectionsOfPort } from "./take-over";

export function networkdFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name, ports } = desired;
  const files = OWN.without(now.files, name);
  const addressed = ports.filter((port) => isAddressed(sectionsOfPort(now, port, name)));
  return [
    ...[...makersOf(files, name), ...filesFor(files, name)].map((path) => `${path} configures ${name} already.`),
    ...ports.flatMap((port) =>
      portFaults(now.files, OWN.sourceOf(now, port, name), port, desired, (source) => said(now, port, source, desired)),
    ),
    ...inheritFaults(addressed, desired, `No file of systemd-networkd gives ${ports.join(", ")} addresses`),
  ];
}

function said(now: NetworkConfiguration, port: string, source: string, { name }: DesiredBridge): PortSays {
  const sections = sectionsOfPort(now, port, name);
  return {
    faults:
      baseName(source) < baseName(OWN.path(name, ""))
        ? [
            `${source} comes before all files of ours, so ${port} would keep its settings. Rename it, such as to 10-${port}.network.`,
          ]
        : [],
    refused: splitPort(sections, port, name).refused,
    fixed: fixedAddresses(sections),
    goesOver: sections.some((section) => /^(Route|RoutingPolicyRule|Neighbor|NextHop)$/.test(section.name)),
  };
}
