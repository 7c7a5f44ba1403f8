/**
 * A guest: installed into an empty disk by kernel and ramdisk, and from then on booting by itself, or built from an
 * image that has a system on it already.
 *
 * Live: memory and vcpus within what the guest booted with, pinning, further disks and interfaces, autostart. With a
 * restart (`allow`: default): everything else. Nothing installs an installed guest again, and deleting the guest
 * leaves its disk, which is a resource of its own.
 */
import * as pulumi from "@pulumi/pulumi";
import {
  type Args,
  type ArgsOf,
  type HostReference,
  type NameReference,
  type Notice,
  XenResource,
  entriesOf,
  hostConnection,
  isInputText,
  isObject,
  nameOf,
  noticedIn,
  secretFor,
  orNothing,
} from "../../pulumi";
import type { ValuesOf } from "../../property";
import type { Connection } from "../../remote/connection/connection";
import { servesNothing } from "../install-media/install-media.served";
import { onItsHost } from "../on-host";
import { ofGuest } from "../spelled";
import { imagesDeclared, interfacesDeclared, nameDeclared, screenDeclared, uuidDeclared } from "./domu.declared";
import type { DomUInstall } from "./domu.install.schema";
import { unservedFaults } from "./domu.rules";
import type { domuTable } from "./domu.properties";
import type { DomUDisk, DomUVfb, DomUVif } from "./domu.shall";

/** A DiskImage, as far as a guest needs it. */
interface Image {
  readonly path: pulumi.Output<string>;
  readonly format: pulumi.Output<"raw" | "qcow2" | "block">;
}

export type DomUDiskArgs = ArgsOf<Omit<DomUDisk, "path">> & {
  /** A DiskImage, or the path of an image or block device on the host. */
  readonly image: Image | pulumi.Input<string>;
};

export type DomUVifArgs = ArgsOf<Omit<DomUVif, "bridge">> & {
  /** A Bridge, or its name. */
  readonly bridge: NameReference;
};

export type DomUInstallArgs = ArgsOf<Omit<DomUInstall, "media">> & {
  /** An InstallMedia. */
  readonly media: {
    readonly name: pulumi.Output<string>;
    readonly directory: pulumi.Output<string>;
    readonly kernelPath: pulumi.Output<string>;
    readonly ramdiskPath: pulumi.Output<string>;
    readonly serve: pulumi.Output<{ readonly bridge: string; readonly port: number } | undefined>;
  };
};

type Properties = Omit<ArgsOf<ValuesOf<typeof domuTable>>, "disks" | "vifs" | "install">;

export interface DomUArgs extends Properties {
  /** A XenHost, or how to reach a host. */
  readonly host: HostReference<Connection>;
  /** Its disks: images and block devices of the host. It boots from the first one. */
  readonly disks?: readonly DomUDiskArgs[];
  /** Its network interfaces. */
  readonly vifs?: readonly DomUVifArgs[];
  /** Installs a system onto the first disk before the first boot, and never again after that. */
  readonly install?: DomUInstallArgs;
  /** What you consent to; default `["restart", "migrate"]`. */
  readonly allow?: Args<readonly ("restart" | "migrate" | "replace" | "dataLoss")[]>;
}

/**
 * @example
 * new xen.DomU("guest1", { host: dom0, memoryMiB: 512, disks: [{ image: disk }], vifs: [{ bridge: lan }] });
 */
export class DomU extends XenResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly uuid: pulumi.Output<string>;
  declare readonly memoryMiB: pulumi.Output<number>;
  declare readonly vcpus: pulumi.Output<number>;
  /** With the MAC of each interface. */
  declare readonly vifs: pulumi.Output<DomUVif[]>;
  /** The whole configuration, as /etc/xen/NAME.cfg holds it; secrets as `[secret]`. */
  declare readonly config: pulumi.Output<string>;
  /** The address of its first interface, or the one that `waitFor` found. */
  declare readonly ip: pulumi.Output<string | undefined>;
  /** Where VNC listens on the host. */
  declare readonly vncAddress: pulumi.Output<string | undefined>;
  /** To be run on the host. */
  declare readonly consoleCommand: pulumi.Output<string>;
  declare readonly configPath: pulumi.Output<string>;
  /** Another one after each reboot of the guest. */
  declare readonly domid: pulumi.Output<number | undefined>;
  /** How far its life has come: disk-ready, installing, installed, switched, booted, reachable, updating, done. */
  declare readonly phase: pulumi.Output<string>;

  constructor(name: string, args: DomUArgs, opts?: pulumi.CustomResourceOptions) {
    const given = orNothing(args);
    const { host, vfb, install, ...rest } = given;
    const connection = hostConnection(host);
    const disks = eachOf(given.disks ?? [], diskInput);
    const vifs = eachOf(given.vifs ?? [], ({ bridge, ...vif }) => ({ ...vif, bridge: nameOf(bridge) }));
    super({
      kind: "domu",
      type: "DomU",
      name,
      inputs: {
        ...rest,
        name: given.name ?? name,
        connection,
        disks,
        vifs,
        ...(vfb === undefined ? {} : { vfb: vfbInput(vfb) }),
        ...(install === undefined ? {} : { install: installInput(install) }),
      },
      outputs: [
        "uuid",
        "memoryMiB",
        "vcpus",
        "config",
        "ip",
        "vncAddress",
        "domid",
        "phase",
        "consoleCommand",
        "configPath",
      ],
      ...onItsHost(
        { title: `DomU "${name}"`, spelled: ofGuest },
        connection,
        [
          [given.name ?? name, nameDeclared],
          [given.uuid, uuidDeclared],
          [vfb, screenDeclared],
          ...entriesOf(disks).map(
            ({ part, first }) =>
              [
                [part, given.powerState],
                (known: unknown) => {
                  const [list, powerState] = known as [unknown, unknown];
                  return imagesDeclared(list, powerState, first);
                },
              ] as const,
          ),
          ...entriesOf(vifs).map(
            ({ part, first }) => [part, (known: unknown) => interfacesDeclared(known, first)] as const,
          ),
        ],
        unserved(install),
      ),
      opts,
    });
  }
}

/** Of media that serve nothing the output `serve` is unknown in a preview: what check could not say is said here. */
function unserved(install: DomUInstallArgs | undefined): pulumi.Output<Notice[]>[] {
  if (!isObject(install) || !servesNothing(install.media)) return [];
  const { answers, extra } = install;
  return [
    noticedIn({ answers, extra }, (known) =>
      unservedFaults(known).map(({ property, reason }) => ({ path: property.split("."), rule: reason, remedy: "" })),
    ),
  ];
}

/** What is no list, or no object in one, is passed on as it is: check says what it must be. */
function eachOf<T extends object>(list: readonly T[], make: (entry: T) => pulumi.Inputs): unknown {
  return Array.isArray(list) ? (list as T[]).map((entry) => (isObject(entry) ? make(entry) : entry)) : list;
}

function diskInput({ image, format, ...disk }: DomUDiskArgs): pulumi.Inputs {
  if (!isObject(image) || isInputText(image))
    return { ...disk, path: image, ...(format === undefined ? {} : { format }) };
  return { ...disk, path: image.path, format: format ?? image.format };
}

/** A password makes the whole screen a secret, so that no display shows it. */
function vfbInput(vfb: NonNullable<DomUArgs["vfb"]>): pulumi.Output<DomUVfb> {
  const whole = (pulumi.output(vfb) as pulumi.Output<DomUVfb>).apply((known) =>
    isObject(known) && known.vncPassword !== undefined ? pulumi.secret(known) : pulumi.output(known),
  );
  return secretFor(whole, vfb, ["vncPassword"]);
}

/** Only what the guest needs of the media: their checksums are no matter of it. */
function installInput(given: DomUInstallArgs): pulumi.Inputs | DomUInstallArgs {
  if (!isObject(given) || !isObject(given.media)) return given;
  const { media, ...install } = given;
  const { name, directory, kernelPath, ramdiskPath, serve } = media;
  return { ...install, media: { name, directory, kernelPath, ramdiskPath, serve } };
}
