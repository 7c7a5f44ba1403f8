/** What a program says of an unattended installation of Debian. Pure. */

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
  readonly network?: PreseedNetwork;
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

/** A guest's address in its network. */
export interface PreseedNetwork {
  /** Its IPv4 address, without a prefix length. */
  readonly address: string;
  /** The network's mask, such as `255.255.255.0`. */
  readonly netmask: string;
  /** The IPv4 address of the gateway. */
  readonly gateway: string;
  /** The IPv4 addresses of name servers. */
  readonly dns: readonly string[];
}
