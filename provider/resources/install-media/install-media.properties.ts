/** What installation media are: each property with its type, where the host shows it and what its change does. Pure. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import {
  type EntryChange,
  type Outcome,
  type Property,
  type Table,
  UNSEEN,
  type ValuesOf,
  isUnknown,
  schemaOf,
  shown,
} from "../../property";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import type { Step } from "../../shell";
import { type SourceFile, isSameContent, sourceFileSchema } from "../source-file/source-file.schema";

/** Where the files are served while an install needs them. */
export interface ServeAt {
  /** The bridge whose address the server listens on. */
  readonly bridge: string;
  /** The TCP port number of the server. */
  readonly port: number;
}

type Files = Readonly<Record<string, SourceFile>>;

/** What the entries need to know of the declared properties. */
export interface InstallMediaShall {
  readonly name: string;
  readonly kernel: SourceFile;
  readonly ramdisk: SourceFile;
  readonly files?: Files;
  readonly serveOn?: string;
  readonly servePort?: number;
}

/** Installation media on their host: observed, or as saved inputs would have made them. */
export interface Media {
  readonly name: string;
  /** SHA-256 of each file, by its name below the folder. */
  readonly sums: ReadonlyMap<string, string>;
  /** The saved inputs, of media as they would have made them: they also tell what the host does not show. */
  readonly declared: InstallMediaShall | undefined;
}

/** The checksum of a kernel or ramdisk that is not there. */
const MISSING = "missing";

export const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._+~-]*(\/[A-Za-z0-9][A-Za-z0-9._+~-]*)*$/;

/** Media are read while a guest is installed and never again: no change of them touches a guest that runs. */
const none = {
  says: "none: media are read while a guest is installed",
  outcome: (): Outcome<Step> => ({ effect: "none" }),
};

const source = sourceFileSchema as z.ZodType<SourceFile>;

const sourceProperty = (property: "kernel" | "ramdisk", file: string) =>
  ({
    type: source,
    is: ({ declared, sums }, shall) =>
      declared === undefined ? found(shall[property], sums.get(file)) : declared[property],
    change: none,
    entries: ({ from, to }) => sourceChange(property, from, to),
  }) satisfies Property<SourceFile, Media, InstallMediaShall, Step>;

export const installMediaTable = {
  /** Names the folder on the host: at most 63 letters, digits and `. _ -`. */
  name: {
    defaultSays: "the resource's name",
    type: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
        "must be up to 63 letters, digits and . _ - beginning with a letter or digit",
      ),
    is: (media) => media.name,
    change: { says: "replace", outcome: () => ({ effect: "replace" }) },
  },

  /** The installer's kernel: a URL that the host fetches, or a file of this machine; with its SHA-256. */
  kernel: sourceProperty("kernel", "vmlinuz"),

  /** The installer's ramdisk: a URL that the host fetches, or a file of this machine; with its SHA-256. */
  ramdisk: sourceProperty("ramdisk", "initrd"),

  /** What the installer fetches as `{mediaUrl}/NAME`, by name; a name may have folders: `dists/x/Release`. */
  files: {
    type: z.record(z.string(), source),
    is: ({ declared, sums }, { files }) => (declared === undefined ? foundFiles(files, sums) : declared.files),
    // No files and an empty list of them are the same.
    same: (from: Files | undefined, to: Files | undefined) => isDeepStrictEqual(from ?? {}, to ?? {}),
    change: none,
    entries: ({ from, to }): EntryChange<Step>[] => filesChanges(from as Files | undefined, to as Files | undefined),
  },

  /** The bridge where files and answers are served over HTTP while an install needs them: a Bridge, or its name. Without it the guest cannot fetch anything. */
  serveOn: {
    // 15 characters is what Linux allows for an interface.
    type: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/, "must be the name of a bridge on the host, such as br0"),
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.serveOn),
    change: none,
  },

  /** The TCP port number of the server, 1 to 65535. */
  servePort: {
    type: z.int().min(1).max(65535),
    default: ({ serveOn }: InstallMediaShall) => (serveOn === undefined ? undefined : 8980),
    defaultSays: "8980 with `serveOn`",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.servePort),
    change: none,
  },
} satisfies Table<Media, InstallMediaShall, Step>;

export interface InstallMediaInputs extends CommonInputs, ValuesOf<typeof installMediaTable> {
  readonly connection: Connection;
  readonly name: string;
  readonly kernel: SourceFile;
  readonly ramdisk: SourceFile;
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
  /** Of the claim on the host; absent in the state of earlier versions, and where we were cut off before we learned it. */
  readonly claimId?: string;
  /** `fetching` until every file is there. */
  readonly phase: "fetching" | "ready";
}

export const installMediaSchema = schemaOf(installMediaTable, ["name", "kernel", "ramdisk"]).extend({
  connection: connectionSchema,
});

/** The source as declared, with the content that the host has. */
function found(source: SourceFile, sum = MISSING): SourceFile {
  return isUnknown(source) ? source : { ...source, sha256: sum };
}

/** A changed file shows by its sum, a lost one not at all, a stray one as new. */
function foundFiles(files: Files | undefined, sums: Media["sums"]): Files | undefined {
  if (isUnknown(files)) return files;
  const seen = [...sums]
    .filter(([file]) => file.startsWith("files/"))
    .map(([file, sha256]): [string, SourceFile] => {
      const name = file.slice("files/".length);
      return [name, { ...(files?.[name] ?? { path: "(found on the host)" }), sha256 }];
    });
  return files === undefined && seen.length === 0 ? undefined : Object.fromEntries(seen);
}

function filesChanges(from: Files | undefined, to: Files | undefined): EntryChange<Step>[] {
  if (isUnknown(from) || isUnknown(to))
    return [
      { property: "files", text: `files -> ${shown(isUnknown(to) ? to : Object.keys(to ?? {}))}`, effect: "none" },
    ];
  const names = new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})]);
  return [...names].sort().flatMap((name) => sourceChange(fileProperty(name), from?.[name], to?.[name]));
}

export function fileProperty(name: string): string {
  return `files[${JSON.stringify(name)}]`;
}

function sourceChange(property: string, from: SourceFile | undefined, to: SourceFile | undefined): EntryChange<Step>[] {
  if (isDeepStrictEqual(from, to)) return [];
  const isSame = isSameContent(from, to) && [from, to, to?.sha256].every((value) => !isUnknown(value));
  const text = isSame ? "(same content, from elsewhere)" : `${shortSum(from)} -> ${shortSum(to)}`;
  return [{ property, text: `${property} ${text}`, effect: "none" }];
}

function shortSum(source: SourceFile | undefined): string {
  if (source === undefined || isUnknown(source)) return shown(source);
  return /^[0-9a-f]{64}$/.test(source.sha256) ? `${source.sha256.slice(0, 12)}…` : shown(source.sha256);
}
