/** What the entries of an image's table look at: what is declared, and the image as its host shows it. Pure. */
import type { Backing, Overcommit, Preallocation, StorageFormat } from "../../host/storage/storage";
import type { Outcome } from "../../property";
import type { Step } from "../../shell";
import type { ImageSnapshot } from "./disk-image.snapshots";
import type { ImageSource } from "./disk-image.source";

/** `block`: a block device that exists already (a partition, a disk); it is used, never changed. `lvm`: a logical volume of ours. */
export type ImageFormat = StorageFormat;

/** What the entries need to know of the declared properties. */
export interface DiskImageShall {
  readonly path: string;
  readonly sizeGiB?: number;
  readonly format?: ImageFormat;
  readonly preallocation?: Preallocation;
  readonly thinPool?: string;
  readonly readableByBootLoader?: boolean;
  readonly backing?: Backing;
  readonly overcommit?: Overcommit;
  readonly snapshots?: readonly ImageSnapshot[];
  readonly source?: ImageSource;
  readonly keepOnDelete?: boolean;
  readonly deleteAfterDays?: number;
  readonly adopt?: boolean;
}

/** A disk image on its host: observed, or as saved inputs would have made it. */
export interface Image {
  readonly path: string;
  readonly format: ImageFormat | undefined;
  readonly sizeGiB: number | undefined;
  /** Of a logical volume that is not ours yet: the size of an extent. Of ours what was declared is written down. */
  readonly unitBytes: number | undefined;
  /** Names of the snapshots of it that are ours. */
  readonly snapshots: readonly string[] | undefined;
  /** What it began as: a SHA-256, a distribution's image with one, `empty`; `undefined` where nobody wrote that down (an adopted image). */
  readonly madeOf: string | undefined;
  /** The image that it shares, as its head says. */
  readonly backing: Backing | undefined;
  /** Of a device: may the boot loader without privileges read it? Its host may have none (`needsNoReader`). */
  readonly isReadable: boolean | undefined;
  readonly needsNoReader: boolean;
  /** The saved inputs, of an image as they would have made it: they also tell what the host does not show. */
  readonly declared: DiskImageShall | undefined;
}

/** What is kept on the host is not lost when another image takes its place in the program. */
export const losesData = ({ declared }: Image): boolean => declared?.keepOnDelete !== true;

export const replaces = {
  says: "replace",
  outcome: ({ is }: { is: Image }): Outcome<Step> => ({ effect: "replace", losesData: losesData(is) }),
} as const;

/** Two values of a property, with all that their difference depends on. */
export interface Differing<V> {
  readonly from: V | undefined;
  readonly to: V | undefined;
  readonly is: Image;
  readonly shall: DiskImageShall;
}
