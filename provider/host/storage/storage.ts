/**
 * What keeps a guest's disk on its host: the contract of all kinds of storage, in verbs (ADR 13). A member gives shell text and reads
 * answers; the claim, the plan and the jobs are the same for all, and know no member. Pure.
 */
import type { Answer, ShellText } from "../../shell";
import type { SeenLvm } from "./lvm/seen-volume";

export const STORAGE_FORMATS = ["raw", "qcow2", "lvm", "block"] as const;
export type StorageFormat = (typeof STORAGE_FORMATS)[number];

export const IMAGE_TYPES = ["absent", "file", "block", "other"] as const;

/** `part`: our rule is there, but the device has another group now. */
export const PERMITTED = ["yes", "no", "part", "unneeded"] as const;

/** How a source may be compressed; `none`: it is not, whatever its first bytes are. */
export const COMPRESSIONS = ["gz", "xz", "zst", "none"] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/**
 * `off`: none. `metadata`: the tables of a qcow2 image. `falloc`: all blocks, which read as zeros, without a write. `full`: all blocks,
 * written with zeros. The words are those of `qemu-img -o preallocation=`.
 */
export const PREALLOCATIONS = ["off", "metadata", "falloc", "full"] as const;
export type Preallocation = (typeof PREALLOCATIONS)[number];

/** `allow`: more may be promised than there is. */
export const OVERCOMMITS = ["allow", "refuse"] as const;
export type Overcommit = (typeof OVERCOMMITS)[number];

/** Where an image is, and the folder of its claim. */
export interface Place {
  readonly path: string;
  readonly folder: string;
}

/** The image that a qcow2 image shares. */
export interface Backing {
  readonly path: string;
  readonly format: "raw" | "qcow2";
}

/** What is declared of an image, as far as storage is concerned. */
export interface WantedImage {
  readonly path: string;
  /** `undefined`: the user leaves it open. */
  readonly bytes: number | undefined;
  readonly preallocation: Preallocation | undefined;
  /** Of a logical volume: the thin pool that it is made in; `undefined`: it gets extents of its own. */
  readonly thinPool?: string | undefined;
  /** Of a qcow2 image: the one that it shares. */
  readonly backing?: Backing | undefined;
  /** Names of the snapshots that it is to have; others of ours are removed before it grows. */
  readonly snapshots?: readonly string[] | undefined;
  /** SHA-256 of what the image begins as, or `image:` and the other image's path, or a distribution's name for it; `undefined`: it begins empty. */
  readonly source: string | undefined;
  /** The file of the host that has the SHA-256 of what was fetched by such a name. */
  readonly sumFile?: string | undefined;
  /** Of the source, where it is declared; otherwise its first bytes tell. */
  readonly compression?: Compression | undefined;
  /** The source is another image of the host; of its format nothing is read where it is said: its guest writes its first bytes. */
  readonly image?: { readonly path: string; readonly format: "raw" | "qcow2" | undefined } | undefined;
  /** A source in another format than the image's is converted. */
  readonly converts?: boolean | undefined;
  /** `refuse`: only where its place has room for all that is promised there. */
  readonly overcommit?: Overcommit | undefined;
  /** Of a local source, which is brought there beside the image. */
  readonly sourceBytes?: number | undefined;
}

/** What keeps root from using the file system of a path. */
export interface SeenMount {
  /** The folder that root may not write to. */
  readonly locked: string | undefined;
  /** Root may not write to the image. */
  readonly isLocked: boolean;
  /** A mount point of /etc/fstab above the path that is not mounted, and the type of its file system. */
  readonly unmounted: { readonly at: string; readonly type: string } | undefined;
}

/** What a storage says about an image on its host. */
export interface StoredImage {
  /** What is at the path now, links followed. `other`: a folder, a socket, … */
  readonly type: (typeof IMAGE_TYPES)[number];
  readonly isLink: boolean;
  /** What a guest sees, in bytes; `undefined` where nothing is. */
  readonly sizeBytes: number | undefined;
  /** As the file's head says, for an image declared qcow2; otherwise as declared. */
  readonly format: StorageFormat | undefined;
  /** A file declared raw that begins as a qcow2 image does: of one that we made, what its guest has written there. */
  readonly looksLikeQcow2: boolean;
  /** What is at the path is what we made: by its identity (a file's inode), written down before it took its name. */
  readonly isMade: boolean;
  /** What is at the path is certainly not what we made or adopted. Files never say so: a copy of an image may be put back. */
  readonly isAnother?: boolean;
  /** What it is known by, where something is at the path and the storage has such a mark. */
  readonly identity?: string | undefined;
  /** What its size is a multiple of, where the storage has such a unit. */
  readonly unitBytes?: number | undefined;
  /** The declared bytes that it was last given, where the storage rounds them and writes them down. */
  readonly askedBytes?: number | undefined;
  /** Of a qcow2 image: the one that its head names. */
  readonly backing?: Backing | undefined;
  readonly isBaseGone?: boolean;
  /** The mount point that holds the path, and the one that held it when the image was made. */
  readonly mountPoint: string;
  readonly mountPointWhenMade: string | undefined;
  /** What is mounted there, such as `/dev/sda1` or `server:/share`, and what was; `undefined`: nobody wrote that down. */
  readonly mounted?: string | undefined;
  readonly mountedWhenMade?: string | undefined;
  /** The nearest folder above that exists. */
  readonly folder: string;
  /** Something that is no folder stands in the path's way. */
  readonly obstacle: string | undefined;
  readonly freeBytes: number;
  /** Programs that are there, of those we may need. */
  readonly tools: readonly string[];
  /** For block devices: where it is mounted, whether it is swap, what is stacked on it. Empty when free. */
  readonly deviceUse: string;
  /** Of a device that exists already: may the boot loader without privileges read it, also after a reboot? `unneeded`: the host has none. */
  readonly permitted?: (typeof PERMITTED)[number];
  /** What keeps root from using its file system. */
  readonly mount?: SeenMount;
  /** Names of the snapshots of it that are ours, where the storage has such. */
  readonly snapshots?: readonly string[];
  /** Of a logical volume: what LVM says. */
  readonly lvm?: SeenLvm;
}

/** `bytes`: its size now. */
type Sized = Pick<StoredImage, "unitBytes" | "askedBytes"> & { readonly bytes: number };

export interface Storage {
  readonly format: StorageFormat;
  /** Its images are block devices, not files. */
  readonly isDevice: boolean;
  /** Says what is at $image; $mark is the folder of its claim. Changes nothing. */
  readonly observe: ShellText;
  /** What `observe` said. @throws OutputParseError */
  readonly read: (answer: Answer, path: string) => StoredImage;
  /** Is what is there as big as declared? */
  readonly sizeIs: (observed: Sized, declaredBytes: number) => boolean;
  /** Why what is there cannot be used as declared, each a sentence with its remedy; it is ours, or is adopted. `isUsed`: somebody has it open. */
  readonly cannotUse: (seen: StoredImage, wanted: WantedImage, isUsed: boolean) => string[];
  /** Why it cannot be seen whether an image of ours is there; empty where the host's answer counts. */
  readonly outOfSight: (seen: StoredImage, path: string) => string[];
  /** Of devices that exist already: who may read them. */
  readonly lets?: Letting;
  /** The verbs of a storage that makes its images; absent: nobody of us makes, changes or removes one. */
  readonly makes?: MakingStorage;
}

/** Who may read a device that exists already; nothing is written to it. */
export interface Letting {
  readonly permit: (place: Place) => ShellText;
  /** As it was before. */
  readonly forbid: (place: Place) => ShellText;
}

export interface MakingStorage {
  /** Why the image cannot be made; empty when it can. */
  readonly cannotMake: (seen: StoredImage, wanted: WantedImage) => string[];
  /** The place is ready for the image: what lies above it is made where it is missing. Runs once the claim stands; may refuse. */
  readonly prepare: (place: Place) => ShellText;
  /** What is there, and was seen, is the image from now on; nothing is written into it. */
  readonly adopt: (place: Place, seen: StoredImage, wanted: WantedImage) => ShellText;
  /** Where its source is brought, whole and compared, before it is made. */
  readonly sourceAt: (place: Place) => string;
  /** The whole image, or none at the path; only where nothing has the path. May be run again after any interruption. */
  readonly make: (place: Place, wanted: WantedImage) => ShellText;
  /** At least so many bytes, with their blocks where that is declared, and its users know; never smaller. `image_users` is defined. */
  readonly grow: (
    place: Place,
    bytes: number,
    how?: Partial<Pick<WantedImage, "preallocation" | "overcommit">>,
  ) => ShellText;
  /** Says what its place has free and has promised (space.ts). Needs $image, $mark, and $pool where a thin pool is declared. */
  readonly observeSpace: ShellText;
  /** Of a storage that has snapshots. */
  readonly snapshots?: SnapshotStorage;
  /** The boot loader without privileges may read it. */
  readonly permit: (place: Place) => ShellText;
  /** How it is the aim of a move (move/move.ts). */
  readonly moves: MovingStorage;
  /** It stays, and nothing else of ours is left on the host for it. */
  readonly release: (place: Place) => ShellText;
  /**
   * It is gone, and what `prepare` made with it; ends the step where somebody uses it. Runs under the lock of claims; `image_users` is
   * defined. `trash`: it is kept there, with all it holds.
   */
  readonly remove: (place: Place, trash?: Trash) => ShellText;
}

/** How a deleted image gets into the trash of its host (host/trash), for its storage. */
export interface Trash {
  /** Defines trash_begin and trash_say. Needs $image and $mark. `rule`: the storage's file for udev. */
  readonly begin: (place: Place, rule?: string) => ShellText;
}

export interface WantedSnapshot {
  readonly name: string;
  /** Of a classic snapshot of a volume: how much of what is written afterwards it can hold. Default: a fifth of the volume. */
  readonly bytes?: number | undefined;
}

export interface SnapshotStorage {
  /** Why these cannot be made or removed now, each a sentence with its remedy; the others of ours stay. */
  readonly cannot: (seen: StoredImage, path: string, change: SnapshotChange, isUsed: boolean) => string[];
  /** Functions snapshot_names, snapshot_cannot, snapshot_make NAME BYTES, snapshot_remove NAME. `place` gives the variables; image_users is defined. */
  readonly functions: (place: Place) => ShellText;
  /** And snapshot_back NAME, which makes the image what the snapshot holds. */
  readonly back: ShellText;
}

export interface SnapshotChange {
  readonly makes: readonly WantedSnapshot[];
  readonly removes: readonly string[];
}

export interface MovingStorage {
  /** Sets $new, the place of a copy beside the image's: nothing is there, or what is there reads as zeros. May be run again. */
  readonly draft: (place: Place, wanted: WantedImage) => ShellText;
  /** Gives the whole copy at `draft`'s place the image's name, only where nothing has it; what it is known by is written down before. */
  readonly place: (place: Place, wanted: WantedImage) => ShellText;
}
