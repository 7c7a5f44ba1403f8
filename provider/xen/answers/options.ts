/** What programs say of an unattended installation, whatever installs. Pure. */
import { type ChecksOf, fields, flag, list, optional, secret, text, wholeNumber } from "./rules";
import {
  address4,
  commandLine,
  diskDevice,
  domainName,
  hostLabel,
  netmask4,
  onlyHash,
  packageName,
  publicKeyLine,
  timeZone,
  userName,
} from "./values";

/** A guest's address in its network. */
export interface AnswersNetwork {
  /** Its IPv4 address, without a prefix length. */
  readonly address: string;
  /** The network's mask, such as `255.255.255.0`. */
  readonly netmask: string;
  /** The IPv4 address of the gateway. */
  readonly gateway: string;
  /** The IPv4 addresses of name servers. */
  readonly dns: readonly string[];
}

/** Who may log in to the new system besides root. */
export interface AnswersLogin {
  /** The login name: lower-case letters, digits, `-` and `_`. */
  readonly name: string;
  /** The password as `mkpasswd -m yescrypt` or `openssl passwd -6` print it; sudo asks for it. Default: none, the login is by key. */
  readonly passwordHash?: string;
  /** Lines for authorized_keys, a public key each. Default: none. */
  readonly authorizedKeys?: readonly string[];
}

/** A user of the new system. */
export interface AnswersUser extends AnswersLogin {
  /** Whether the user may become root: by `sudo`, on Alpine by `doas`. Default: false. */
  readonly isAdmin?: boolean;
}

/** What every unattended installation has. A change of any of them: none, they are used only before the first boot. */
export interface AnswersOptions {
  /** The guest's own name, without its domain. */
  readonly hostname: string;
  /** The guest's DNS domain. Default: none, the installer takes what DHCP says. */
  readonly domain?: string;
  /** Root's password as `mkpasswd -m yescrypt` or `openssl passwd -6` print it. Default: none, root cannot log in by password. */
  readonly rootPasswordHash?: string;
  /** The guest's fixed IPv4 address. Default: DHCP. */
  readonly network?: AnswersNetwork;
  /** The time zone, as /usr/share/zoneinfo names it. Default: Etc/UTC. */
  readonly timezone?: string;
  /** The disk to install onto, as the guest sees it; all on it is lost. Default: /dev/xvda. */
  readonly disk?: string;
  /** The size of a swap partition, in MiB. Default: no swap. */
  readonly swapMiB?: number;
  /** Packages besides the base system and the SSH server. Default: none. */
  readonly packages?: readonly string[];
  /** Shell commands, a line each, that run in the new system; the first that fails ends it. Default: none. */
  readonly lateCommands?: readonly string[];
}

/** 1 TiB: who gives more has given another unit. */
export const MOST_MIB = 1024 * 1024;

export const optionChecks: ChecksOf<AnswersOptions> = {
  hostname: text(hostLabel),
  domain: optional(text(domainName)),
  rootPasswordHash: optional(secret(onlyHash)),
  network: optional(
    fields<AnswersNetwork>({
      address: text(address4),
      netmask: text(netmask4),
      gateway: text(address4),
      dns: list(address4),
    }),
  ),
  timezone: optional(text(timeZone)),
  disk: optional(text(diskDevice)),
  swapMiB: optional(wholeNumber(1, MOST_MIB, "MiB")),
  packages: optional(list(packageName)),
  lateCommands: optional(list(commandLine)),
};

/** Root's keys, where the installer has a root to give them to. */
export const keysCheck = optional(list(publicKeyLine));

const loginChecks: ChecksOf<AnswersLogin> = {
  name: text(userName),
  passwordHash: optional(secret(onlyHash)),
  authorizedKeys: keysCheck,
};

export const loginCheck = fields<AnswersLogin>(loginChecks);

export const userCheck = fields<AnswersUser>({ ...loginChecks, isAdmin: optional(flag) });

/** `guest1.example.org`. */
export function fullName({ hostname, domain = "" }: Pick<AnswersOptions, "hostname" | "domain">): string {
  return domain === "" ? hostname : `${hostname}.${domain}`;
}

export const DISK = "/dev/xvda";
export const TIMEZONE = "Etc/UTC";
export const LOCALE = "en_US.UTF-8";

/**
 * /boot is a partition of its own, ext2, in the formats below: whatever features the installer's mke2fs turns on for ext4 by
 * default (64bit, metadata_csum_seed, orphan_file), pygrub reads it, also that of an older host.
 */
export const BOOT_MIB = 1024;
