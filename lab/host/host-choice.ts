/**
 * What kinds of lab hosts there are: the one list that images, records, command line and messages share. Pure.
 */

/** `plain`: an ordinary Debian that knows nothing of Xen. `xen`: runs Xen, and has no bridge yet. */
export type HostKind = "plain" | "xen";

/** Debian 12 with Xen 4.17, 13 with 4.20, 11 with 4.14. The first is the default. */
export const SUITES = ["bookworm", "trixie", "bullseye"] as const;
export type Suite = (typeof SUITES)[number];

/** What runs the host's network. netplan: over systemd-networkd, as in cloud images. The first is the default. */
export const NETWORKS = ["ifupdown", "ifupdown2", "networkd", "netplan", "network-manager"] as const;
export type HostNetwork = (typeof NETWORKS)[number];

/** What boots the host. grub-legacy: GRUB 0.97 on a small disk of its own, which is the host's /boot. The first is the default. */
export const BOOT_LOADERS = ["grub2", "grub-legacy"] as const;
export type BootLoader = (typeof BOOT_LOADERS)[number];

export interface HostChoice {
  readonly kind: HostKind;
  readonly suite: Suite;
  /** Default: ifupdown. */
  readonly network?: HostNetwork | undefined;
  /** Default: grub2. */
  readonly boot?: BootLoader | undefined;
  /** With thin pools, iSCSI, NFS, XFS and tools for ISO images (recipe/host-storage.sh). Default: false. */
  readonly storage?: boolean | undefined;
}

/** `["bookworm", "plain", "networkd"]`: what of a choice is no default, behind suite and kind. */
export function wordsOf(choice: HostChoice): string[] {
  return [choice.suite, choice.kind, ...partsOf(choice)];
}

/** `["networkd", "storage"]`: what of a choice is no default. */
export function partsOf({
  network = NETWORKS[0],
  boot = BOOT_LOADERS[0],
  storage = false,
}: Omit<HostChoice, "suite" | "kind">): string[] {
  return [
    ...(network === NETWORKS[0] ? [] : [network]),
    ...(boot === BOOT_LOADERS[0] ? [] : [boot]),
    ...(storage ? ["storage"] : []),
  ];
}

/** `bookworm xen`, `bookworm plain networkd`: for messages. */
export function describeChoice(choice: HostChoice): string {
  return wordsOf(choice).join(" ");
}
