/** Which of the files of /etc/sysconfig the network scripts read for a link, as initscripts 9.03 finds them. Pure. */
import type { NetworkFiles } from "../network-files";
import { type Settings, settingsOf } from "../sysconfig/ifcfg-file";

export const FOLDER = "/etc/sysconfig/network-scripts/";
/** Settings of all links: read before each link's own. */
export const COMMON = "/etc/sysconfig/network";
export const STATIC_ROUTES = "/etc/sysconfig/static-routes";
export const STATIC_ROUTES6 = "/etc/sysconfig/static-routes-ipv6";

/** The file that says how a link comes up. */
export interface LinkFile {
  readonly path: string;
  readonly device: string;
  readonly settings: Settings;
}

/** `is_ignored_file` of the scripts' functions. */
function isIgnored(path: string): boolean {
  return /(~|\.bak|\.orig|\.rpmnew|\.rpmorig|\.rpmsave)$/.test(path);
}

export function linkPath(link: string): string {
  return `${FOLDER}ifcfg-${link}`;
}

/** All of them but for the loopback's; neither aliases nor ranges. */
export function linkFiles(files: NetworkFiles): LinkFile[] {
  return [...files].flatMap(([path, text]) => {
    if (!path.startsWith(linkPath("")) || isIgnored(path)) return [];
    const name = path.slice(linkPath("").length);
    if (name === "lo" || name.includes(":") || name.includes("-range")) return [];
    const settings = settingsOf(text);
    const device = settings.get("DEVICE") ?? "";
    return [{ path, settings, device: device === "" ? name : device }];
  });
}

export function linkFilesOf(files: NetworkFiles, link: string): LinkFile[] {
  return linkFiles(files).filter(({ device }) => device === link);
}

/** `alias`: `ifcfg-eth0:1`, `ifcfg-eth0-range0`. `words`: lines of `ip route add` or `ip rule add`. `numbered`: `ADDRESS0=`. */
type MoreKind = "alias" | "words" | "numbered";

/** A file beside a link's own that gives it more. */
export interface MoreFile {
  readonly path: string;
  readonly kind: MoreKind;
  readonly isRules: boolean;
}

const MORE = /^(?:(?<alias>ifcfg-)|(?<route>route6?-)|(?<rule>rule6?-))?(?<rest>.+?)(?<old>\.route)?$/;

export function moreFilesOf(files: NetworkFiles, link: string): MoreFile[] {
  return [...files].flatMap(([path, text]): MoreFile[] => {
    if (!path.startsWith(FOLDER) || isIgnored(path)) return [];
    const { alias, route, rule, rest = "", old } = MORE.exec(path.slice(FOLDER.length))?.groups ?? {};
    const isNamed = rest === link || rest.startsWith(`${link}:`);
    if (alias !== undefined && old === undefined) {
      const isMore = rest.startsWith(`${link}:`) || rest.startsWith(`${link}-range`);
      return isMore ? [{ path, kind: "alias", isRules: false }] : [];
    }
    if (!isNamed || (route === undefined && rule === undefined && old === undefined)) return [];
    const isNumbered = old !== undefined || (rule === undefined && /^[ \t]*ADDRESS\d+=/m.test(text));
    return [{ path, kind: isNumbered ? "numbered" : "words", isRules: rule !== undefined }];
  });
}

/** The same file of another link: `route-br0` for `route-eth0`, `ifcfg-br0:1` for `ifcfg-eth0:1`. */
export function pathFor(path: string, from: string, to: string): string {
  const name = path.slice(FOLDER.length);
  const head = /^(ifcfg-|route6?-|rule6?-)?/.exec(name)?.[0] ?? "";
  return `${FOLDER}${head}${to}${name.slice(head.length + from.length)}`;
}
