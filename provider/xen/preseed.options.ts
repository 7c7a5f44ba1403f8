/** What a program says of an unattended installation of Debian. Pure. */

export interface PreseedOptions {
  readonly hostname: string;
  /** Default: none, the installer takes what DHCP says. */
  readonly domain?: string;
  /** In plain text; it travels over the bridge unencrypted. Prefer `rootPasswordHash`. */
  readonly rootPassword?: string;
  /** As `mkpasswd -m yescrypt` or `openssl passwd -6` print it. Without either, root cannot log in by password. */
  readonly rootPasswordHash?: string;
  /** Lines for root's authorized_keys. */
  readonly authorizedKeys?: readonly string[];
  /** Fixed address; default DHCP. */
  readonly network?: {
    readonly address: string;
    readonly netmask: string;
    readonly gateway: string;
    readonly dns: readonly string[];
  };
  /** Default Etc/UTC. */
  readonly timezone?: string;
  /** Default en_US.UTF-8. */
  readonly locale?: string;
  /** Default us. */
  readonly keymap?: string;
  /** The Debian mirror to install from, `http://HOST/debian`. Only http: the installer has no certificates yet. */
  readonly mirror: string;
  /** `http://proxy:3128`; default none. */
  readonly proxy?: string;
  /** Default /dev/xvda; all on it is lost. */
  readonly disk?: string;
  /** `separateBoot`: 512 MiB ext4 for /boot, the rest for /. `single`: one ext4 for all. Default separateBoot. */
  readonly layout?: "separateBoot" | "single";
  /** Default none. A swap partition of this size at the disk's end. */
  readonly swapMiB?: number;
  /** Default linux-image-amd64: it has all drivers a PV guest needs; linux-image-cloud-amd64 is smaller. */
  readonly kernelPackage?: string;
  /** Besides the base system and openssh-server. */
  readonly packages?: readonly string[];
  /** Run in the new system before the reboot. */
  readonly lateCommands?: readonly string[];
  /** Further lines of preseed, as they are; later lines win. */
  readonly extraLines?: readonly string[];
}
