/** Lines of `routes` and `ifroute-eth0`: destination, gateway, mask, link, options (routes(5) of wicked). Pure. */
import { normalAddress, normalNetwork } from "../addresses";
import type { WrittenRoute } from "../routes";
import { lengthOf, linesOf } from "../sysconfig/ifcfg-file";
import { renamedWords } from "../sysconfig/words";

interface RouteLine extends WrittenRoute {
  /** The one that it names; `undefined`: it goes to whichever link reaches its gateway. */
  readonly link: string | undefined;
  /** Of another table than `main`. */
  readonly isElsewhere: boolean;
}

/** `undefined`: it says nothing. */
export function routeOf(line: string): RouteLine | undefined {
  const [to, via, mask, link, ...options] = (line.split("#", 1)[0] ?? "").split(/[ \t]+/).filter((word) => word !== "");
  if (to === undefined) return undefined;
  const said = (word: string | undefined): string | undefined => (word === "-" ? undefined : word);
  const prefix = said(mask);
  const length = prefix?.includes(".") === true ? lengthOf(prefix) : prefix;
  const at = options.indexOf("table");
  const gateway = said(via);
  return {
    to: normalNetwork(to.includes("/") || length === undefined ? to : `${to}/${String(length)}`),
    via: gateway === undefined ? undefined : normalAddress(gateway),
    link: said(link),
    isElsewhere: at >= 0 && options[at + 1] !== "main" && options[at + 1] !== "254",
  };
}

export function routesOf(text: string | undefined): RouteLine[] {
  return linesOf(text ?? "").flatMap((line) => routeOf(line) ?? []);
}

/** With another link's name where it names the one. */
export function renamedRoute(line: string, from: string, to: string): string {
  if (routeOf(line)?.link !== from) return renamedWords(line, from, to);
  const [, head = "", rest = ""] = /^([ \t]*(?:[^ \t]+[ \t]+){3})(.*)$/.exec(line) ?? [];
  return `${head}${to}${renamedWords(rest.slice(from.length), from, to)}`;
}

/** A default route of the main table, as the gateway of declared addresses is one. */
export function isDefault(line: string): boolean {
  const route = routeOf(line);
  return route?.to === "default" && !route.isElsewhere;
}
