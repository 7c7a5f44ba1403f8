/** What a program says of an unattended installation of Debian, and what of it may be. Pure. */
import { type AnswersNetwork, MOST_MIB } from "./options";
import { type ChecksOf, type Rule, fields, list, oneOf, optional, secret, text, wholeNumber } from "./rules";
import {
  address,
  commandLine,
  device,
  domainName,
  hostLabel,
  httpUrl,
  keymapName,
  localeName,
  netmask,
  packageName,
  passwordHash,
  publicKeyLine,
  timeZone,
} from "./values";

/** The answers for Debian's installer. A change of any of them: none, they are used only before the first boot. */
export interface PreseedOptions {
  /** The guest's own name, without its domain. */
  readonly hostname: string;
  /** The guest's DNS domain. Default: none, the installer takes what DHCP says. */
  readonly domain?: string;
  /** Root's password in plain text; it travels over the bridge unencrypted. Prefer `rootPasswordHash`. Default: none. */
  readonly rootPassword?: string;
  /** Root's password as `mkpasswd -m yescrypt` or `openssl passwd -6` print it. Default: without either, root cannot log in by password. */
  readonly rootPasswordHash?: string;
  /** Lines for root's authorized_keys, a public key each. Default: none. */
  readonly authorizedKeys?: readonly string[];
  /** The guest's fixed address. Default: DHCP. */
  readonly network?: AnswersNetwork;
  /** The time zone, as /usr/share/zoneinfo names it. Default: Etc/UTC. */
  readonly timezone?: string;
  /** The locale of the new system, such as `de_DE.UTF-8`. Default: en_US.UTF-8. */
  readonly locale?: string;
  /** The layout of the keyboard, such as `de`. Default: us. */
  readonly keymap?: string;
  /** The Debian mirror to install from, `http://HOST/debian`. Only http: the installer has no certificates yet. */
  readonly mirror: string;
  /** The proxy to the mirror, such as `http://proxy.example:3128`. Default: none. */
  readonly proxy?: string;
  /** The disk to install onto, as the guest sees it; all on it is lost. Default: /dev/xvda. */
  readonly disk?: string;
  /** `separateBoot`: 512 MiB ext4 for /boot, the rest for /. `single`: one ext4 for all. Default: `separateBoot`. */
  readonly layout?: "separateBoot" | "single";
  /** The size of a swap partition at the disk's end, in MiB. Default: no swap. */
  readonly swapMiB?: number;
  /** The package of the guest's kernel. Default: linux-image-amd64, which has all drivers a PV guest needs; linux-image-cloud-amd64 is smaller. */
  readonly kernelPackage?: string;
  /** Packages besides the base system and openssh-server. Default: none. */
  readonly packages?: readonly string[];
  /** Shell commands that run in the new system before the reboot. Default: none. */
  readonly lateCommands?: readonly string[];
  /** Further lines of preseed, as they are; later lines win. Default: none. */
  readonly extraLines?: readonly string[];
}

/** Blanks at the ends of a line are lost, and a backslash at its end would join the next one. */
const passwordLine: Rule = (value) =>
  /[\r\n\0]/.test(value) || value.endsWith("\\") || value !== value.trim()
    ? "must be one line that does not end with a backslash and has no blanks at its ends"
    : undefined;

const ONE_LINE = "must be one line that does not end with a backslash";

const oneLine: Rule = (value) => (/[\r\n\0]/.test(value) || value.endsWith("\\") ? ONE_LINE : undefined);

export const preseedChecks: ChecksOf<PreseedOptions> = {
  hostname: text(hostLabel),
  mirror: text(httpUrl("http://deb.debian.org/debian")),
  domain: optional(text(domainName)),
  rootPassword: optional(secret(passwordLine)),
  rootPasswordHash: optional(secret(passwordHash)),
  authorizedKeys: optional(list(publicKeyLine)),
  network: optional(
    fields<AnswersNetwork>({
      address: text(address),
      netmask: text(netmask),
      gateway: text(address),
      dns: list(address),
    }),
  ),
  timezone: optional(text(timeZone)),
  locale: optional(text(localeName)),
  keymap: optional(text(keymapName)),
  proxy: optional(text(httpUrl("http://proxy.example:3128"))),
  disk: optional(text(device)),
  layout: optional(oneOf("separateBoot", "single")),
  swapMiB: optional(wholeNumber(1, MOST_MIB, "MiB")),
  kernelPackage: optional(text(packageName)),
  packages: optional(list(packageName)),
  lateCommands: optional(list(commandLine)),
  extraLines: optional(list(oneLine)),
};
