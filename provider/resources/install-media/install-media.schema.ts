/** What the user says about installation media, and what we remember of them. */
import { z } from "zod";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import { type SourceFile, sourceFileSchema } from "../source-file/source-file.schema";

/** Where the files are served while an install needs them. */
export interface ServeAt {
  /** The bridge whose address the server listens on. */
  readonly bridge: string;
  readonly port: number;
}

export interface InstallMediaInputs extends CommonInputs {
  readonly connection: Connection;
  /** Names the folder on the host; default: the resource's name. Changing it replaces the media. */
  readonly name: string;
  /** The installer's kernel. */
  readonly kernel: SourceFile;
  /** The installer's ramdisk. */
  readonly ramdisk: SourceFile;
  /** What the installer fetches by `{mediaUrl}/NAME`, by name; a name may have folders: `dists/x/Release`. */
  readonly files?: Readonly<Record<string, SourceFile>>;
  /** Name of the bridge where files and answers are served over HTTP while an install needs them; default: nowhere. */
  readonly serveOn?: string;
  /** Default 8980. */
  readonly servePort?: number;
  /** Computed: the folder on the host. */
  readonly directory?: string;
  /** Computed: the kernel on the host. */
  readonly kernelPath?: string;
  /** Computed: the ramdisk on the host. */
  readonly ramdiskPath?: string;
  /** Computed from serveOn and servePort. */
  readonly serve?: ServeAt;
}

export interface InstallMediaOutputs {
  readonly machineId: string;
  /** `fetching` until every file is there. */
  readonly phase: "fetching" | "ready";
}

export const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._+~-]*(\/[A-Za-z0-9][A-Za-z0-9._+~-]*)*$/;

export const installMediaSchema = z.strictObject({
  connection: connectionSchema,
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      "must be up to 63 letters, digits and . _ - beginning with a letter or digit",
    ),
  kernel: sourceFileSchema,
  ramdisk: sourceFileSchema,
  files: z.record(z.string(), sourceFileSchema).optional(),
  // 15 characters is what Linux allows for an interface.
  serveOn: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/, "must be the name of a bridge on the host, such as br0")
    .optional(),
  servePort: z.int().min(1).max(65535).optional(),
});
