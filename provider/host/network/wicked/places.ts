/** Which files of /etc/sysconfig/network wicked reads for a link (compat-suse.c of 0.6.80). Pure. */
import type { NetworkFiles } from "../network-files";
import { type Settings, settingsOf } from "../sysconfig/ifcfg-file";

export const FOLDER = "/etc/sysconfig/network/";
/** Routes of whichever link reaches their gateway, or of the one that they name. */
export const ROUTES = `${FOLDER}routes`;

/** The file that says how a link comes up: its name says which. */
export interface LinkFile {
  readonly path: string;
  readonly link: string;
  readonly settings: Settings;
}

/** `ni_suse_ifcfg_valid_suffix`. */
export function isIgnored(path: string): boolean {
  return /(~|\.old|\.bak|\.orig|\.scpmbackup|\.rpmnew|\.rpmsave|\.rpmorig)$/.test(path);
}

export function linkPath(link: string): string {
  return `${FOLDER}ifcfg-${link}`;
}

/** All of them but for the loopback's. */
export function linkFiles(files: NetworkFiles): LinkFile[] {
  return [...files].flatMap(([path, text]) => {
    if (!path.startsWith(linkPath("")) || isIgnored(path)) return [];
    const link = path.slice(linkPath("").length);
    return link === "lo" ? [] : [{ path, link, settings: settingsOf(text) }];
  });
}

/** Lines of routes and of rules: `ifroute-eth0`, `ifrule-eth0`. */
const MORE = ["ifroute-", "ifrule-"] as const;

/** A file beside a link's own that gives it more. */
export interface MoreFile {
  readonly path: string;
  readonly isRules: boolean;
}

export function moreFilesOf(files: NetworkFiles, link: string): MoreFile[] {
  return MORE.map((kind) => ({ path: `${FOLDER}${kind}${link}`, isRules: kind === "ifrule-" })).filter(({ path }) =>
    files.has(path),
  );
}

/** The same file of another link: `ifroute-br0` for `ifroute-eth0`. */
export function pathFor({ isRules }: MoreFile, link: string): string {
  return `${FOLDER}${MORE[isRules ? 1 : 0]}${link}`;
}
