/** Installation media as programs declare them: their arguments, and their outputs. */
import * as pulumi from "@pulumi/pulumi";
import type { ValuesOf } from "../../property";
import {
  type Args,
  type ArgsOf,
  type HostReference,
  type NameReference,
  XenResource,
  hostConnection,
  isObject,
  noticedIn,
  nameOf,
  orNothing,
} from "../../pulumi";
import type { Connection } from "../../remote/connection/connection";
import { onItsHost } from "../on-host";
import { sourceNotices } from "../source-file/source-file.noticed.local";
import { onHost } from "../spelled";
import { nameDeclared } from "./install-media.declared";
import { noteServesNothing } from "./install-media.served";
import type { BootSource, IsoSource } from "./install-media.iso";
import type { NetbootSource } from "./install-media.netboot";
import type { ServeAt } from "./install-media.media";
import type { installMediaTable } from "./install-media.properties";

type Properties = ArgsOf<ValuesOf<typeof installMediaTable>>;

export interface InstallMediaArgs extends Omit<Properties, "serveOn"> {
  /** A XenHost, or how to reach a host. A change of how it is reached: none; another machine is refused. */
  readonly host: HostReference<Connection>;
  readonly name?: pulumi.Input<string>;
  readonly iso?: Args<IsoSource>;
  readonly netboot?: Args<NetbootSource>;
  readonly kernel?: Args<BootSource>;
  readonly ramdisk?: Args<BootSource>;
  readonly serveOn?: NameReference | undefined;
  /** What you consent to: `replace`, when the name changes. Default: nothing. A change: none. */
  readonly allow?: Args<readonly "replace"[]>;
}

/**
 * What a guest is installed from: the installer's kernel and ramdisk, brought to the host and compared by SHA-256 or taken out of an
 * ISO, and the files that the installer fetches, or all that is in the ISO. They are served over HTTP from the host, on one bridge, and only while an
 * install needs them. Changing media never touches a guest that is installed already.
 *
 * @example
 * new xen.InstallMedia("media", {
 *   host: dom0,
 *   kernel: { url: "http://…/vmlinuz", sha256: "…" },
 *   ramdisk: { url: "http://…/initrd.gz", sha256: "…" },
 *   serveOn: lan,
 * });
 */
export class InstallMedia extends XenResource {
  /** What its folder on the host is called. */
  declare readonly name: pulumi.Output<string>;
  /** Its folder on the host, an absolute path. */
  declare readonly directory: pulumi.Output<string>;
  /** The installer's kernel on the host, an absolute path. */
  declare readonly kernelPath: pulumi.Output<string>;
  /** The installer's ramdisk on the host, an absolute path. */
  declare readonly ramdiskPath: pulumi.Output<string>;
  /** Where files and answers are served while an install needs them: bridge, TCP port, and the ISO whose content is served with `tree`; absent without `serveOn`. */
  declare readonly serve: pulumi.Output<ServeAt | undefined>;
  /** `ready`, or `fetching` while something is left to do. */
  declare readonly phase: pulumi.Output<string>;

  constructor(name: string, args: InstallMediaArgs, opts?: pulumi.CustomResourceOptions) {
    const { host, serveOn, ...rest } = orNothing(args);
    const connection = hostConnection(host);
    super({
      kind: "install-media",
      type: "InstallMedia",
      name,
      inputs: {
        ...rest,
        name: rest.name ?? name,
        connection,
        ...(serveOn === undefined ? {} : { serveOn: nameOf(serveOn) }),
      },
      outputs: ["directory", "kernelPath", "ramdiskPath", "serve", "phase"],
      ...onItsHost(
        { title: `InstallMedia "${name}"`, spelled: onHost },
        connection,
        [[rest.name ?? name, nameDeclared]],
        [
          noticedIn(rest.iso, (iso) => sourceNotices(iso, ["iso"])),
          noticedIn(rest.kernel, (kernel) => sourceNotices(kernel, ["kernel"])),
          noticedIn(rest.ramdisk, (ramdisk) => sourceNotices(ramdisk, ["ramdisk"])),
          ...fileEntries(rest.files).map(([file, source]) =>
            noticedIn(source, (known) => sourceNotices(known, ["files", file])),
          ),
        ],
      ),
      opts,
    });
    if (serveOn === undefined) noteServesNothing(this);
  }
}

/** Each by itself; of files that come as one Output nothing is known here, and the host's own run tells. */
function fileEntries(files: InstallMediaArgs["files"]): [string, unknown][] {
  return isObject(files) && !pulumi.Output.isInstance(files) && !(files instanceof Promise)
    ? Object.entries(files)
    : [];
}
