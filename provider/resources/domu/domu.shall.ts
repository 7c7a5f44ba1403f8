/**
 * What the entries of the guest's table may know of each other. Written by hand, since an entry cannot know the type that
 * is made of all entries. Pure.
 */
import type { CloudInit, DomainType } from "../../xen";
import type { VlanRange } from "../../host/network/vlans";
import type { Toolstack } from "../../toolstack";
import type { Step } from "../../shell";

/** Before what a guest's disks get snapshots. `replace` is each removal: a resource that is removed does not know why. */
export const SNAPSHOT_OCCASIONS = ["restart", "replace"] as const;
export type SnapshotOccasion = (typeof SNAPSHOT_OCCASIONS)[number];

export const BOOT_MODES = ["pygrub", "pvgrub2", "direct"] as const;
/** `pygrub`: the kernel inside the guest's own disk, found without privileges. */
export type BootMode = (typeof BOOT_MODES)[number];

/** A disk of a guest, as it is declared. */
export interface DomUDisk {
  /** Absolute path of an image file or block device on the host. */
  readonly path: string;
  /** `raw`, `qcow2`, or `block` for a block device. Default: what the DiskImage says, `raw` for a path. */
  readonly format?: "raw" | "qcow2" | "block" | undefined;
  /** What the guest sees it as. Default: the next free one of xvda, xvdb, …, and then the same for this path. */
  readonly device?: string | undefined;
  /** `w`: read and write; `r`: read only. Default: `w`. */
  readonly mode?: "w" | "r" | undefined;
}

/** The VLANs of an interface. */
export interface VifVlans {
  /** The number of the one whose packets the guest gets, and sends, without a tag, 1 to 4094. Default: none, so that packets without one are dropped. */
  readonly untagged?: number | undefined;
  /** Those whose packets come and go with their tags, such as `[20, "100-199"]`. Default: none. */
  readonly tagged?: readonly VlanRange[] | undefined;
}

/** A network interface of a guest, as it is declared. */
export interface DomUVif {
  /** The host's bridge that it hangs on. Default: none, for a `script` that needs none, such as `vif-route`. */
  readonly bridge?: string | undefined;
  /** Its hardware address, such as `00:16:3e:12:34:56`. Default: derived, the same for ever. */
  readonly mac?: string | undefined;
  /**
   * The IP address that the guest gives itself, or several with a blank between them: for the host's scripts, the first one for `waitFor` and
   * for the output `ip`. Default: none.
   */
  readonly ip?: string | undefined;
  /** The host's script that sets it up. Default: xl's own, `vif-bridge`. */
  readonly script?: string | undefined;
  /**
   * The VLANs that it is in, such as `{ untagged: 20 }` or `{ tagged: [20, 30] }`, on a Bridge with `vlanFiltering` or a bridge of Open vSwitch. Default: none; on a
   * bridge that filters it is then in the network of the host.
   */
  readonly vlans?: VifVlans | undefined;
  /** What the guest may send at most, such as `10Mb/s@50ms` (bits with `b`, bytes with `B`). Default: no limit. */
  readonly rate?: string | undefined;
  /** What the host calls its end of it, at most 15 characters. Default: another name after each boot (`vif3.0`). */
  readonly vifname?: string | undefined;
}

/** A guest's screen. */
export interface DomUVfb {
  /** `true`: the screen is reached by VNC. Default: `true`. */
  readonly vnc?: boolean | undefined;
  /** The host's IP address on which VNC listens. Default: `127.0.0.1`, which is reached through SSH. */
  readonly vncListen?: string | undefined;
  /** The display's number, 0 to 999: the port is 5900 plus this. Default: a free one, another after each boot. */
  readonly vncDisplay?: number | undefined;
  /**
   * The password of the screen, a secret in Pulumi's state. It stands in clear text in the guest's file on the host (mode
   * 0600), and VNC takes 8 characters of it. Default: none.
   */
  readonly vncPassword?: string | undefined;
}

/** The declared guest, as far as an entry of the table may look beside itself. */
export interface DomUShall {
  readonly name: string;
  readonly secretProperties?: readonly string[] | undefined;
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
  readonly cloudInit?: CloudInit | undefined;
  readonly powerState?: string | undefined;
}

/** What makes a change while the guest runs. Which toolstack does it, its host tells. */
export type LiveStep = (on: Toolstack, guest: DomUShall) => Step;
