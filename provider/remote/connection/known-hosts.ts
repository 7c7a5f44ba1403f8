/**
 * Reads OpenSSH's known_hosts (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), which ssh2 does not. Pure.
 * Its oracle is `ssh-keygen -F` (test/unit/remote/known-hosts.test.ts).
 */
import { createHmac } from "node:crypto";

export interface KnownHostLine {
  /** From 1, for messages. */
  readonly line: number;
  readonly marker: "" | "@revoked" | "@cert-authority";
  /** As written: `a.example,[b.example]:2222`, `*.lan,!bad.lan` or `|1|salt|hash`. */
  readonly hosts: string;
  readonly keyType: string;
  /** The key's bytes in base64. */
  readonly key: string;
}

/** Lines that are no entries (comments, broken ones) are left out, as ssh does. */
export function parseKnownHosts(text: string): KnownHostLine[] {
  return text.split(/\r?\n/).flatMap((raw, index) => {
    const words = raw.trim().split(/[ \t]+/);
    if (words[0] === "" || words[0]?.startsWith("#") === true) return [];
    const marker = words[0]?.startsWith("@") === true ? words.shift() : "";
    const [hosts, keyType, key] = words;
    if (marker !== "" && marker !== "@revoked" && marker !== "@cert-authority") return [];
    if (hosts === undefined || keyType === undefined || key === undefined || !/^[a-z]/.test(keyType)) return [];
    return [{ line: index + 1, marker, hosts, keyType, key }];
  });
}

/** How known_hosts names a host: bare on port 22, else `[host]:port`. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${String(port)}`;
}

export function matchesHost(line: KnownHostLine, host: string, port: number): boolean {
  const name = knownHostName(host, port);
  if (line.hosts.startsWith("|1|")) return matchesHash(line.hosts, name);
  let isMatch = false;
  for (const pattern of line.hosts.split(",")) {
    const isNegated = pattern.startsWith("!");
    if (!toRegExp(isNegated ? pattern.slice(1) : pattern).test(name)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

function matchesHash(hosts: string, name: string): boolean {
  const [, , salt, hash] = hosts.split("|");
  if (salt === undefined || hash === undefined) return false;
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

function toRegExp(pattern: string): RegExp {
  const body = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${body}$`);
}
