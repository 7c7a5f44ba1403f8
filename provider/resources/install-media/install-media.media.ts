/** Installation media on their host, as values: what the table's entries compare. Pure. */
import type { SourceFile } from "../source-file/source-file.schema";
import type { BootSource, IsoSource } from "./install-media.iso";
import type { NetbootSource } from "./install-media.netboot";

/** Where the files are served while an install needs them. */
export interface ServeAt {
  /** The bridge whose address the server listens on. */
  readonly bridge: string;
  /** The TCP port number of the server. */
  readonly port: number;
  /** The ISO on the host whose content is served as the tree; absent without `tree`. */
  readonly iso?: string | undefined;
}

export type Files = Readonly<Record<string, SourceFile>>;

/** What the entries need to know of the declared properties. */
export interface InstallMediaShall {
  readonly name: string;
  readonly iso?: IsoSource;
  readonly netboot?: NetbootSource;
  readonly kernel?: BootSource;
  readonly ramdisk?: BootSource;
  readonly tree?: boolean;
  readonly files?: Files;
  readonly serveOn?: string;
  readonly servePort?: number;
}

/** Installation media on their host: observed, or as saved inputs would have made them. */
export interface Media {
  readonly name: string;
  /** SHA-256 of each file, by its name below the folder. */
  readonly sums: ReadonlyMap<string, string>;
  /** What was taken out of an ISO, by its name below the folder. */
  readonly taken: ReadonlyMap<string, Taken>;
  /** What the ISO at `hostPath` is known by: its SHA-256 where that is declared; `undefined`: it is not there. */
  readonly hostIso: string | undefined;
  /** The saved inputs, of media as they would have made them: they also tell what the host does not show. */
  readonly declared: InstallMediaShall | undefined;
}

/** How a file came out of an ISO, as the host recorded it. */
export interface Taken {
  /** SHA-256 of what was taken. */
  readonly sum: string;
  /** What the ISO is known by. */
  readonly iso: string;
  readonly inIso: string;
}

/** Below the media's folder: an ISO that was brought to the host. */
export const ISO_FILE = "image.iso";

/** The checksum of a kernel or ramdisk that is not there. */
export const MISSING = "missing";

/** In a path's place: a file that the host has and nobody declares. */
export const FOUND = "(found on the host)";

/** In a checksum's place: what was taken out of another ISO than the declared one. */
export const OTHER_ISO = "of another ISO";
