/**
 * What keeps a guest's disk on its host: the contract of all kinds of storage, in verbs (ADR 13). A member gives shell text and reads
 * answers; the claim, the plan and the jobs are the same for all, and know no member. Pure.
 */
import type { Answer, ShellText } from "../../shell";
import type { SeenLvm } from "./lvm/seen-volume";

export const STORAGE_FORMATS = ["raw", "qcow2", "lvm", "block"] as const;
export type StorageFormat = (typeof STORAGE_FORMATS)[number];

export const IMAGE_TYPES = ["absent", "file", "block", "other"] as const;

/** How a source may be compressed; `none`: it is not, whatever its first bytes are. */
export const COMPRESSIONS = ["gz", "xz", "zst", "none"] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** Where an image is, and the folder of its claim. */
export interface Place {
  readonly path: string;
  readonly folder: string;
}

/** What is declared of an image, as far as storage is concerned. */
export interface WantedImage {
  readonly path: string;
  /** `undefined`: the user leaves it open. */
  readonly bytes: number | undefined;
  readonly preallocation: "off" | "metadata" | undefined;
  /** Of a logical volume: the thin pool that it is made in; `undefined`: it gets extents of its own. */
  readonly thinPool?: string | undefined;
  /** SHA-256 of what the image begins as, or `image:` and the other image's path; `undefined`: it begins empty. */
  readonly source: string | undefined;
  /** Of the source, where it is declared; otherwise its first bytes tell. */
  readonly compression?: Compression | undefined;
  /** The source is another image of the host; of its format nothing is read where it is said: its guest writes its first bytes. */
  readonly image?: { readonly path: string; readonly format: "raw" | "qcow2" | undefined } | undefined;
  /** A source in another format than the image's is converted. */
  readonly converts?: boolean | undefined;
  /** Of a local source, which is brought there beside the image. */
  readonly sourceBytes?: number | undefined;
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
  /** The mount point that holds the path, and the one that held it when the image was made. */
  readonly mountPoint: string;
  readonly mountPointWhenMade: string | undefined;
  /** The nearest folder above that exists. */
  readonly folder: string;
  /** Something that is no folder stands in the path's way. */
  readonly obstacle: string | undefined;
  readonly freeBytes: number;
  /** Programs that are there, of those we may need. */
  readonly tools: readonly string[];
  /** For block devices: where it is mounted, whether it is swap, what is stacked on it. Empty when free. */
  readonly deviceUse: string;
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
  /** The verbs of a storage that makes its images; absent: nobody of us makes, changes or removes one. */
  readonly makes?: MakingStorage;
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
  /** At least so many bytes, and its users know; never smaller. `image_users` is defined. */
  readonly grow: (place: Place, bytes: number) => ShellText;
  /** The boot loader without privileges may read it. */
  readonly permit: (place: Place) => ShellText;
  /** It stays, and nothing else of ours is left on the host for it. */
  readonly release: (place: Place) => ShellText;
  /** It is gone, and what `prepare` made with it; ends the step where somebody uses it. Runs under the lock of claims; `image_users` is defined. */
  readonly remove: (place: Place) => ShellText;
}
