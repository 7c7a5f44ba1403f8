/** The Xen host as programs declare it: its arguments, and its outputs. */
import * as pulumi from "@pulumi/pulumi";
import type { ValuesOf } from "../../property";
import {
  type Args,
  type ArgsOf,
  XenResource,
  hostConnection,
  orNothing,
  warnBeforeCreation,
  warnOf,
} from "../../pulumi";
import type { Connection } from "../../remote";
import { onItsHost } from "../on-host";
import { hostDeclared } from "./xen-host.declared";
import type { xenHostTable } from "./xen-host.properties";

type Properties = ArgsOf<ValuesOf<typeof xenHostTable>>;

export interface XenHostArgs extends Properties {
  /** How the host is reached. A change: none; another machine is refused. */
  readonly connection: Args<Connection>;
  /** What you consent to: `reboot` is what making and changing a Xen host needs. Default: nothing. A change: none. */
  readonly allow?: Args<readonly ("reboot" | "replace")[]>;
}

const NO_REBOOT =
  'allow has no "reboot": where the host does not run Xen as declared already, up stops before it touches anything. Add `allow: ["reboot"]`, or boot it yourself with `reboot: "never"`.';

/**
 * A XenHost turns a plain Linux host into a verified dom0 and keeps it so.
 *
 * Nothing is touched where something forbids Xen. Xen is booted once and proven before it becomes the default; when
 * it fails, the host comes back as plain Linux by itself. Changes of `dom0`, `hypervisorArgs` and `kernelArgs`
 * reboot the host, and only with `allow: ["reboot"]`; dom0's memory is set live up to the size that it booted with.
 *
 * @example
 * new xen.XenHost("dom0", { connection: { host: "198.51.100.7" }, dom0: { memoryMiB: 1024 }, allow: ["reboot"] });
 */
export class XenHost extends XenResource {
  /** How it is reached, for the resources on this host; a secret as a whole where it holds a key or a password. */
  declare readonly connection: pulumi.Output<Connection>;
  /** `ready`, or how far it has come: preparing, trial, fell-back, awaiting-reboot, drifted. */
  declare readonly phase: pulumi.Output<string>;
  /** `none`, `edited`, `regenerate` or `reboot`: what would bring the host back to what is declared. */
  declare readonly drift: pulumi.Output<string>;
  /** `true`: the host must boot once before it is as declared. */
  declare readonly rebootNeeded: pulumi.Output<boolean>;
  /** The running hypervisor's version, such as `4.17.7`; absent on plain Linux, as are all outputs about Xen. */
  declare readonly xenVersion: pulumi.Output<string>;
  /** The running hypervisor's arguments, as it tells them. */
  declare readonly xenCommandLine: pulumi.Output<string>;
  /** The release of dom0's running kernel, as `uname -r` prints it. */
  declare readonly kernelRelease: pulumi.Output<string>;
  /** The memory that dom0 has now, in MiB. */
  declare readonly dom0MemoryMiB: pulumi.Output<number>;
  /** The number of virtual CPUs that dom0 has now. */
  declare readonly dom0Vcpus: pulumi.Output<number>;
  /** The memory of the whole machine, in MiB. */
  declare readonly totalMemoryMiB: pulumi.Output<number>;
  /** What kinds of guests the processor allows, such as `["pv", "hvm", "hap"]`. */
  declare readonly virtCaps: pulumi.Output<string[]>;
  /** The hypervisor's scheduler, such as `credit2`. */
  declare readonly scheduler: pulumi.Output<string>;
  /** What the host boots when nobody intervenes: `xen` or `linux`; `unknown` with a boot loader that we do not know. */
  declare readonly defaultBoot: pulumi.Output<string>;
  /** `true`: it is used as it is (`adopt`), and delete leaves it so. */
  declare readonly isAdopted: pulumi.Output<boolean>;
  /** The installed versions of the packages that make it a Xen host, by name. */
  declare readonly packageVersions: pulumi.Output<Record<string, string>>;
  /** What of Xen is installed and waits for a reboot, and what is to be had, with the advisories that it fixes; shown as warnings of the run too. */
  declare readonly warnings: pulumi.Output<string[]>;

  constructor(name: string, args: XenHostArgs, opts?: pulumi.CustomResourceOptions) {
    const { connection: given, ...rest } = orNothing(args);
    const connection = hostConnection(given);
    super({
      kind: "xen-host",
      type: "XenHost",
      name,
      inputs: { ...rest, connection },
      outputs: [
        "phase",
        "drift",
        "rebootNeeded",
        "xenVersion",
        "xenCommandLine",
        "kernelRelease",
        "dom0MemoryMiB",
        "dom0Vcpus",
        "totalMemoryMiB",
        "virtCaps",
        "scheduler",
        "defaultBoot",
        "isAdopted",
        "packageVersions",
        "warnings",
      ],
      ...onItsHost({ title: `XenHost "${name}"`, spelled: (path) => path }, connection, [[connection, hostDeclared]]),
      opts,
    });
    warnOf(this.warnings, this);
    pulumi.all([rest.allow, rest.reboot, rest.adopt]).apply(([allow = [], reboot, adopt]) => {
      if (reboot !== "never" && adopt !== true && !allow.includes("reboot")) warnBeforeCreation(NO_REBOOT, this);
    });
  }
}
