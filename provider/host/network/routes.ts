/** Routes and rules as iproute2 tells them: `ip -j route show table all`, `ip -j rule show`. Pure. */
import { normalCidr, normalNetwork } from "./addresses";
import { printedList } from "./links";

export interface Route {
  /** `203.0.113.0/24` or `default`. */
  readonly to: string;
  readonly via: string | undefined;
  /** More than one where it has several ways. */
  readonly links: readonly string[];
  readonly table: string;
  /** Who has set it: `kernel`, `boot`, `static`, `dhcp`, `ra`, … */
  readonly protocol: string;
  /** The host's address that packets over it are sent from, where it names one. */
  readonly source?: string;
  /** Its gateway is reached whatever the addresses are. */
  readonly isOnLink?: true;
}

export interface Rule {
  /** The link that it holds for, where it names one. */
  readonly link: string | undefined;
  /** Whether for what comes in or goes out over it. */
  readonly direction: "iif" | "oif" | undefined;
  readonly table: string;
  /** `from 10.0.0.0/8 lookup 100`, for people. */
  readonly text: string;
}

/** As a network system's files write it. */
export interface WrittenRoute {
  readonly to: string;
  readonly via: string | undefined;
}

/** Does a file give it? What the kernel, a router or a lease brings they mark themselves. */
export function isWritten({ to, via, protocol }: Route, written: readonly WrittenRoute[]): boolean {
  if (/^(kernel|ra|dhcp)$/.test(protocol)) return true;
  return written.some(
    (route) => normalNetwork(route.to) === normalNetwork(to) && (route.via === undefined || route.via === via),
  );
}

interface RawRoute {
  readonly dst?: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly table?: string;
  readonly protocol?: string;
  readonly prefsrc?: string;
  readonly flags?: readonly string[];
  readonly nexthops?: readonly { readonly dev?: string }[];
}

interface RawRule {
  readonly iif?: string;
  readonly oif?: string;
  readonly src?: string;
  readonly srclen?: number;
  readonly dst?: string;
  readonly dstlen?: number;
  readonly fwmark?: string;
  readonly table?: string;
}

/** @throws OutputParseError where a text is not iproute2's JSON. */
export function parseRoutes(...texts: readonly string[]): Route[] {
  return texts
    .flatMap((text) => printedList<RawRoute>(text, "ip -j route"))
    .map(({ dst = "", gateway, dev, table = "main", protocol = "", prefsrc, flags = [], nexthops = [] }) => ({
      to: normalCidr(dst),
      via: gateway === undefined ? undefined : normalCidr(gateway),
      links: [dev, ...nexthops.map((hop) => hop.dev)].filter((link) => link !== undefined),
      table,
      protocol,
      ...(prefsrc === undefined ? {} : { source: normalCidr(prefsrc) }),
      ...(flags.includes("onlink") ? { isOnLink: true as const } : {}),
    }));
}

/** @throws OutputParseError where a text is not iproute2's JSON. */
export function parseRules(...texts: readonly string[]): Rule[] {
  return texts
    .flatMap((text) => printedList<RawRule>(text, "ip -j rule"))
    .map(({ iif, oif, src = "all", srclen, dst, dstlen, fwmark, table = "" }) => {
      const prefix = (address: string, length: number | undefined): string =>
        length === undefined ? address : `${address}/${length}`;
      const words = [
        `from ${prefix(src, srclen)}`,
        ...(dst === undefined ? [] : [`to ${prefix(dst, dstlen)}`]),
        ...(fwmark === undefined ? [] : [`fwmark ${fwmark}`]),
        ...(iif === undefined ? [] : [`iif ${iif}`]),
        ...(oif === undefined ? [] : [`oif ${oif}`]),
        `lookup ${table}`,
      ];
      const direction = iif === undefined ? (oif === undefined ? undefined : "oif") : "iif";
      return { link: iif ?? oif, direction, table, text: words.join(" ") };
    });
}
