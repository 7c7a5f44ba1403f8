/**
 * A guest: installed into an empty disk by kernel and ramdisk, and from then on booting by itself, or built from an
 * image that has a system on it already.
 *
 * Live: memory and vcpus within what the guest booted with, pinning, further disks and interfaces, autostart. With a
 * restart (`allow`: default): everything else. Nothing installs an installed guest again, and deleting the guest
 * leaves its disk, which is a resource of its own.
 */
import * as pulumi from "@pulumi/pulumi";
import { type HostReference, type NameReference, XenResource, hostConnection, isInputText, nameOf } from "../../pulumi";
import type { Connection } from "../../remote/connection/connection";
import type { DomainType, EventAction } from "../../xen";
import type { DomUInstall, DomUWait } from "./domu.install.schema";
import type { BootMode, DomUVfb, DomUVif } from "./domu.shall";

type ExtraValue = string | number | readonly string[];

/** A DiskImage, as far as a guest needs it. */
interface Image {
  readonly path: pulumi.Output<string>;
  readonly format: pulumi.Output<"raw" | "qcow2" | "block">;
}

export interface DomUDiskArgs {
  /** A DiskImage, or the path of an image or block device on the host. */
  readonly image: Image | pulumi.Input<string>;
  /** Default: the image's own, else raw. */
  readonly format?: pulumi.Input<"raw" | "qcow2" | "block">;
  /** What the guest sees; default xvda, xvdb, … by position. */
  readonly device?: pulumi.Input<string>;
  /** `w` read and write (default), `r` read only. */
  readonly mode?: pulumi.Input<"w" | "r">;
}

export type DomUVifArgs = Omit<pulumi.Unwrap<DomUVif>, "bridge"> & {
  /** A Bridge, or its name. */
  readonly bridge: NameReference;
};

export interface DomUInstallArgs extends Omit<DomUInstall, "media" | "answers"> {
  /** An InstallMedia. */
  readonly media: {
    readonly name: pulumi.Output<string>;
    readonly directory: pulumi.Output<string>;
    readonly kernelPath: pulumi.Output<string>;
    readonly ramdiskPath: pulumi.Output<string>;
    readonly serve: pulumi.Output<{ readonly bridge: string; readonly port: number } | undefined>;
  };
  /** Of `answers.preseed(…)` or `answers.text(…)`. */
  readonly answers?: pulumi.Input<NonNullable<DomUInstall["answers"]>>;
}

export interface DomUArgs {
  /** A XenHost, or how to reach a host. */
  readonly host: HostReference<Connection>;
  /** The domain's name, its own on the host; default: the resource's name. */
  readonly name?: pulumi.Input<string>;
  /** Default: derived from host and name. */
  readonly uuid?: pulumi.Input<string>;
  /** Default `pv`. `pvh` and `hvm` need a CPU with hardware virtualisation. */
  readonly type?: pulumi.Input<DomainType>;
  /** Default 512. Up to what the guest booted with: live. */
  readonly memoryMiB?: pulumi.Input<number>;
  /** What it may grow to without a restart; default: memoryMiB. */
  readonly maxMemoryMiB?: pulumi.Input<number>;
  /** Default 1. Up to maxVcpus: live. */
  readonly vcpus?: pulumi.Input<number>;
  /** Default: vcpus. */
  readonly maxVcpus?: pulumi.Input<number>;
  /** The host's CPUs it may run on, such as `"0-3,^1"`; default all. */
  readonly cpus?: pulumi.Input<string>;
  /** The first one is what it boots from. */
  readonly disks?: readonly DomUDiskArgs[];
  readonly vifs?: readonly DomUVifArgs[];
  /** A screen by VNC; default none. */
  readonly vfb?: pulumi.Input<pulumi.Unwrap<DomUVfb>> | { readonly [K in keyof DomUVfb]: pulumi.Input<DomUVfb[K]> };
  /** How its kernel is found. Default `pygrub`, without privileges; `hvm` guests have a firmware instead. */
  readonly boot?: pulumi.Input<BootMode>;
  /** On the host; with boot `direct`, or another boot loader with `pvgrub2`. */
  readonly kernel?: pulumi.Input<string>;
  /** On the host; with boot `direct`. */
  readonly ramdisk?: pulumi.Input<string>;
  /** Kernel argument `root=`. */
  readonly root?: pulumi.Input<string>;
  /** Further kernel arguments. */
  readonly extra?: pulumi.Input<string>;
  /** Default `destroy`. */
  readonly onPoweroff?: pulumi.Input<EventAction>;
  /** Default `restart`. */
  readonly onReboot?: pulumi.Input<EventAction>;
  /** Default `destroy`. */
  readonly onCrash?: pulumi.Input<EventAction>;
  /** Started with the host; default false. */
  readonly autostart?: pulumi.Input<boolean>;
  /** Default `running`. */
  readonly powerState?: pulumi.Input<"running" | "stopped">;
  /** Any other key of xl.cfg(5). */
  readonly extraConfig?: pulumi.Input<Record<string, ExtraValue>>;
  /** Installs a system into the first disk before the first boot; never again after that. */
  readonly install?: DomUInstallArgs;
  /** The guest is there when it answers; default: when it is built. */
  readonly waitFor?: pulumi.Input<DomUWait>;
  /** What you consent to; default `["restart", "migrate"]`. */
  readonly allow?: pulumi.Input<("restart" | "migrate" | "replace" | "dataLoss")[]>;
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
  /** disk-ready, installing, installed, switched, booted, reachable, done. */
  declare readonly phase: pulumi.Output<string>;

  constructor(name: string, args: DomUArgs, opts?: pulumi.CustomResourceOptions) {
    const { host, disks = [], vifs = [], vfb, install, ...rest } = args;
    super({
      kind: "domu",
      type: "DomU",
      name,
      inputs: {
        ...rest,
        name: args.name ?? name,
        connection: hostConnection(host),
        disks: disks.map(diskInput),
        vifs: vifs.map(({ bridge, ...vif }) => ({ ...vif, bridge: nameOf(bridge) })),
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
      opts,
    });
  }
}

function diskInput({ image, format, ...disk }: DomUDiskArgs): pulumi.Inputs {
  if (isInputText(image)) return { ...disk, path: image, ...(format === undefined ? {} : { format }) };
  return { ...disk, path: image.path, format: format ?? image.format };
}

/** A password makes the whole screen a secret, so that no display shows it. */
function vfbInput(vfb: NonNullable<DomUArgs["vfb"]>): pulumi.Output<DomUVfb> {
  return pulumi
    .output(vfb as pulumi.Input<DomUVfb>)
    .apply((known) => (known.vncPassword === undefined ? pulumi.output(known) : pulumi.secret(known)));
}

/** Only what the guest needs of the media: their checksums are no matter of it. */
function installInput({ media, ...install }: DomUInstallArgs): pulumi.Inputs {
  const { name, directory, kernelPath, ramdiskPath, serve } = media;
  return { ...install, media: { name, directory, kernelPath, ramdiskPath, serve } };
}
