/** What in NetworkManager's profiles stands in the way of a bridge. Whole sentences with their remedy. Pure. */
import { linksBelow } from "../bonds";
import { type DesiredBridge, isMadeBy, vlanName } from "../desired-bridge";
import type { NetworkConfiguration } from "../network-files";
import { type PortSays, inheritFaults, portFaults } from "../port-faults";
import { type Section, parseSections, valueOf } from "../sections-file";
import { splitProfile } from "./port-settings";
import { fixedAddresses, isAddressed, routesOf, rulesOf } from "./profile";
import { OWN, PRIORITY, sectionsOfPort } from "./take-over";

export function networkManagerFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name, bonds = [] } = desired;
  const ports = linksBelow(desired);
  const profilesOf = (link: string): string[] =>
    [...OWN.without(now.files, name)].flatMap(([path, text]) =>
      valueOf(parseSections(text), "connection", "interface-name") === link ? [path] : [],
    );
  const addressed = ports.filter((port) => isAddressed(sectionsOfPort(now, port, name)));
  return [
    ...profilesOf(name).map((path) => `${path} configures ${name} already.`),
    ...vlanFaults(now, desired),
    ...bonds.flatMap(({ bond }) => profilesOf(bond).map((path) => isMadeBy(path, bond))),
    ...timeFaults(desired),
    ...ports.flatMap((port) =>
      portFaults(now.files, OWN.sourceOf(now, port, name), port, desired, (source) => said(now, port, source, desired)),
    ),
    ...inheritFaults(addressed, desired, `No profile of NetworkManager gives ${ports.join(", ")} addresses`),
  ];
}

function vlanFaults(now: NetworkConfiguration, { name, vlans = [] }: DesiredBridge): string[] {
  const files = [...OWN.without(now.files, name)];
  return vlans.flatMap((vlan) =>
    files
      .filter(([, text]) => {
        const sections = parseSections(text);
        return (
          valueOf(sections, "connection", "interface-name") === vlanName(vlan) ||
          (valueOf(sections, "vlan", "parent") === vlan.on && valueOf(sections, "vlan", "id") === String(vlan.vlan))
        );
      })
      .map(([path]) => isMadeBy(path, vlanName(vlan))),
  );
}

function timeFaults({ forwardDelaySeconds, helloTimeSeconds, maxAgeSeconds, ageingSeconds }: DesiredBridge): string[] {
  return Object.entries({ forwardDelaySeconds, helloTimeSeconds, maxAgeSeconds, ageingSeconds }).flatMap(
    ([property, seconds]) =>
      seconds === undefined || Number.isInteger(seconds)
        ? []
        : [`${property} is ${seconds}, but NetworkManager takes whole seconds. Round it.`],
  );
}

function said(now: NetworkConfiguration, port: string, source: string, { name }: DesiredBridge): PortSays {
  const sections = sectionsOfPort(now, port, name);
  const id = valueOf(sections, "connection", "id") ?? "";
  return {
    faults: [
      ...(valueOf(sections, ".nmmeta", "nm-generated") === "true"
        ? [
            `NetworkManager itself has made ${source}, which will be gone after the next boot. Make it a profile that stays: nmcli connection modify "${id}" connection.interface-name ${port}.`,
          ]
        : []),
      ...(isOfOneLink(sections)
        ? []
        : [
            `${source} is for any card, so it would go on to another one when ${port} is in ${name}. Say which: nmcli connection modify "${id}" connection.interface-name ${port}.`,
          ]),
      ...(Number(valueOf(sections, "connection", "autoconnect-priority") ?? 0) >= PRIORITY
        ? [
            `${source} has the highest autoconnect-priority, ${PRIORITY}, so ${port} might keep its settings at the next boot. Lower it.`,
          ]
        : []),
    ],
    refused: splitProfile(sections, port, name).refused,
    fixed: fixedAddresses(sections),
    goesOver: rulesOf(sections).length > 0 || routesOf(sections).some(({ to }) => to.includes("/")),
  };
}

function isOfOneLink(sections: readonly Section[]): boolean {
  return [
    valueOf(sections, "connection", "interface-name"),
    valueOf(sections, "ethernet", "mac-address"),
    valueOf(sections, "802-3-ethernet", "mac-address"),
    valueOf(sections, "match", "interface-name"),
    valueOf(sections, "match", "path"),
  ].some((value) => value !== undefined);
}
