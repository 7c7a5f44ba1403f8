/** What in systemd-networkd's files stands in the way of a bridge. Whole sentences with their remedy. Pure. */
import { linksBelow } from "../bonds";
import type { DesiredBridge } from "../desired-bridge";
import type { NetworkConfiguration } from "../network-files";
import { type PortSays, inheritFaults, portFaults } from "../port-faults";
import { bondFaults } from "./bonds";
import { baseName, filesFor, fixedAddresses, isAddressed, makersOf } from "./network-file";
import { splitPort } from "./port-sections";
import { type Section, isYes, valueOf } from "../sections-file";
import { isInNetwork } from "../addresses";
import { OWN, ofBridge, sectionsOfPort, withoutBridge } from "./take-over";
import { vlanFaults } from "./vlans";

export function networkdFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name } = desired;
  const ports = linksBelow(desired);
  const files = withoutBridge(now.files, name);
  const addressed = ports.filter((port) => isAddressed(sectionsOfPort(now, port, name)));
  return [
    ...vlanFaults(now, files, desired.vlans ?? []),
    ...bondFaults(files, desired),
    ...[...makersOf(files, name), ...filesFor(files, name)].map((path) => `${path} configures ${name} already.`),
    ...ports.flatMap((port) =>
      portFaults(now.files, OWN.sourceOf(now, port, name), port, desired, (source) => said(now, port, source, desired)),
    ),
    ...gatewayFaults(now, desired),
    ...inheritFaults(addressed, desired, `No file of systemd-networkd gives ${ports.join(", ")} addresses`),
  ];
}

/** networkd waits for ever for the way to a gateway that no address of the link reaches (seen with 252). Of IPv6 routers may tell more. */
function gatewayFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name, addresses } = desired;
  if (typeof addresses !== "object") return [];
  const ports = linksBelow(desired);
  const port = ports.find((candidate) => isAddressed(sectionsOfPort(now, candidate, name))) ?? ports[0];
  const kept = port === undefined ? [] : ofBridge(now, port, desired);
  const valueIn = (section: Section, key: string): string | undefined => valueOf([section], section.name, key);
  const reached = [
    ...addresses.cidr,
    ...kept
      .filter((section) => section.name === "Route" && valueIn(section, "Gateway") === undefined)
      .map((section) => valueIn(section, "Destination") ?? ""),
    // Of its own.
    "169.254.0.0/16",
  ];
  const isReached = (gateway: string): boolean =>
    !/^\d+(\.\d+){3}$/.test(gateway) || reached.some((network) => isInNetwork(gateway, network));
  const source = port === undefined ? "" : (OWN.sourceOf(now, port, name) ?? "");
  const [remedy, declared] = ["Declare an address in its network", addresses.gateway ?? ""];
  return [
    ...(isReached(declared)
      ? []
      : [
          `The gateway ${declared} is in no network of ${addresses.cidr.join(", ")}, so ${name} would never be up. ${remedy}.`,
        ]),
    ...kept.flatMap((section) => {
      const gateway = valueIn(section, "Gateway") ?? "";
      return !/^(Route|NextHop)$/.test(section.name) ||
        isReached(gateway) ||
        isYes(valueIn(section, "GatewayOnLink") ?? valueIn(section, "OnLink"))
        ? []
        : [
            `A route of ${source} goes by ${gateway}, which is in no network of ${addresses.cidr.join(", ")}, so ${name} would never be up. ${remedy}, or set GatewayOnLink=yes there, or take the route out of that file.`,
          ];
    }),
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
