/**
 * What a disk image is: each property with its type, its default, where the host shows it and what its change does. The table's parts lie beside
 * it, by theme. Pure.
 */
import { GIB } from "../../host/storage/size";
import { type Table, type ValuesOf, schemaOf } from "../../property";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import type { Step } from "../../shell";
import { imageContent } from "./disk-image.content.properties";
import { imageKeeping } from "./disk-image.keeping.properties";
import { imagePlace } from "./disk-image.place.properties";
import type { DiskImageShall, Image } from "./disk-image.shall";
import { imageSize } from "./disk-image.size.properties";
import { imageUpkeep } from "./disk-image.upkeep.properties";

export type { DiskImageShall, Image, ImageFormat } from "./disk-image.shall";

export const diskImageTable = {
  ...imagePlace,
  ...imageSize,
  ...imageContent,
  ...imageUpkeep,
  ...imageKeeping,
} satisfies Table<Image, DiskImageShall, Step>;

export interface DiskImageInputs extends CommonInputs, ValuesOf<typeof diskImageTable> {
  readonly connection: Connection;
  readonly path: string;
}

export interface DiskImageOutputs {
  readonly machineId: string;
  /** Of the claim on the host; absent in the state of earlier versions, and where we were cut off before we learned it. */
  readonly claimId?: string;
  /** `making` until the image is whole. */
  readonly phase: "making" | "ready";
  /** What the guest sees, in bytes. */
  readonly sizeBytes?: number;
  /** When it was made or last changed: what its file system, volume group or thin pool had free, and what all images there might still take. */
  readonly freeBytes?: number;
  readonly promisedBytes?: number;
}

export const diskImageSchema = schemaOf(diskImageTable, ["path"]).extend({ connection: connectionSchema });

/** The size in bytes; `undefined` where the user leaves it open (block devices). */
export function sizeBytesOf(inputs: Pick<DiskImageShall, "sizeGiB">): number | undefined {
  return inputs.sizeGiB === undefined ? undefined : inputs.sizeGiB * GIB;
}
