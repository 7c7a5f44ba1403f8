/** What may stand in the answers for Debian's installer. All faults at once, and never a password. Pure. */
import type { PreseedOptions } from "./preseed.options";

/** One property's rule: what is wrong with the value, as it follows `but`; `undefined` where nothing is. */
type Rule = (value: string) => string | undefined;

interface Given {
  readonly property: string;
  readonly value: unknown;
  readonly rule: Rule;
  readonly isSecret?: boolean;
}

/** A sentence for each fault: `timezone is "Europe/Munich", but …`. */
export function preseedFaults(options: PreseedOptions): string[] {
  return given(options).flatMap(({ property, value, rule, isSecret = false }) => {
    const fault =
      typeof value === "string" || value === undefined
        ? rule(value ?? "")
        : "must be a text. Of an Output, make the answers in its apply";
    if (fault === undefined) return [];
    if (value === undefined) return [`${property} is missing: it ${fault}.`];
    return [`${property} is ${isSecret ? "[secret]" : String(JSON.stringify(value))}, but ${fault}.`];
  });
}

function given(options: PreseedOptions): Given[] {
  const { hostname, domain, rootPassword, rootPasswordHash, authorizedKeys, network, timezone, mirror, proxy, disk } =
    options;
  const optional = (property: string, value: unknown, rule: Rule, isSecret = false): Given[] =>
    value === undefined ? [] : [{ property, value, rule, isSecret }];
  return [
    { property: "hostname", value: hostname, rule: hostLabel },
    { property: "mirror", value: mirror, rule: httpUrl("http://deb.debian.org/debian") },
    ...optional("domain", domain, domainName),
    ...optional("rootPassword", rootPassword, passwordLine, true),
    ...optional("rootPasswordHash", rootPasswordHash, passwordHash, true),
    ...listed("authorizedKeys", authorizedKeys).map((key) => ({ ...key, rule: publicKey })),
    ...optional("timezone", timezone, timeZone),
    ...optional("proxy", proxy, httpUrl("http://proxy.example:3128")),
    ...optional("disk", disk, (value) =>
      /^\/dev\/[\w/-]+$/.test(value) ? undefined : "must be a device such as /dev/xvda",
    ),
    ...(network === undefined ? [] : networkGiven(network)),
  ];
}

function networkGiven(network: NonNullable<PreseedOptions["network"]>): Given[] {
  if (typeof network !== "object") return [{ property: "network", value: network, rule: () => NETWORK_RULE }];
  return [
    { property: "network.address", value: network.address, rule: address },
    { property: "network.netmask", value: network.netmask, rule: netmask },
    { property: "network.gateway", value: network.gateway, rule: address },
    ...listed("network.dns", network.dns).map((server) => ({ ...server, rule: address })),
  ];
}

const NETWORK_RULE = "must be an object of address, netmask, gateway and dns";

function listed(property: string, list: unknown): Given[] {
  if (list === undefined) return [];
  if (!Array.isArray(list))
    return [{ property, value: list, rule: () => `must be a list. Say \`${property}: ["…"]\`` }];
  return list.map((value: unknown, index) => ({ property: `${property}[${index}]`, value, rule: () => undefined }));
}

/** Blanks at the ends of a line are lost, and a backslash at its end would join the next one. */
const passwordLine: Rule = (value) =>
  /[\r\n\0]/.test(value) || value.endsWith("\\") || value !== value.trim()
    ? "must be one line that does not end with a backslash and has no blanks at its ends"
    : undefined;

/** What crypt(3) writes today, `$6$salt$…`; `!` and `*` lock the account. DES has no mark, and looks like a password. */
const passwordHash: Rule = (value) =>
  /^(\$(1|5|6|7|y|gy|2[abxy]|md5|sha1)[$,]\S+|[!*]\S*)$/.test(value) && !value.endsWith("\\")
    ? undefined
    : "must be a password's hash. `openssl passwd -6` or `mkpasswd -m yescrypt` prints one; a password itself is rootPassword";

const hostLabel: Rule = (value) =>
  /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(value)
    ? undefined
    : "must be a host name without its domain: letters, digits and dashes, at most 63. The domain is a property of its own";

const domainName: Rule = (value) =>
  value === "" || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(value)
    ? undefined
    : "must be a domain such as example.org";

const httpUrl =
  (example: string): Rule =>
  (value) =>
    /^http:\/\/[^/\s"'\\]+(\/\S*)?$/.test(value)
      ? undefined
      : `must be an http URL such as ${example}, since the installer has no certificates yet`;

const publicKey: Rule = (value) => {
  if (/PRIVATE KEY/.test(value))
    return "must be a public key, and this is a private one. Give the line of the .pub file";
  return /(^|\s)(ssh|ecdsa|sk)-\S+ AAAA\S*/.test(value) && !/[\r\n]/.test(value.trim())
    ? undefined
    : 'must be the line of a public key, such as "ssh-ed25519 AAAA… you@laptop". Of a file, give what it holds';
};

const timeZone: Rule = (value) =>
  isTimeZone(value) ? undefined : 'must be a time zone such as "Europe/Berlin" or "Etc/UTC"';

function isTimeZone(value: string): boolean {
  // Node takes offsets and any case; the installer does neither.
  const canonical = Intl.supportedValuesOf("timeZone").find((zone) => zone.toLowerCase() === value.toLowerCase());
  if (canonical !== undefined) return canonical === value;
  try {
    return /^[A-Z]/.test(value) && new Intl.DateTimeFormat("en", { timeZone: value }).format(0) !== "";
  } catch {
    return false;
  }
}

const OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);

const address: Rule = (value) =>
  IPV4.test(value) || (value.includes(":") && /^[0-9a-fA-F:.]+$/.test(value))
    ? undefined
    : "must be an IPv4 or IPv6 address such as 198.51.100.21, without its prefix length";

const netmask: Rule = (value) =>
  isNetmask(value) ? undefined : "must be a netmask such as 255.255.255.0, no prefix length";

function isNetmask(value: string): boolean {
  if (value.includes(":")) return /^[0-9a-fA-F:]+$/.test(value);
  if (!IPV4.test(value)) return false;
  const bits = value
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1+0*$/.test(bits);
}
