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
  schemaOf,
} from "../../property";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import type { Step } from "../../shell";
import { type SourceFile, sourceFileSchema } from "../source-file/source-file.schema";
import { filesChanges, isoChange, sourceChange } from "./install-media.changes";
import { foundBoot, foundFiles, foundIso, made } from "./install-media.found";
import { type BootSource, type IsoSource, bootSourceSchema, isoSchema } from "./install-media.iso";
import type { Files, InstallMediaShall, Media, ServeAt } from "./install-media.media";
import { type NetbootSource, foundNetboot, netbootChange, netbootSchema } from "./install-media.netboot";

export const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._+~-]*(\/[A-Za-z0-9][A-Za-z0-9._+~-]*)*$/;

/** Media are read while a guest is installed and never again: no change of them touches a guest that runs. */
const none = {
  says: "none: media are read while a guest is installed",
  outcome: (): Outcome<Step> => ({ effect: "none" }),
};

const source = sourceFileSchema as z.ZodType<SourceFile>;

const sourceProperty = (property: "kernel" | "ramdisk", file: string) =>
  ({
    type: bootSourceSchema,
    defaultSays: `that of \`netboot\``,
    is: (media, shall) =>
      media.declared === undefined ? foundBoot(media, shall, property, file) : made(media.declared, shall, property),
    change: none,
    entries: ({ from, to }) => sourceChange(property, from, to),
  }) satisfies Property<BootSource, Media, InstallMediaShall, Step>;

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

  /**
   * An ISO that `kernel`, `ramdisk` and `tree` come from: a URL that the host fetches or a file of this machine, with its SHA-256, or `hostPath`, where it
   * lies on the host already.
   */
  iso: {
    type: isoSchema,
    is: (media, { iso }) => (media.declared === undefined ? foundIso(media, iso) : media.declared.iso),
    change: none,
    entries: ({ from, to }): EntryChange<Step>[] =>
      isoChange(from as IsoSource | undefined, to as IsoSource | undefined),
  },

  /**
   * A distribution's own installer for the network by its name and version, in place of `kernel` and `ramdisk`: both come from a mirror, as it has them when they are
   * brought. Their sums are the distribution's, whose signature is verified on the host where it signs them.
   */
  netboot: {
    type: netbootSchema,
    defaultSays: "none: `kernel` and `ramdisk` are given",
    is: (media, { netboot }) => (media.declared === undefined ? foundNetboot(media, netboot) : media.declared.netboot),
    change: none,
    entries: ({ from, to }): EntryChange<Step>[] =>
      netbootChange(from as NetbootSource | undefined, to as NetbootSource | undefined),
  },

  /** The installer's kernel: a URL that the host fetches or a file of this machine, with its SHA-256, or `inIso`, its path inside the ISO. Default: that of `netboot`. */
  kernel: sourceProperty("kernel", "vmlinuz"),

  /** The installer's ramdisk: a URL that the host fetches or a file of this machine, with its SHA-256, or `inIso`, its path inside the ISO. Default: that of `netboot`. */
  ramdisk: sourceProperty("ramdisk", "initrd"),

  /** Whether all that is in `iso` is served over HTTP as `{treeUrl}` while an install needs it. */
  tree: {
    type: z.boolean(),
    defaultSays: "false",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.tree),
    same: (from: boolean | undefined, to: boolean | undefined) => (from ?? false) === (to ?? false),
    change: none,
  },

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
  /** Computed: the folder on the host. */
  readonly directory?: string;
  /** Computed: the kernel on the host. */
  readonly kernelPath?: string;
  /** Computed: the ramdisk on the host. */
  readonly ramdiskPath?: string;
  /** Computed from serveOn, servePort, tree and iso. */
  readonly serve?: ServeAt;
}

export interface InstallMediaOutputs {
  readonly machineId: string;
  /** Of the claim on the host; absent in the state of earlier versions, and where we were cut off before we learned it. */
  readonly claimId?: string;
  /** `fetching` until every file is there. */
  readonly phase: "fetching" | "ready";
}

export const installMediaSchema = schemaOf(installMediaTable, ["name"]).extend({
  connection: connectionSchema,
});
