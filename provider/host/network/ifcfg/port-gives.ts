/** What the ifcfg files give a link: addresses, routes and rules, as initscripts 9.03 reads them. Pure. */
import { normalAddress, normalCidr, normalNetwork } from "../addresses";
import type { PortGives } from "../by-hand";
import type { NetworkFiles } from "../network-files";
import { type Rule, type WrittenRoute, isWritten } from "../routes";
import { type Settings, isNo, lengthOf, linesOf, settingsOf } from "../sysconfig/ifcfg-file";
import { COMMON, STATIC_ROUTES, linkFilesOf, linkPath, moreFilesOf } from "./places";

/** Does it come up at a boot at all? */
export function isStarted(settings: Settings): boolean {
  return !/^no$/i.test(settings.get("ONBOOT") ?? "");
}

function isLeased(settings: Settings): boolean {
  return (
    isStarted(settings) && (/^(dhcp|bootp)$/.test(settings.get("BOOTPROTO") ?? "") || settings.get("BOOTP") === "yes")
  );
}

/** Of the link's own file; with prefix lengths in their normal form. */
export function ownAddresses(settings: Settings): string[] {
  if (!isStarted(settings)) return [];
  const found: string[] = [];
  // As expand_config: without a number, then 0, 1 and 2 with gaps, then without.
  for (let index = -1; index < 256 && !isLeased(settings); index += 1) {
    const number = index < 0 ? "" : String(index);
    const address = settings.get(`IPADDR${number}`) ?? "";
    if (address !== "")
      found.push(withLength(address, settings.get(`PREFIX${number}`), settings.get(`NETMASK${number}`)));
    else if (index > 2) break;
  }
  if (settings.get("IPV6INIT") === "yes") {
    const more = `${settings.get("IPV6ADDR") ?? ""} ${settings.get("IPV6ADDR_SECONDARIES") ?? ""}`.split(/\s+/);
    found.push(...more.filter((word) => word !== "").map((word) => (word.includes("/") ? word : `${word}/64`)));
  }
  return found.map(normalCidr);
}

function withLength(address: string, prefix: string | undefined, netmask: string | undefined): string {
  if (prefix !== undefined && prefix !== "") return `${address}/${prefix}`;
  return `${address}/${(netmask === undefined || netmask === "" ? undefined : lengthOf(netmask)) ?? classOf(address)}`;
}

/** ipcalc's, where nothing is said. */
function classOf(address: string): number {
  const first = Number(address.split(".", 1)[0]);
  return first < 128 ? 8 : first < 192 ? 16 : 24;
}

/** Of an alias file or a range of them; what it does not say it has from the link's own. */
export function aliasAddresses(text: string, parent: Settings): string[] {
  const own = settingsOf(text);
  if (/^no$/i.test(own.get("ONPARENT") ?? "")) return [];
  const said = (key: string): string | undefined => own.get(key) ?? parent.get(key);
  const cidr = (address: string): string => normalCidr(withLength(address, said("PREFIX"), said("NETMASK")));
  const [start, end] = [own.get("IPADDR_START") ?? "", own.get("IPADDR_END") ?? ""];
  if (start === "" || end === "") return (own.get("IPADDR") ?? "") === "" ? [] : [cidr(own.get("IPADDR") ?? "")];
  const head = start.slice(0, start.lastIndexOf(".") + 1);
  const [first, last] = [Number(start.slice(head.length)), Number(end.slice(head.length))];
  if (!end.startsWith(head) || !(first <= last)) return [];
  return Array.from({ length: last - first + 1 }, (_, at) => cidr(`${head}${first + at}`));
}

/** Of the link's own file, its aliases and ranges. */
export function configuredAddresses(files: NetworkFiles, link: string): { fixed: string[]; isLeased: boolean } {
  const own = linkFilesOf(files, link);
  const settings = own.at(0)?.settings;
  const aliases = moreFilesOf(files, link).filter(({ kind }) => kind === "alias");
  const more =
    settings === undefined || !isStarted(settings)
      ? []
      : aliases.flatMap(({ path }) => aliasAddresses(files.get(path) ?? "", settings));
  return {
    fixed: [...own.flatMap((file) => ownAddresses(file.settings)), ...more],
    isLeased: own.some((file) => isLeased(file.settings)),
  };
}

export function isAddressed(files: NetworkFiles, link: string): boolean {
  const { fixed, isLeased: leased } = configuredAddresses(files, link);
  const listens = ({ settings }: { settings: Settings }): boolean =>
    isStarted(settings) && settings.get("IPV6INIT") === "yes" && !isNo(settings.get("IPV6_AUTOCONF"));
  return leased || fixed.length > 0 || linkFilesOf(files, link).some(listens);
}

/** Of the link's files for routes, without rules. */
export function routesIn(files: NetworkFiles, link: string): WrittenRoute[] {
  return moreFilesOf(files, link)
    .filter(({ kind, isRules }) => kind !== "alias" && !isRules)
    .flatMap(({ path, kind }) => {
      const text = files.get(path) ?? "";
      return kind === "words" ? linesOf(text).flatMap(routeOf) : numberedRoutes(settingsOf(text));
    });
}

const ROUTE_TYPE = /^(unicast|local|broadcast|multicast|throw|unreachable|prohibit|blackhole|nat|to)$/;

function routeOf(line: string): WrittenRoute[] {
  const words = line.trim().split(/\s+/);
  if (words[0] === "" || words[0]?.startsWith("#") === true) return [];
  const to = words.find((word) => !ROUTE_TYPE.test(word)) ?? "";
  const at = words.indexOf("via");
  return [{ to: normalNetwork(to), via: at < 0 ? undefined : normalAddress(words[at + 1] ?? "") }];
}

function numberedRoutes(settings: Settings): WrittenRoute[] {
  const routes: WrittenRoute[] = [];
  for (let at = 0; (settings.get(`ADDRESS${at}`) ?? "") !== ""; at += 1) {
    const via = settings.get(`GATEWAY${at}`) ?? "";
    const to = withLength(settings.get(`ADDRESS${at}`) ?? "", undefined, settings.get(`NETMASK${at}`));
    routes.push({ to: normalNetwork(to), via: via === "" ? undefined : normalAddress(via) });
  }
  return routes;
}

/** `any net 10.2.0.0 netmask 255.255.0.0 gw 198.51.100.9`, which `route` sets when the service starts. */
export function staticRoutes(text: string | undefined): WrittenRoute[] {
  return linesOf(text ?? "").flatMap((line) => {
    const words = line.split(/\s+/);
    if (words[0] !== "any") return [];
    const after = (word: string): string | undefined => words[words.indexOf(word) + 1 || words.length];
    const [kind, to = ""] = words.slice(1);
    const mask = after("netmask");
    const length = kind === "host" ? 32 : mask === undefined ? undefined : lengthOf(mask);
    const via = after("gw");
    return [
      {
        to: normalNetwork(to.includes("/") || length === undefined ? to : `${to}/${length}`),
        via: via === undefined ? undefined : normalAddress(via),
      },
    ];
  });
}

export function rulesIn(files: NetworkFiles, link: string): string[] {
  return moreFilesOf(files, link)
    .filter(({ isRules }) => isRules)
    .flatMap(({ path }) => linesOf(files.get(path) ?? "").filter((line) => !/^\s*(#.*)?$/.test(line)));
}

/** `files` are without the bridge. */
export function givesOf(files: NetworkFiles, port: string): PortGives {
  const own = linkFilesOf(files, port);
  const common = settingsOf(files.get(COMMON));
  const addresses = configuredAddresses(files, port);
  const gateways = [...own.map(({ settings }) => settings), common].flatMap((settings) =>
    [settings.get("GATEWAY"), settings.get("IPV6_DEFAULTGW")?.split("%", 1)[0]].filter(
      (gateway): gateway is string => gateway !== undefined && gateway !== "",
    ),
  );
  const aliasGateways = moreFilesOf(files, port)
    .filter(({ kind }) => kind === "alias")
    .flatMap(({ path }) => settingsOf(files.get(path)).get("GATEWAY") ?? []);
  const written: WrittenRoute[] = [
    ...[...gateways, ...aliasGateways].map((gateway) => ({ to: "default", via: normalAddress(gateway) })),
    ...(addresses.isLeased ? [{ to: "default", via: undefined }] : []),
    // Every link that comes up gets it, unless NOZEROCONF is set.
    { to: "169.254.0.0/16", via: undefined },
    ...routesIn(files, port),
    ...staticRoutes(files.get(STATIC_ROUTES)),
  ];
  return {
    file: own.at(0)?.path ?? linkPath(port),
    ...addresses,
    names: () => false,
    hasRoute: (route) => isWritten(route, written),
    hasRule: (rule) => hasRule(rule, rulesIn(files, port)),
    routeForm: `a line of route-${port}`,
    ruleForm: `a line of rule-${port}`,
  };
}

function hasRule({ direction, link, table }: Rule, lines: readonly string[]): boolean {
  return lines.some((line) => {
    const words = line.trim().split(/\s+/);
    const isOfTable = /^(table|lookup)$/.test(words[words.indexOf(table) - 1] ?? "");
    return isOfTable && words[words.indexOf(direction ?? "") + 1] === link;
  });
}
