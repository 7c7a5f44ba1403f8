/** Routes and rules as iproute2 tells them: `ip -j route show table all`, `ip -j rule show`. Pure. */
import { normalCidr } from "./addresses";
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
}

/** A rule that holds for one link only. */
export interface LinkRule {
  readonly link: string;
  /** `from 10.0.0.0/8 lookup 100`, for people. */
  readonly text: string;
}

interface RawRoute {
  readonly dst?: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly table?: string;
  readonly protocol?: string;
  readonly nexthops?: readonly { readonly dev?: string }[];
}

interface RawRule {
  readonly iif?: string;
  readonly oif?: string;
  readonly src?: string;
  readonly srclen?: number;
  readonly table?: string;
}

/** @throws OutputParseError where a text is not iproute2's JSON. */
export function parseRoutes(...texts: readonly string[]): Route[] {
  return texts
    .flatMap((text) => printedList<RawRoute>(text, "ip -j route"))
    .map(({ dst = "", gateway, dev, table = "main", protocol = "", nexthops = [] }) => ({
      to: normalCidr(dst),
      via: gateway === undefined ? undefined : normalCidr(gateway),
      links: [dev, ...nexthops.map((hop) => hop.dev)].filter((link) => link !== undefined),
      table,
      protocol,
    }));
}

/** @throws OutputParseError where a text is not iproute2's JSON. */
export function parseLinkRules(...texts: readonly string[]): LinkRule[] {
  return texts
    .flatMap((text) => printedList<RawRule>(text, "ip -j rule"))
    .flatMap(({ iif, oif, src = "all", srclen, table = "" }) =>
      [iif, oif]
        .filter((link) => link !== undefined)
        .map((link) => ({
          link,
          text: `from ${src}${srclen === undefined ? "" : `/${srclen}`} ${link === iif ? "iif" : "oif"} ${link} lookup ${table}`,
        })),
    );
}
