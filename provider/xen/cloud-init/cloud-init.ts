/** What a program says of a guest's first boot, for cloud-init inside it. Pure. */

/** For cloud-init, which a cloud image brings: it reads all of this once, at the guest's first boot. */
export interface CloudInit {
  /** The guest's own name, without its domain. Default: the guest's `name`. */
  readonly hostname?: string | undefined;
  /** The guest's DNS domain. Default: none. */
  readonly domain?: string | undefined;
  /** Public keys for the image's own user (`debian`, `ubuntu`, `cloud-user` …), a line of a .pub file each. Default: none. */
  readonly authorizedKeys?: readonly string[] | undefined;
  /** Users who are made. The image's own user is made besides them only with `authorizedKeys`. Default: the image's own user, without a key. */
  readonly users?: readonly CloudInitUser[] | undefined;
  /** Root's password as `mkpasswd -m yescrypt` or `openssl passwd -6` print it. Default: root has none. */
  readonly rootPasswordHash?: string | undefined;
  /** The time zone, as /usr/share/zoneinfo names it. Default: the image's own. */
  readonly timezone?: string | undefined;
  /** Packages that are installed. Default: none. */
  readonly packages?: readonly string[] | undefined;
  /** Shell commands, a line each, that run as root at the end of the first boot. Default: none. */
  readonly runcmd?: readonly string[] | undefined;
  /** The fixed IPv4 address of the first interface (`vifs[0]`). Default: what the image does, which is DHCP. */
  readonly network?: CloudInitNetwork | undefined;
  /** The whole user-data in place of the values above, such as a text that begins with `#cloud-config`; may hold a password. Default: made of them. */
  readonly userData?: string | undefined;
  /** What the guest sees the disk as that holds all of this. Default: `xvdp`, or the next one before it that no disk has, and then the same. */
  readonly device?: string | undefined;
  /** The whole network-config, version 1 or 2, in place of `network`. Default: made of it. */
  readonly networkData?: string | undefined;
}

/** A user whom cloud-init makes. */
export interface CloudInitUser {
  /** The login name: lower-case letters, digits, `-` and `_`. */
  readonly name: string;
  /** Public keys that may log in, a line of a .pub file each. Default: none. */
  readonly authorizedKeys?: readonly string[] | undefined;
  /** The password as `mkpasswd -m yescrypt` or `openssl passwd -6` print it; whether SSH takes one is up to the image. Default: none. */
  readonly passwordHash?: string | undefined;
  /** `true`: the user may become root by sudo, which asks for the password where there is one. Default: `false`. */
  readonly isAdmin?: boolean | undefined;
  /** The login shell, such as `/bin/bash`. Default: what the image's useradd gives. */
  readonly shell?: string | undefined;
}

/** The address that a guest gives itself. */
interface CloudInitNetwork {
  /** Its IPv4 address, without a prefix length. Default: `vifs[0].ip`. */
  readonly address?: string | undefined;
  /** The network's mask, such as `255.255.255.0`. */
  readonly netmask: string;
  /** The IPv4 address of the gateway. Default: none. */
  readonly gateway?: string | undefined;
  /** The IPv4 addresses of name servers. Default: none. */
  readonly dns?: readonly string[] | undefined;
}
