/** The disk image as programs declare it: its arguments, and its outputs. */
import type * as pulumi from "@pulumi/pulumi";
import type { ValuesOf } from "../../property";
import {
  type Args,
  type ArgsOf,
  type HostReference,
  XenResource,
  hostConnection,
  noticedIn,
  orNothing,
} from "../../pulumi";
import type { Connection } from "../../remote/connection/connection";
import { onItsHost } from "../on-host";
import { sourceNotices } from "../source-file/source-file.noticed.local";
import { onHost } from "../spelled";
import { pathDeclared } from "./disk-image.declared";
import type { ImageFormat, diskImageTable } from "./disk-image.properties";

type Properties = ArgsOf<ValuesOf<typeof diskImageTable>>;

export interface DiskImageArgs extends Properties {
  /** A XenHost, or how to reach a host. A change of how it is reached: none; another machine is refused. */
  readonly host: HostReference<Connection>;
  readonly path: pulumi.Input<string>;
  /** What you consent to: `replace`, and `dataLoss` for an image that is not kept. Default: nothing. A change: none. */
  readonly allow?: Args<readonly ("replace" | "dataLoss")[]>;
}

/**
 * A guest's disk on the host: a sparse raw file, a qcow2 file, a logical volume, or a block device that exists already.
 *
 * Growing is live, also under a running guest; shrinking is refused. Another path or format replaces the image, which
 * needs `allow: ["replace", "dataLoss"]`. An image that a guest uses is never removed.
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
  /** `ready`, or `making` while something is left to do. */
  declare readonly phase: pulumi.Output<string>;

  constructor(name: string, args: DiskImageArgs, opts?: pulumi.CustomResourceOptions) {
    const { host, ...rest } = orNothing(args);
    const connection = hostConnection(host);
    super({
      kind: "disk-image",
      type: "DiskImage",
      name,
      inputs: { ...rest, connection },
      outputs: ["format", "sizeBytes", "phase"],
      ...onItsHost(
        { title: `DiskImage "${name}"`, spelled: onHost },
        connection,
        [[rest.path, pathDeclared]],
        [noticedIn(rest.source, (source) => sourceNotices(source, ["source"]))],
      ),
      opts,
    });
  }
}
