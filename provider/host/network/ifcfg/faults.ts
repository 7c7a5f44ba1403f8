/** What in the ifcfg files stands in the way of a bridge. Whole sentences with their remedy. Pure. */
import { normalNetwork } from "../addresses";
import { type DesiredBridge, isMadeBy, vlanName } from "../desired-bridge";
import type { NetworkConfiguration, NetworkFiles } from "../network-files";
import { type PortSays, inheritFaults, portFaults } from "../port-faults";
import { inOrder, isIPv6 } from "./bridge-file";
import { type IfcfgLine, parseIfcfg, settingsOf } from "../sysconfig/ifcfg-file";
import { COMMON, STATIC_ROUTES, STATIC_ROUTES6, linkFiles, linkFilesOf, linkPath, moreFilesOf } from "./places";
import { configuredAddresses, isAddressed, isStarted, routesIn, rulesIn } from "./port-gives";
import { fateOf, isOfAlias, refusedTogether } from "./port-settings";
import { linesNaming } from "../sysconfig/words";
import { giveBack, sourceOf } from "./take-over";

/** Programs of the host's that the scripts run for every link. */
export const HOOKS = ["/sbin/ifup-pre-local", "/sbin/ifup-local", "/sbin/ifdown-pre-local", "/sbin/ifdown-local"];

export function ifcfgFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name, ports, dns = [], vlans = [] } = desired;
  const files = giveBack(now.files, name);
  const addressed = ports.filter((port) => isAddressed(files, port));
  return [
    ...takenFaults(files, name),
    ...(dns.length > 2
      ? [`dns names ${dns.length} servers, but the network scripts write only two (DNS1 and DNS2). Name two.`]
      : []),
    ...gatewayFaults(desired),
    ...vlans.flatMap((vlan) => linkFilesOf(files, vlanName(vlan)).map(({ path }) => isMadeBy(path, vlanName(vlan)))),
    ...ports.flatMap((port) => [
      ...fileFaults(files, port),
      ...portFaults(files, linkFilesOf(files, port).at(0)?.path, port, desired, () => said(files, port)),
      ...elsewhereFaults(files, port, desired),
    ]),
    ...inheritFaults(addressed, desired, `No ifcfg file gives ${ports.join(", ")} addresses at a boot`),
  ];
}

/** Files that make a link of the bridge's name without us. */
function takenFaults(files: NetworkFiles, name: string): string[] {
  const links = linkFiles(files).filter(({ device, settings }) => device === name || settings.get("BRIDGE") === name);
  const paths = [...links, ...moreFilesOf(files, name)].map(({ path }) => path);
  return [...new Set(paths)].map((path) => `${path} configures ${name} already. Choose another name, or remove it.`);
}

function gatewayFaults({ addresses }: DesiredBridge): string[] {
  if (typeof addresses !== "object" || addresses.gateway === undefined || isIPv6(addresses.gateway)) return [];
  const { cidr, gateway } = addresses;
  const first = inOrder(cidr, gateway).find((address) => !isIPv6(address)) ?? "";
  const length = first.split("/")[1] ?? "32";
  return normalNetwork(first) === normalNetwork(`${gateway}/${length}`)
    ? []
    : [
        `The gateway ${gateway} is in the network of no address, and the network scripts then set no default route. Give an address with a prefix length that holds it.`,
      ];
}

function fileFaults(files: NetworkFiles, port: string): string[] {
  const [own, ...others] = linkFilesOf(files, port);
  return [
    ...others.map(
      ({ path }) => `${own?.path ?? ""} and ${path} both configure ${port}. Remove the one that does not count.`,
    ),
    ...(own === undefined || own.path === linkPath(port)
      ? []
      : [`${own.path} configures ${port}, whose own file is ${linkPath(port)}. Rename it so.`]),
  ];
}

function said(files: NetworkFiles, port: string): PortSays {
  const own = linkFilesOf(files, port).at(0);
  const lines = parseIfcfg(files.get(own?.path ?? "") ?? "");
  const settings = lines.flatMap(({ assignment }) => (assignment === undefined ? [] : [assignment]));
  const refused = settings.flatMap(({ key, value }) => {
    const fate = fateOf(key, value);
    return typeof fate === "object" ? [fate.refused] : [];
  });
  return {
    faults: [],
    refused: [...shellIn(lines), ...new Set(refused), ...refusedTogether(settingsOf(files.get(own?.path ?? "")))],
    fixed: configuredAddresses(files, port).fixed,
    goesOver: routesIn(files, port).length > 0 || rulesIn(files, port).length > 0,
  };
}

function shellIn(lines: readonly IfcfgLine[]): string[] {
  return lines
    .filter(({ isShell }) => isShell)
    .map(({ text }) => `"${text.trim()}" is shell, not a setting that can be read`);
}

/** What of other files is about the port. */
function elsewhereFaults(files: NetworkFiles, port: string, desired: DesiredBridge): string[] {
  const { name } = desired;
  const common = settingsOf(files.get(COMMON));
  const stacked = linkFiles(files).filter(
    ({ device, settings }) =>
      isStarted(settings) &&
      (settings.get("PHYSDEV") === port || (settings.get("VLAN") === "yes" && device.startsWith(`${port}.`))),
  );
  const named = [common.get("GATEWAYDEV"), common.get("IPV6_DEFAULTDEV"), common.get("IPV6_DEFAULTGW")?.split("%")[1]];
  return [
    ...moreFilesOf(files, port).flatMap(({ path, kind }) => {
      if (port !== sourceOf(files, desired))
        return [
          `${path} is about ${port}, which has no addresses of its own for ${name}. Remove it, or give the port its address there.`,
        ];
      if (kind === "words") return [];
      const lines = parseIfcfg(files.get(path) ?? "");
      const isKnown = kind === "alias" ? isOfAlias : (key: string) => /^(ADDRESS|NETMASK|GATEWAY)\d+$/.test(key);
      const strange = lines.filter(
        ({ assignment }) => assignment !== undefined && (!isKnown(assignment.key) || assignment.value === undefined),
      );
      return [...shellIn(lines), ...strange.map(({ text }) => `"${text.trim()}" is not known there`)].map(
        (why) => `${path} cannot be moved to ${name}: ${why}. Change that there.`,
      );
    }),
    ...stacked.map(
      ({ path, device }) =>
        `${path} puts ${device} on ${port}, which gets no packets in a bridge. Put it on ${name}, or choose another port.`,
    ),
    ...(named.includes(port)
      ? [
          `${COMMON} names ${port} for the default route (GATEWAYDEV and its kin), which would be lost. Take that out: the gateway's network says it.`,
        ]
      : []),
    ...linesNaming(files.get(STATIC_ROUTES), port).map(
      (line) =>
        `${STATIC_ROUTES} names ${port} ("${line.trim()}"). Write that route into route-${port}, where it moves to ${name}.`,
    ),
    ...linesNaming(files.get(STATIC_ROUTES6), port).map(
      (line) =>
        `${STATIC_ROUTES6} names ${port} ("${line.trim()}"). Write that route into route6-${port}, where it moves to ${name}.`,
    ),
    ...HOOKS.filter((hook) => linesNaming(files.get(hook), port).length > 0).map(
      (hook) => `${hook} does something for ${port}, which ${name} would not get. Have it do that for ${name} too.`,
    ),
  ];
}
