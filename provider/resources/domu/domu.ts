/** The guest as programs declare it: its arguments, and its outputs. */
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
  isObject,
  mapInput,
  nameOf,
  noticedIn,
  secretFor,
  orNothing,
} from "../../pulumi";
import type { ValuesOf } from "../../property";
import type { Connection } from "../../remote/connection/connection";
import type { CloudInit, CloudInitUser } from "../../xen";
import type { Image } from "../disk-image/disk-image";
import { servesNothing } from "../install-media/install-media.served";
import { onItsHost } from "../on-host";
import { ofGuest } from "../spelled";
import { imagesDeclared, interfacesDeclared, nameDeclared, screenDeclared, uuidDeclared } from "./domu.declared";
import type { DomUInstall } from "./domu.install.schema";
import { unservedFaults } from "./domu.rules";
import type { domuTable } from "./domu.properties";
import type { DomUDisk, DomUVfb, DomUVif } from "./domu.shall";

/** A disk of a guest. */
export type DomUDiskArgs = ArgsOf<Omit<DomUDisk, "path">> & {
  /** A DiskImage, or the absolute path of an image or block device on the host. A change: restart; of further disks also live. */
  readonly image: pulumi.Input<Image | string>;
};

/** A network interface of a guest. */
export type DomUVifArgs = ArgsOf<Omit<DomUVif, "bridge">> & {
  /** The host's bridge that it hangs on: a Bridge, or its name. Default: none, for a `script` that needs none, such as `vif-route`. A change: restart. */
  readonly bridge?: NameReference | undefined;
};

/** An InstallMedia, as far as a guest needs it. */
interface Media {
  readonly name: pulumi.Output<string>;
  readonly directory: pulumi.Output<string>;
  readonly kernelPath: pulumi.Output<string>;
  readonly ramdiskPath: pulumi.Output<string>;
  readonly serve: pulumi.Output<{ readonly bridge: string; readonly port: number } | undefined>;
}

/** How a guest's system is installed. */
export type DomUInstallArgs = ArgsOf<Omit<DomUInstall, "media">> & {
  /** An InstallMedia: the installer's kernel and ramdisk, and who serves its files. A change: none (used only before the first boot). */
  readonly media: pulumi.Input<Media>;
};

type Properties = Omit<ArgsOf<ValuesOf<typeof domuTable>>, "disks" | "vifs" | "install">;

export interface DomUArgs extends Properties {
  /** A XenHost, or how to reach a host. A change of how it is reached: none; another machine is refused. */
  readonly host: HostReference<Connection>;
  readonly disks?: pulumi.Input<readonly pulumi.Input<DomUDiskArgs>[] | undefined>;
  readonly vifs?: pulumi.Input<readonly pulumi.Input<DomUVifArgs>[] | undefined>;
  readonly install?: pulumi.Input<DomUInstallArgs | undefined>;
  /**
   * What you consent to: `restart`, `migrate`, `replace`, and `dataLoss` where data of the guest would be lost.
   * Default: `["restart", "migrate"]`. A change: none.
   */
  readonly allow?: Args<readonly ("restart" | "migrate" | "replace" | "dataLoss")[]>;
}

/**
 * A guest: installed into an empty disk by kernel and ramdisk, and from then on booting by itself, or built from an
 * image that has a system on it already.
 *
 * Live: memory and vcpus within what the guest booted with, pinning, further disks and interfaces, autostart. With a
 * restart (`allow`: default): everything else. Nothing installs an installed guest again, and deleting the guest
 * leaves its disk, which is a resource of its own.
 *
 * @example
 * new xen.DomU("guest1", { host: dom0, memoryMiB: 512, disks: [{ image: disk }], vifs: [{ bridge: lan }] });
 */
export class DomU extends XenResource {
  /** The domain's name on the host, as `xl list` shows it. */
  declare readonly name: pulumi.Output<string>;
  /** Its identity, by which it is found whatever it is called. */
  declare readonly uuid: pulumi.Output<string>;
  /** Its memory, in MiB. */
  declare readonly memoryMiB: pulumi.Output<number>;
  /** The number of its virtual CPUs. */
  declare readonly vcpus: pulumi.Output<number>;
  /** Its network interfaces as they are declared, with the MAC of each, also where none was given. */
  declare readonly vifs: pulumi.Output<DomUVif[]>;
  /** The whole configuration, as /etc/xen/NAME.cfg holds it; secrets as `[secret]`. */
  declare readonly config: pulumi.Output<string>;
  /** The IP address of its first interface (`vifs[0].ip`), or the one that `waitFor` found; absent without either. */
  declare readonly ip: pulumi.Output<string | undefined>;
  /** Where VNC listens on the host, `127.0.0.1:5901`; absent without `vfb`. Known in a preview where `vncDisplay` fixes it. */
  declare readonly vncAddress: pulumi.Output<string | undefined>;
  /** The command that opens the guest's console, to be run on the host: `xl console guest1`. */
  declare readonly consoleCommand: pulumi.Output<string>;
  /** The guest's configuration on the host: `/etc/xen/guest1.cfg`. */
  declare readonly configPath: pulumi.Output<string>;
  /** The domain's number while it runs: another one after each reboot of the guest. */
  declare readonly domid: pulumi.Output<number | undefined>;
  /** How far its life has come: disk-ready, installing, installed, switched, booted, reachable, updating, done. */
  declare readonly phase: pulumi.Output<string>;

  constructor(name: string, args: DomUArgs, opts?: pulumi.CustomResourceOptions) {
    const given = orNothing(args);
    const { host, vfb, install, cloudInit, ...rest } = given;
    const connection = hostConnection(host);
    const disks = eachOf(given.disks ?? [], diskInput);
    const vifs = eachOf(given.vifs ?? [], vifInput);
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
        ...(install === undefined ? {} : { install: mapInput(install, installInput) }),
        ...(cloudInit === undefined ? {} : { cloudInit: cloudInitInput(cloudInit) }),
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
function unserved(install: DomUArgs["install"]): pulumi.Output<Notice[]>[] {
  // One that is an Output as a whole is left to check.
  const { media, answers, extra } = isObject(install) ? (install as DomUInstallArgs) : {};
  if (!servesNothing(media)) return [];
  return [
    noticedIn({ answers, extra }, (known) =>
      unservedFaults(known).map(({ property, reason }) => ({ path: property.split("."), rule: reason, remedy: "" })),
    ),
  ];
}

/** What is no list, or no object in one, is passed on as it is: check says what it must be. */
function eachOf<T extends object>(
  list: pulumi.Input<readonly pulumi.Input<T>[] | undefined>,
  make: (entry: T) => pulumi.Inputs,
): pulumi.Input<unknown> {
  const made = (entry: T): pulumi.Input<unknown> => (isObject(entry) ? make(entry) : entry);
  return mapInput(list, (known = []) =>
    Array.isArray(known) ? (known as readonly pulumi.Input<T>[]).map((entry) => mapInput(entry, made)) : known,
  );
}

function diskInput({ image, format, ...disk }: DomUDiskArgs): pulumi.Inputs {
  const path = mapInput(image, (known) => (isObject(known) ? known.path : known));
  // An image knows its own format. To a guest a logical volume is a block device.
  const said = (): pulumi.Input<unknown> => mapInput(image, (known) => (isObject(known) ? known.format : undefined));
  const own = (): unknown => mapInput(said(), (known) => (known === "lvm" ? "block" : known));
  return { ...disk, path, ...(format !== undefined ? { format } : isObject(image) ? { format: own() } : {}) };
}

function vifInput({ bridge, ...vif }: DomUVifArgs): pulumi.Inputs {
  return { ...vif, ...(bridge === undefined ? {} : { bridge: nameOf(bridge) }) };
}

/** A password makes the whole screen a secret, so that no display shows it. */
function vfbInput(vfb: NonNullable<DomUArgs["vfb"]>): pulumi.Output<DomUVfb> {
  const whole = (pulumi.output(vfb) as pulumi.Output<DomUVfb>).apply((known) =>
    isObject(known) && known.vncPassword !== undefined ? pulumi.secret(known) : pulumi.output(known),
  );
  return secretFor(whole, vfb, ["vncPassword"]);
}

/** A password's hash, or a text that may hold one, makes the whole a secret. */
function cloudInitInput(cloudInit: NonNullable<DomUArgs["cloudInit"]>): pulumi.Output<CloudInit> {
  const whole = (pulumi.output(cloudInit) as pulumi.Output<CloudInit>).apply((known) =>
    isObject(known) && mayHoldPassword(known) ? pulumi.secret(known) : pulumi.output(known),
  );
  return secretFor(whole, cloudInit, ["rootPasswordHash", "userData"]);
}

function mayHoldPassword({ users = [], rootPasswordHash, userData }: CloudInit): boolean {
  const hashes = Array.isArray(users) ? users.map((user: CloudInitUser | undefined) => user?.passwordHash) : [];
  return [rootPasswordHash, userData, ...hashes].some((text) => text !== undefined);
}

/** Only what the guest needs of the media: their checksums are no matter of it. */
function installInput(install: DomUInstallArgs | undefined): pulumi.Input<unknown> {
  if (!isObject(install)) return install;
  const { media, ...rest } = install;
  return { ...rest, media: mapInput(media, mediaInput) };
}

function mediaInput(media: Media): pulumi.Input<unknown> {
  if (!isObject(media)) return media;
  const { name, directory, kernelPath, ramdiskPath, serve } = media;
  return { name, directory, kernelPath, ramdiskPath, serve };
}
