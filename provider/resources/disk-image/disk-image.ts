/** The disk image as programs declare it: its arguments, and its outputs. */
import type * as pulumi from "@pulumi/pulumi";
import type { ValuesOf } from "../../property";
import {
  type Args,
  type ArgsOf,
  type HostReference,
  XenResource,
  hostConnection,
  isObject,
  mapInput,
  noticedIn,
  orNothing,
} from "../../pulumi";
import type { Connection } from "../../remote/connection/connection";
import { onItsHost } from "../on-host";
import { sourceNotices } from "../source-file/source-file.noticed.local";
import { onHost } from "../spelled";
import { pathDeclared } from "./disk-image.declared";
import type { ImageSourceDistribution, ImageSourceImage, ImageSourcePath, ImageSourceUrl } from "./disk-image.source";
import type { ImageFormat, diskImageTable } from "./disk-image.properties";

type Properties = ArgsOf<Omit<ValuesOf<typeof diskImageTable>, "source" | "backing">>;

/** A DiskImage, as far as a guest or a copy of it needs it. */
export interface Image {
  readonly path: pulumi.Output<string>;
  readonly format: pulumi.Output<"raw" | "qcow2" | "lvm" | "block">;
}

/** Another image of the same host as the beginning of one. */
type ImageSourceImageArgs = ArgsOf<Omit<ImageSourceImage, "image">> & {
  /** A DiskImage, or the absolute path of an image on the same host. A change: none, it counts when the image is made. */
  readonly image: pulumi.Input<Image | string>;
};

/** An image file of the same host, as one that shares it has to know it. */
interface BackingArgs {
  /** Its absolute path on the host. A change: replace. */
  readonly path: pulumi.Input<string>;
  /** Its format, which is never read from it: a guest may have written its first bytes. A change: replace. */
  readonly format: pulumi.Input<"raw" | "qcow2">;
}

export interface DiskImageArgs extends Properties {
  /** A XenHost, or how to reach a host. A change of how it is reached: none; another machine is refused. */
  readonly host: HostReference<Connection>;
  readonly path: pulumi.Input<string>;
  /**
   * What the image begins as: a file from a URL or from this machine, with its SHA-256, another image of the host, which no guest may use
   * then, or a distribution's cloud image by name. What is compressed (gzip, xz, zstd) is unpacked on the host; another format than the image's is refused, or converted with
   * `convert: true`. Default: an empty image. A change: replace where its content is another, else none.
   */
  readonly source?:
    | Args<ImageSourceUrl | ImageSourcePath | ImageSourceDistribution | undefined>
    | pulumi.Input<ImageSourceImageArgs>;
  /**
   * For `qcow2`: another image of the host that this one shares, a DiskImage or `{ path, format }`: only what differs is kept in this one. That image may not be
   * written, grown or removed while it is shared; it stands alone itself. Default: none, the image stands alone. A change: replace.
   */
  readonly backing?: pulumi.Input<Image | BackingArgs | undefined>;
  /**
   * What you consent to: `migrate` (the image moves, or is converted), `replace`, and `dataLoss` for an image that is not kept. Default:
   * nothing. A change: none.
   */
  readonly allow?: Args<readonly ("migrate" | "replace" | "dataLoss")[]>;
}

/**
 * A guest's disk on the host: a sparse raw file, a qcow2 file, a logical volume, or a block device that exists already.
 *
 * Growing is live, also under a running guest; shrinking is refused. Another path or format moves or converts the image with all it holds,
 * which needs `allow: ["migrate"]` and that no guest runs with it. An image that a guest uses is never removed.
 *
 * @example
 * new xen.DiskImage("disk", { host: dom0, path: "/xen/vm/guest1.img", sizeGiB: 10 });
 * @example
 * new xen.DiskImage("root", { host: dom0, path: "/dev/vg0/guest1", sizeGiB: 10, format: "lvm" });
 * @example
 * new xen.DiskImage("data", { host: dom0, path: "/xen/vm/data.qcow2", sizeGiB: 100, format: "qcow2", preallocation: "metadata" });
 */
export class DiskImage extends XenResource {
  /** Its absolute path on the host, such as `/xen/vm/guest1.img`. */
  declare readonly path: pulumi.Output<string>;
  /** `raw`, `qcow2`, `lvm` or `block`. */
  declare readonly format: pulumi.Output<ImageFormat>;
  /** The declared size, in GiB; absent where the source or the block device says it. */
  declare readonly sizeGiB: pulumi.Output<number | undefined>;
  /** The size that the guest sees, in bytes. */
  declare readonly sizeBytes: pulumi.Output<number>;
  /**
   * What its file system, volume group or thin pool had free when it was made or last changed, in bytes; of a block device absent. A refresh leaves it,
   * since the guests of other images change it all the time.
   */
  declare readonly freeBytes: pulumi.Output<number | undefined>;
  /** What all images there, this one included, might still take of that, in bytes: more than `freeBytes` is overcommitted. */
  declare readonly promisedBytes: pulumi.Output<number | undefined>;
  /** `ready`, or `making` while something is left to do. */
  declare readonly phase: pulumi.Output<string>;

  constructor(name: string, args: DiskImageArgs, opts?: pulumi.CustomResourceOptions) {
    const { host, ...rest } = orNothing(args);
    const connection = hostConnection(host);
    const source = rest.source === undefined ? undefined : mapInput(rest.source as pulumi.Input<unknown>, sourceInput);
    super({
      kind: "disk-image",
      type: "DiskImage",
      name,
      inputs: {
        ...rest,
        ...(rest.backing === undefined
          ? {}
          : { backing: mapInput(rest.backing as pulumi.Input<unknown>, backingInput) }),
        ...(source === undefined ? {} : { source }),
        connection,
      },
      outputs: ["format", "sizeBytes", "freeBytes", "promisedBytes", "phase"],
      ...onItsHost(
        { title: `DiskImage "${name}"`, spelled: onHost },
        connection,
        [[rest.path, pathDeclared]],
        [noticedIn(source, (known) => sourceNotices(known, ["source"]))],
      ),
      opts,
    });
  }
}

/** No more of a DiskImage than its path and format. */
function backingInput(backing: unknown): unknown {
  if (!isObject(backing)) return backing;
  const { path, format } = backing as BackingArgs;
  return { path, format };
}

/** An image knows its own path and format. What is no object is passed on as it is: check says what it must be. */
function sourceInput(source: unknown): pulumi.Input<unknown> {
  if (!isObject(source) || !("image" in source)) return source;
  const { image, format, ...rest } = source as ImageSourceImageArgs;
  const part = (name: "path" | "format"): pulumi.Input<unknown> =>
    mapInput(image, (known) => (isObject(known) ? known[name] : name === "path" ? known : undefined));
  return { ...rest, image: part("path"), format: format ?? part("format") };
}
