/** What systemd-networkd's files say of a link: the sections that count for it, its addresses and routes. Pure. */
import { normalAddress, normalCidr, normalNetwork } from "../addresses";
import type { NetworkFiles } from "../network-files";
import type { WrittenRoute } from "../routes";
import { type Section, isYes, parseSections, valueOf, valuesOf } from "../sections-file";

export function baseName(path: string): string {
  return path.split("/").at(-1) ?? path;
}

/** Its own sections and those of its drop-ins, which are read after it by their names; of two of a name /etc's counts, then /run's. */
export function sectionsOf(files: NetworkFiles, path: string): Section[] {
  const folder = `/systemd/network/${baseName(path)}.d/`;
  const byName = new Map<string, string>();
  for (const candidate of [...files.keys()].filter((dropIn) => dropIn.includes(folder)).sort(byPrecedence))
    if (!byName.has(baseName(candidate))) byName.set(baseName(candidate), candidate);
  const dropIns = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, dropIn]) => dropIn);
  return [path, ...dropIns].flatMap((file) => parseSections(files.get(file) ?? ""));
}

/** systemd.network(5): /etc before /run, and both before what packages bring. */
function byPrecedence(a: string, b: string): number {
  const rank = (path: string): number => ["/etc/", "/run/", "/usr/local/"].findIndex((root) => path.startsWith(root));
  const [left, right] = [rank(a), rank(b)].map((found) => (found < 0 ? 9 : found)) as [number, number];
  return left - right;
}

/** Files whose [Match] names just this link. */
export function filesFor(files: NetworkFiles, link: string): string[] {
  return [...files.keys()].filter(
    (path) => path.endsWith(".network") && valueOf(parseSections(files.get(path) ?? ""), "Match", "Name") === link,
  );
}

/** Files that make a link of this name. */
export function makersOf(files: NetworkFiles, link: string): string[] {
  return [...files.keys()].filter(
    (path) => path.endsWith(".netdev") && valueOf(parseSections(files.get(path) ?? ""), "NetDev", "Name") === link,
  );
}

/** With prefix lengths in their normal form. */
export function fixedAddresses(sections: readonly Section[]): string[] {
  const written = [
    ...valuesOf(sections, "Network", "Address"),
    ...sections
      .filter(({ name }) => name === "Address")
      .flatMap(({ settings }) => settings.filter(({ key }) => key === "Address").map(({ value }) => value)),
  ];
  return written.map((address) =>
    normalCidr(address.includes("/") ? address : `${address}/${address.includes(":") ? 128 : 32}`),
  );
}

export function isLeased(sections: readonly Section[]): boolean {
  const dhcp = dhcpOf(sections);
  return isYes(dhcp) || /^(ipv4|v4|both)$/i.test(dhcp);
}

export function isAddressed(sections: readonly Section[]): boolean {
  return fixedAddresses(sections).length > 0 || isLeased(sections) || /^(ipv6|v6)$/i.test(dhcpOf(sections));
}

function dhcpOf(sections: readonly Section[]): string {
  return valueOf(sections, "Network", "DHCP") ?? "";
}

export function routesOf(sections: readonly Section[]): WrittenRoute[] {
  return [
    ...valuesOf(sections, "Network", "Gateway").map((gateway) => ({ to: "default", via: normalAddress(gateway) })),
    ...sections
      .filter(({ name }) => name === "Route")
      .map((section) => {
        const to = valueOf([section], "Route", "Destination");
        const via = valueOf([section], "Route", "Gateway");
        return {
          to: to === undefined ? "default" : normalNetwork(to),
          via: via === undefined ? undefined : normalAddress(via),
        };
      }),
  ];
}
