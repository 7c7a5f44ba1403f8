/** What in NetworkManager's profiles stands in the way of a bridge. Whole sentences with their remedy. Pure. */
import type { DesiredBridge } from "../desired-bridge";
import type { NetworkConfiguration } from "../network-files";
import { type Section, parseSections, valueOf } from "../sections-file";
import { splitProfile } from "./port-settings";
import { fixedAddresses, isAddressed, routesOf, rulesOf } from "./profile";
import { PRIORITY, sectionsOfPort, sourceOf, withoutBridge } from "./take-over";

export function networkManagerFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name, ports, addresses } = desired;
  const others = [...withoutBridge(now.files, name)].filter(
    ([, text]) => valueOf(parseSections(text), "connection", "interface-name") === name,
  );
  const addressed = ports.filter((port) => isAddressed(sectionsOfPort(now, port, name)));
  return [
    ...others.map(([path]) => `${path} configures ${name} already.`),
    ...timeFaults(desired),
    ...ports.flatMap((port) => portFaults(now, port, desired)),
    ...(addresses === "inherit" ? inheritFaults(addressed, desired) : []),
  ];
}

function timeFaults({ forwardDelaySeconds, helloTimeSeconds, ageingSeconds }: DesiredBridge): string[] {
  return Object.entries({ forwardDelaySeconds, helloTimeSeconds, ageingSeconds }).flatMap(([property, seconds]) =>
    seconds === undefined || Number.isInteger(seconds)
      ? []
      : [`${property} is ${seconds}, but NetworkManager takes whole seconds. Round it.`],
  );
}

function portFaults(now: NetworkConfiguration, port: string, desired: DesiredBridge): string[] {
  const { name, addresses } = desired;
  const source = sourceOf(now, port, name);
  if (source === undefined) return [];
  if (!now.files.has(source)) return [`${source}, which gave ${port} its settings, is no more. Put it back.`];
  const sections = sectionsOfPort(now, port, name);
  const { refused } = splitProfile(sections, port, name);
  return [
    ...(isOfOneLink(sections)
      ? []
      : [
          `${source} is for any card, so it would go on to another one when ${port} is in ${name}. Say which: nmcli connection modify "${valueOf(sections, "connection", "id") ?? ""}" connection.interface-name ${port}.`,
        ]),
    ...(Number(valueOf(sections, "connection", "autoconnect-priority") ?? 0) >= PRIORITY
      ? [
          `${source} has the highest autoconnect-priority, ${PRIORITY}, so ${port} might keep its settings at the next boot. Lower it.`,
        ]
      : []),
    ...refused.map(
      (why) =>
        `${port} cannot become a port of ${name}: ${why}. Change that in ${source}, or make the bridge by hand and declare it with adopt: true.`,
    ),
    ...(addresses === "inherit" ? [] : lostFaults(source, port, sections, desired)),
  ];
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

/** What is declared takes the place of a port's one address; of several, those that are not declared would be lost without a word. */
function lostFaults(
  source: string,
  port: string,
  sections: readonly Section[],
  { addresses }: DesiredBridge,
): string[] {
  const fixed = fixedAddresses(sections);
  const declared = typeof addresses === "object" ? addresses.cidr : [];
  const left = fixed.filter((address) => !declared.includes(address));
  const goingOver = rulesOf(sections).length > 0 || routesOf(sections).some(({ to }) => to.includes("/"));
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
      `No profile of NetworkManager gives ${ports.join(", ")} addresses that ${name} could inherit. Give addresses as { cidr: […] }, "dhcp" or "none".`,
    ];
  if (addressed.length === 1) return [];
  return [
    `${addressed.join(" and ")} both have addresses, and ${name} can inherit only one port's. Give addresses as { cidr: […] }.`,
  ];
}
