/**
 * A XenHost turns a plain Linux host into a verified dom0 and keeps it so.
 *
 * Nothing is touched where something forbids Xen. Xen is booted once and proven before it becomes the default; when
 * it fails, the host comes back as plain Linux by itself. Changes of `dom0`, `hypervisorArgs` and `kernelArgs`
 * reboot the host, and only with `allow: ["reboot"]`.
 */
import type * as pulumi from "@pulumi/pulumi";
import { XenResource, hostConnection } from "../../pulumi";
import type { Connection } from "../../remote";

export interface XenHostArgs {
  /** How the host is reached. A change of it never changes the host. */
  readonly connection: pulumi.Input<Connection>;
  /** What dom0 gets of the machine; what is left out stays Xen's own choice. */
  readonly dom0?: pulumi.Input<{
    /** Fixed size of dom0; the rest is for guests. */
    readonly memoryMiB?: pulumi.Input<number>;
    /** At most so many VCPUs. */
    readonly maxVcpus?: pulumi.Input<number>;
    /** `true`: each of dom0's VCPUs has a physical CPU of its own. */
    readonly pinVcpus?: pulumi.Input<boolean>;
  }>;
  /** Further arguments of the hypervisor, such as `["console=com1", "com1=115200,8n1"]`. */
  readonly hypervisorArgs?: pulumi.Input<pulumi.Input<string>[]>;
  /** Further arguments of dom0's kernel, such as `["console=hvc0"]`. */
  readonly kernelArgs?: pulumi.Input<pulumi.Input<string>[]>;
  /** Further packages, `name` or `name=version`; naming one of Xen's own pins it. */
  readonly packages?: pulumi.Input<pulumi.Input<string>[]>;
  /** A package source to add before anything is installed. */
  readonly repository?: pulumi.Input<{
    /** Names the file that holds it: letters, digits, dashes. */
    readonly name: pulumi.Input<string>;
    /** Where it is: `http://…`. */
    readonly url: pulumi.Input<string>;
    /** `bookworm`; without one `url` leads to a flat repository. */
    readonly suite?: pulumi.Input<string>;
    /** Of the suite; default `["main"]`. */
    readonly components?: pulumi.Input<pulumi.Input<string>[]>;
    /** Path, on the host, of the key that signs it. */
    readonly signedBy?: pulumi.Input<string>;
    /** Of other families than Debian: the higher, the less it is preferred. */
    readonly cost?: pulumi.Input<number>;
    /** `false` takes packages without a signature. Default true. */
    readonly checkSignatures?: pulumi.Input<boolean>;
  }>;
  /** Default `auto`. */
  readonly toolstack?: pulumi.Input<"auto" | "xl">;
  /** `never`: the host is prepared, and you reboot it. Default `whenNeeded`. */
  readonly reboot?: pulumi.Input<"whenNeeded" | "never">;
  /** `keep`: it stays a Xen host. `restore`: its next boot, which is left to you, is plain Linux. Default `keep`. */
  readonly onDelete?: pulumi.Input<"keep" | "restore">;
  /** `["reboot"]` allows what making and changing a Xen host needs. */
  readonly allow?: pulumi.Input<pulumi.Input<"reboot" | "replace">[]>;
}

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
    super({
      kind: "xen-host",
      type: "XenHost",
      name,
      inputs: { ...args, connection: hostConnection(args.connection) },
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
      opts,
    });
  }
}
