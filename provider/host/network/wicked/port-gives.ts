/** What the files give a link: addresses, routes and rules, as wicked reads them. Pure. */
import { isInNetwork, normalCidr } from "../addresses";
import type { PortGives } from "../by-hand";
import type { NetworkFiles } from "../network-files";
import { type Rule, isWritten } from "../routes";
import { type Settings, lengthOf, linesOf, settingsOf } from "../sysconfig/ifcfg-file";
import { ROUTES, linkPath, moreFilesOf } from "./places";
import { bootWords } from "./port-settings";
import { routesOf } from "./routes-file";

/** Does it come up at a boot at all? Without a STARTMODE it waits for somebody. */
export function isStarted(settings: Settings): boolean {
  return /^(auto|boot|onboot|on|nfsroot|hotplug|ifplugd)$/.test(settings.get("STARTMODE") ?? "");
}

function isLeased(settings: Settings): boolean {
  return isStarted(settings) && bootWords(settings).some((word) => /^dhcp[46]?$/.test(word));
}

/** With prefix lengths in their normal form. */
export function ownAddresses(settings: Settings): string[] {
  // Whatever gives more, what is written down is given too.
  if (!isStarted(settings) || bootWords(settings).join("+") === "none") return [];
  return [...settings].flatMap(([key, value]) => {
    const suffix = /^IPADDR(?![A-Z])(\w*)$/.exec(key)?.[1];
    if (suffix === undefined || /^(|0\.0\.0\.0|::)$/.test(value.split("/", 1)[0] ?? "")) return [];
    if (value.includes("/")) return [normalCidr(value)];
    const said = (name: string): string | undefined => {
      const text = settings.get(`${name}${suffix}`);
      return text === "" ? undefined : text;
    };
    const netmask = said("NETMASK");
    const length = said("PREFIXLEN") ?? (netmask === undefined || isIPv6(value) ? undefined : lengthOf(netmask));
    return [normalCidr(`${value}/${String(length ?? (isIPv6(value) ? 128 : 32))}`)];
  });
}

export function configuredAddresses(files: NetworkFiles, link: string): { fixed: string[]; isLeased: boolean } {
  const settings = settingsOf(files.get(linkPath(link)));
  return { fixed: ownAddresses(settings), isLeased: isLeased(settings) };
}

export function isAddressed(files: NetworkFiles, link: string): boolean {
  const settings = settingsOf(files.get(linkPath(link)));
  const { fixed, isLeased: leased } = configuredAddresses(files, link);
  return leased || fixed.length > 0 || (isStarted(settings) && bootWords(settings).includes("auto6"));
}

function rulesIn(files: NetworkFiles, link: string): string[] {
  return moreFilesOf(files, link)
    .filter(({ isRules }) => isRules)
    .flatMap(({ path }) => linesOf(files.get(path) ?? "").filter((line) => !/^\s*(#.*)?$/.test(line)));
}

/** `files` are without the bridge. */
export function givesOf(files: NetworkFiles, port: string): PortGives {
  const addresses = configuredAddresses(files, port);
  const own = moreFilesOf(files, port)
    .filter(({ isRules }) => !isRules)
    .flatMap(({ path }) => routesOf(files.get(path)));
  const common = routesOf(files.get(ROUTES)).filter(({ link }) => link === undefined || link === port);
  const written = [...own, ...common, ...(addresses.isLeased ? [{ to: "default", via: undefined }] : [])];
  return {
    file: linkPath(port),
    ...addresses,
    names: () => false,
    hasRoute: (route) => isWritten(route, written),
    hasRule: (rule) => hasRule(rule, rulesIn(files, port)),
    routeForm: `a line of ifroute-${port}`,
    ruleForm: `a line of ifrule-${port}`,
  };
}

function hasRule({ direction, link, table }: Rule, lines: readonly string[]): boolean {
  return lines.some((line) => {
    const words = line.trim().split(/\s+/);
    const isOfTable = /^(table|lookup)$/.test(words[words.indexOf(table) - 1] ?? "");
    const at = words.findIndex((word) => word === direction || (direction === "iif" && word === "dev"));
    return isOfTable && at >= 0 && words[at + 1] === link;
  });
}

/** Is the gateway in the network of one of these, so that wicked gives the route to their link? */
export function reaches(addresses: readonly string[], gateway: string | undefined): boolean {
  return gateway !== undefined && addresses.some((address) => isInNetwork(gateway, address));
}

function isIPv6(address: string): boolean {
  return address.includes(":");
}
