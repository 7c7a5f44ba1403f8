/** What in the files of /etc/sysconfig/network stands in the way of a bridge. Whole sentences with their remedy. Pure. */
import { type DesiredBridge, isMadeBy, vlanName } from "../desired-bridge";
import type { NetworkConfiguration, NetworkFiles } from "../network-files";
import { type PortSays, inheritFaults, portFaults } from "../port-faults";
import { type IfcfgLine, linesOf, parseIfcfg, settingsOf } from "../sysconfig/ifcfg-file";
import { linesNaming } from "../sysconfig/words";
import { FOLDER, ROUTES, isIgnored, linkFiles, linkPath, moreFilesOf } from "./places";
import { configuredAddresses, isAddressed, isStarted, reaches } from "./port-gives";
import { fateOf, refusedTogether } from "./port-settings";
import { routeOf } from "./routes-file";
import { giveBack, sourceOf } from "./take-over";

export function wickedFaults(now: NetworkConfiguration, desired: DesiredBridge): string[] {
  const { name, ports, dns = [], vlans = [] } = desired;
  const files = giveBack(now.files, name);
  const addressed = ports.filter((port) => isAddressed(files, port));
  return [
    ...takenFaults(files, name),
    ...(dns.length > 0
      ? [
          `wicked has no name servers of a link. Write them into NETCONFIG_DNS_STATIC_SERVERS in ${FOLDER}config, run "netconfig update -f", and remove dns.`,
        ]
      : []),
    ...gatewayFaults(desired),
    ...vlans
      .filter((vlan) => files.has(linkPath(vlanName(vlan))))
      .map((vlan) => isMadeBy(linkPath(vlanName(vlan)), vlanName(vlan))),
    ...ports.flatMap((port) => [
      ...portFaults(files, files.has(linkPath(port)) ? linkPath(port) : undefined, port, desired, () =>
        said(files, port),
      ),
      ...elsewhereFaults(files, port, desired),
    ]),
    ...inheritFaults(addressed, desired, `No ifcfg file gives ${ports.join(", ")} addresses at a boot`),
  ];
}

/** Files that make a link of the bridge's name without us. */
function takenFaults(files: NetworkFiles, name: string): string[] {
  const own = files.has(linkPath(name)) ? [linkPath(name)] : [];
  return [...own, ...moreFilesOf(files, name).map(({ path }) => path)].map(
    (path) => `${path} configures ${name} already. Choose another name, or remove it.`,
  );
}

function gatewayFaults({ addresses }: DesiredBridge): string[] {
  if (typeof addresses !== "object" || addresses.gateway === undefined) return [];
  const { cidr, gateway } = addresses;
  return /^fe80:/i.test(gateway) || reaches(cidr, gateway)
    ? []
    : [
        `The gateway ${gateway} is in the network of no address, so the default route could not be set. Give an address with a prefix length that holds it.`,
      ];
}

function said(files: NetworkFiles, port: string): PortSays {
  const lines = parseIfcfg(files.get(linkPath(port)) ?? "");
  const refused = lines.flatMap(({ assignment }) => {
    const fate = assignment === undefined ? "stays" : fateOf(assignment.key, assignment.value);
    return typeof fate === "object" ? [fate.refused] : [];
  });
  return {
    faults: [],
    refused: [...shellIn(lines), ...new Set(refused), ...refusedTogether(settingsOf(files.get(linkPath(port))))],
    fixed: configuredAddresses(files, port).fixed,
    goesOver: moreFilesOf(files, port).length > 0,
  };
}

/** wicked runs no shell: it passes over what is none of its assignments, and takes what a shell would fill in as it stands. */
function shellIn(lines: readonly IfcfgLine[]): string[] {
  return lines
    .filter(
      ({ isShell, assignment }) =>
        isShell ||
        (assignment !== undefined &&
          (assignment.value === undefined || /export/.test(assignment.before) || assignment.behind.includes("#"))),
    )
    .map(({ text }) => `"${text.trim()}" is shell, not a setting that wicked reads`);
}

/** What of other files is about the port. */
function elsewhereFaults(files: NetworkFiles, port: string, desired: DesiredBridge): string[] {
  const { name } = desired;
  const others = linkFiles(files).filter(({ link }) => link !== port);
  const stacked = others.filter(
    ({ settings }) =>
      isStarted(settings) &&
      [...settings].some(
        ([key, value]) =>
          /^(ETHERDEVICE|MACVLAN_DEVICE|MACVTAP_DEVICE|IPVLAN_DEVICE|VXLAN_DEVICE|TUNNEL_DEVICE)$/.test(key) &&
          value === port,
      ),
  );
  // Whether it is started or not: wicked puts a port into the first that names it (seen with 0.6.80).
  const taking = others.filter(({ settings }) =>
    [...settings].some(
      ([key, value]) =>
        /^(BRIDGE_PORTS$|BONDING_SLAVE|TEAM_PORT_DEVICE|OVS_BRIDGE_PORT_DEVICE)/.test(key) &&
        value.split(/\s+/).includes(port),
    ),
  );
  return [
    ...moreFilesOf(files, port)
      .filter(() => port !== sourceOf(files, desired))
      .map(
        ({ path }) =>
          `${path} is about ${port}, which has no addresses of its own for ${name}. Remove it, or give the port its address there.`,
      ),
    ...[...moreFilesOf(files, port).map(({ path }) => path), ROUTES].flatMap((path) =>
      unmovable(files, path, port, name),
    ),
    ...stacked.map(
      ({ path, link }) =>
        `${path} puts ${link} on ${port}, which gets no packets in a bridge. Put it on ${name}, or choose another port.`,
    ),
    ...taking.map(
      ({ path, link }) => `${path} makes ${port} a part of ${link} already. Take it out there, or choose another port.`,
    ),
    ...[...files.keys()]
      .filter((path) => isAbout(path, files.get(path) ?? "", port))
      .map(
        (path) => `${path} does something for ${port}, which ${name} would not get. Have it do that for ${name} too.`,
      ),
  ];
}

/** Settings of the kernel, in which a link stands between dots or strokes, and programs that run for every link. */
function isAbout(path: string, text: string, port: string): boolean {
  if (isIgnored(path)) return false;
  if (/\/if-(up|down)\.d\/[^/]+$/.test(path)) return linesNaming(text, port).length > 0;
  if (path === `${FOLDER}ifsysctl-${port}`) return true;
  return path === `${FOLDER}ifsysctl` && linesOf(text).some((line) => sysctlLink(line) === port);
}

/** `eth0` of `net.ipv4.conf.eth0.rp_filter=2` and of `/net/ipv4/conf/eth0/rp_filter=2`. */
function sysctlLink(line: string): string | undefined {
  return /^\s*\/?net[./]ipv[46][./](?:conf|neigh)[./](.+)[./]\w+\s*=/.exec(line)?.[1];
}

/** Lines that name the port where we do not rename it. */
function unmovable(files: NetworkFiles, path: string, port: string, name: string): string[] {
  const isRules = path.includes("/ifrule-");
  return linesOf(files.get(path) ?? "")
    .filter((line) => {
      const words = line.split("#", 1)[0] ?? "";
      if (words.trimEnd().endsWith("\\")) return true;
      if (linesNaming(words, port).length === 0) return false;
      const known = words
        .split(/\s+/)
        .filter((word, at, all) => word === port && /^(dev|iif|oif)$/.test(all[at - 1] ?? ""));
      const column = !isRules && routeOf(words)?.link === port ? 1 : 0;
      return known.length + column !== words.split(/\s+/).filter((word) => word.includes(port)).length;
    })
    .map(
      (line) =>
        `"${line.trim()}" of ${path} cannot be moved to ${name}. Write it there in one line that names ${port} as its link or behind dev.`,
    );
}
