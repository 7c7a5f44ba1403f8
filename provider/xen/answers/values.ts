/** What values of an answer file may be, whatever its format: a rule each. Pure. */
import type { Rule } from "./rules";

/** What crypt(3) writes today, `$6$salt$…`; `!` and `*` lock the account. DES has no mark, and looks like a password. */
export const passwordHash: Rule = (value) =>
  /^(\$(1|5|6|7|y|gy|2[abxy]|md5|sha1)[$,]\S+|[!*]\S*)$/.test(value) && !value.endsWith("\\")
    ? undefined
    : "must be a password's hash. `openssl passwd -6` or `mkpasswd -m yescrypt` prints one; a password itself is rootPassword";

/** The same where the format takes nothing but hashes. They are of crypt's own alphabet, so that any format holds them. */
export const onlyHash: Rule = (value) =>
  /^(\$(1|5|6|7|y|gy|2[abxy]|md5|sha1)[$,][A-Za-z0-9./$,=_-]+|[!*])$/.test(value)
    ? undefined
    : "must be a password's hash, never the password. `openssl passwd -6` or `mkpasswd -m yescrypt` prints one";

export const hostLabel: Rule = (value) =>
  /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(value)
    ? undefined
    : "must be a host name without its domain: letters, digits and dashes, at most 63. The domain is a property of its own";

export const domainName: Rule = (value) =>
  value === "" || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(value)
    ? undefined
    : "must be a domain such as example.org";

/** As useradd of every family takes it. */
export const userName: Rule = (value) =>
  /^[a-z_][a-z0-9_-]{0,30}$/.test(value) && value !== "root"
    ? undefined
    : "must be a user's name: lower-case letters, digits, - and _, at most 31, and not root";

export const httpUrl =
  (example: string): Rule =>
  (value) =>
    /^http:\/\/[^/\s"'\\]+(\/\S*)?$/.test(value)
      ? undefined
      : `must be an http URL such as ${example}, since the installer has no certificates yet`;

/** One that an installer with certificates reads; `{mediaUrl}` is where InstallMedia's files are, `{treeUrl}` the content of its ISO. */
export const treeUrl =
  (example: string): Rule =>
  (value) =>
    /^(https?:\/\/[^/\s"'\\]+|\{mediaUrl\}|\{treeUrl\})(\/[^\s"'\\]*)?$/.test(value)
      ? undefined
      : `must be an http or https URL such as ${example}, or begin with {mediaUrl} or {treeUrl}`;

const publicKey: Rule = (value) => {
  if (/PRIVATE KEY/.test(value))
    return "must be a public key, and this is a private one. Give the line of the .pub file";
  return /(^|\s)(ssh|ecdsa|sk)-\S+ AAAA\S*/.test(value) && !/[\r\n]/.test(value.trim())
    ? undefined
    : 'must be the line of a public key, such as "ssh-ed25519 AAAA… you@laptop". Of a file, give what it holds';
};

/** The same for a format that keeps the line as it is. */
export const publicKeyLine: Rule = (value) => publicKey(value) ?? line(value.trim());

export const timeZone: Rule = (value) =>
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

export const localeName: Rule = (value) =>
  /^([a-z]{2,3}(_[A-Z]{2})?(\.[A-Za-z0-9-]+)?(@[a-z]+)?|C(\.UTF-8)?|POSIX)$/.test(value)
    ? undefined
    : 'must be a locale such as "de_DE.UTF-8"';

export const keymapName: Rule = (value) =>
  /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(value) ? undefined : 'must be the name of a keyboard layout such as "us"';

const OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);

export const address: Rule = (value) =>
  IPV4.test(value) || (value.includes(":") && /^[0-9a-fA-F:.]+$/.test(value))
    ? undefined
    : "must be an IPv4 or IPv6 address such as 198.51.100.21, without its prefix length";

export const address4: Rule = (value) =>
  IPV4.test(value) ? undefined : "must be an IPv4 address such as 198.51.100.21, without its prefix length";

export const netmask: Rule = (value) =>
  isNetmask(value) ? undefined : "must be a netmask such as 255.255.255.0, no prefix length";

export const netmask4: Rule = (value) =>
  value.includes(":") ? "must be an IPv4 netmask such as 255.255.255.0" : netmask(value);

function isNetmask(value: string): boolean {
  if (value.includes(":")) return /^[0-9a-fA-F:]+$/.test(value);
  return IPV4.test(value) && /^1+0*$/.test(bitsOf(value));
}

function bitsOf(mask: string): string {
  return mask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
}

/** 24 of `255.255.255.0`. */
export function prefixLength(mask: string): number {
  return bitsOf(mask).lastIndexOf("1") + 1;
}

export const macAddress: Rule = (value) =>
  /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value)
    ? undefined
    : 'must be a MAC address such as "00:16:3e:12:34:56", as vifs[].mac has it';

export const device: Rule = (value) =>
  /^\/dev\/[\w/-]+$/.test(value) ? undefined : "must be a device such as /dev/xvda";

/** A whole disk, as a Xen guest sees it: never a partition, for the installer makes those. */
export const diskDevice: Rule = (value) =>
  /^\/dev\/(xvd[a-z]+|sd[a-z]+|hd[a-z]+|vd[a-z]+)$/.test(value) ? undefined : "must be a whole disk such as /dev/xvda";

/** Names of packages as apt, dnf, zypper and apk have them, with versions, groups (`@`) and environments (`^`). */
export const packageName: Rule = (value) =>
  /^[@^]{0,2}[A-Za-z0-9][A-Za-z0-9+._:~=*/-]*$/.test(value)
    ? undefined
    : "must be the name of one package, such as curl";

/** A value that ends with its line. */
export const line: Rule = (value) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  /[\u0000-\u0008\u000a-\u001f\u007f\ufffe\uffff]/.test(value) || /\p{Surrogate}/u.test(value)
    ? "must be one line without control characters"
    : undefined;

/** A command for `sh -c`, which takes what begins like an option for one. */
export const commandLine: Rule = (value) =>
  /^\s*([-+]|$)/.test(value) ? "must be a command, which does not begin with - or +" : line(value);
