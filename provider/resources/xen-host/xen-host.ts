/**
 * A XenHost turns a plain Linux host into a verified dom0 and keeps it so.
 *
 * Nothing is touched where something forbids Xen. Xen is booted once and proven before it becomes the default; when
 * it fails, the host comes back as plain Linux by itself. Changes of `dom0`, `hypervisorArgs` and `kernelArgs`
 * reboot the host, and only with `allow: ["reboot"]`.
 */
import * as pulumi from "@pulumi/pulumi";
import type { ValuesOf } from "../../property";
import { type Args, type ArgsOf, XenResource, hostConnection, warnBeforeCreation, orNothing } from "../../pulumi";
import type { Connection } from "../../remote";
import { onItsHost } from "../on-host";
import { hostDeclared } from "./xen-host.declared";
import type { xenHostTable } from "./xen-host.properties";

type Properties = ArgsOf<ValuesOf<typeof xenHostTable>>;

export interface XenHostArgs extends Properties {
  /** How the host is reached. A change of it never changes the host. */
  readonly connection: Args<Connection>;
  /** `["reboot"]` allows what making and changing a Xen host needs. */
  readonly allow?: Args<readonly ("reboot" | "replace")[]>;
}

const NO_REBOOT =
  'allow has no "reboot": where the host does not run Xen as declared already, up stops before it touches anything. Add `allow: ["reboot"]`, or boot it yourself with `reboot: "never"`.';

/** @example new XenHost("dom0", { connection: { host: "198.51.100.7" }, dom0: { memoryMiB: 1024 }, allow: ["reboot"] }) */
export class XenHost extends XenResource {
  /** For the resources on this host. */
  declare readonly connection: pulumi.Output<Connection>;
  /** `ready`, or how far it has come: preparing, trial, fell-back, awaiting-reboot, drifted. */
  declare readonly phase: pulumi.Output<string>;
  /** `none`, `edited`, `regenerate` or `reboot`: what would bring the host back to what is declared. */
  declare readonly drift: pulumi.Output<string>;
  declare readonly rebootNeeded: pulumi.Output<boolean>;
  /** `4.17.7` */
  declare readonly xenVersion: pulumi.Output<string>;
  /** As the running hypervisor tells it. */
  declare readonly xenCommandLine: pulumi.Output<string>;
  declare readonly kernelRelease: pulumi.Output<string>;
  declare readonly dom0MemoryMiB: pulumi.Output<number>;
  declare readonly dom0Vcpus: pulumi.Output<number>;
  declare readonly totalMemoryMiB: pulumi.Output<number>;
  /** `["pv", "hvm", "hap"]` */
  declare readonly virtCaps: pulumi.Output<string[]>;
  declare readonly scheduler: pulumi.Output<string>;
  /** `xen` or `linux` */
  declare readonly defaultBoot: pulumi.Output<string>;
  declare readonly packageVersions: pulumi.Output<Record<string, string>>;

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
        "packageVersions",
      ],
      ...onItsHost({ title: `XenHost "${name}"`, spelled: (path) => path }, connection, [[connection, hostDeclared]]),
      opts,
    });
    pulumi.all([rest.allow, rest.reboot]).apply(([allow = [], reboot]) => {
      if (reboot !== "never" && !allow.includes("reboot")) warnBeforeCreation(NO_REBOOT, this);
    });
  }
}
