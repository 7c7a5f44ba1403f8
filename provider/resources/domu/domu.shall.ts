/**
 * What the entries of the guest's table may know of each other. Written by hand, since an entry cannot know the type that
 * is made of all entries. Pure.
 */
import type { DomainType } from "../../xen";
import type { Toolstack } from "../../toolstack";
import type { Step } from "../../shell";

export const BOOT_MODES = ["pygrub", "pvgrub2", "direct"] as const;
/** `pygrub`: the kernel inside the guest's own disk, found without privileges. */
export type BootMode = (typeof BOOT_MODES)[number];

export interface DomUDisk {
  /** Image file or block device on the host. */
  readonly path: string;
  /** Default raw. `block` is a block device. */
  readonly format?: "raw" | "qcow2" | "block" | undefined;
  /** What the guest sees; default: the next free one of xvda, xvdb, …, and then the same for this path. */
  readonly device?: string | undefined;
  /** `w` read and write (default), `r` read only. */
  readonly mode?: "w" | "r" | undefined;
}

export interface DomUVif {
  readonly bridge: string;
  /** Default: derived, the same for ever. */
  readonly mac?: string | undefined;
  /** The address that the guest gives itself: for the host's scripts, for `waitFor` and for the output `ip`. */
  readonly ip?: string | undefined;
  readonly script?: string | undefined;
  /** `10Mb/s@50ms`. */
  readonly rate?: string | undefined;
  readonly vifname?: string | undefined;
}

export interface DomUVfb {
  /** Default true. */
  readonly vnc?: boolean | undefined;
  /** Default 127.0.0.1: reach it through SSH. */
  readonly vncListen?: string | undefined;
  /** Port 5900 plus this; default: a free one. */
  readonly vncDisplay?: number | undefined;
  /** Secret. VNC takes 8 characters of it, and it stands in clear text in the guest's file on the host (mode 0600). */
  readonly vncPassword?: string | undefined;
}

/** The declared guest, as far as an entry of the table may look beside itself. */
export interface DomUShall {
  readonly name: string;
  readonly uuid?: string | undefined;
  readonly type?: DomainType | undefined;
  readonly memoryMiB?: number | undefined;
  readonly maxMemoryMiB?: number | undefined;
  readonly vcpus?: number | undefined;
  readonly maxVcpus?: number | undefined;
  readonly disks?: readonly DomUDisk[] | undefined;
  readonly vifs?: readonly DomUVif[] | undefined;
  readonly boot?: BootMode | undefined;
  readonly kernel?: string | undefined;
  readonly install?: unknown;
  readonly powerState?: string | undefined;
}

/** What makes a change while the guest runs. Which toolstack does it, its host tells. */
export type LiveStep = (on: Toolstack, guest: DomUShall) => Step;
