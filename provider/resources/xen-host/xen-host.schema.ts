/** What a XenHost is declared with and what it tells. Pure. */
import { z } from "zod";
import type { Dom0Wishes } from "../../host/boot/hypervisor-arguments";
import type { PackageRepository } from "../../host/host-family";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";

export interface XenHostInputs extends CommonInputs {
  readonly connection: Connection;
  /** What dom0 gets of the machine; what is left out stays Xen's own choice. A change reboots the host. */
  readonly dom0?: Dom0Wishes;
  /** Further arguments of the hypervisor (xen-command-line(7)). A change reboots the host. */
  readonly hypervisorArgs?: readonly string[];
  /** Further arguments of dom0's kernel. A change reboots the host. */
  readonly kernelArgs?: readonly string[];
  /** Further packages, `name` or `name=version`. */
  readonly packages?: readonly string[];
  /** A package source to add before anything is installed. */
  readonly repository?: PackageRepository;
  /** Default `auto`: the one that the host has. */
  readonly toolstack?: "auto" | "xl";
  /** `never`: the host is prepared, and rebooted by somebody else. Default `whenNeeded`. */
  readonly reboot?: "whenNeeded" | "never";
  /** `keep`: it stays a Xen host. `restore`: from its next boot on it is plain Linux. Default `keep`. */
  readonly onDelete?: "keep" | "restore";
}

/**
 * `preparing` and `trial` are passed on the way. `fell-back`: the trial of Xen failed, plain Linux runs.
 * `awaiting-reboot`: `reboot: "never"`. `drifted`: the host is no longer as it was made.
 */
export type XenHostPhase = "preparing" | "trial" | "ready" | "fell-back" | "awaiting-reboot" | "drifted";

export interface XenHostOutputs {
  readonly machineId: string;
  readonly phase: XenHostPhase;
  /** `none`; `edited`: GRUB's settings differ; `regenerate`: its menu is older than they; `reboot`: Xen runs with others. */
  readonly drift: "none" | "edited" | "regenerate" | "reboot";
  readonly rebootNeeded: boolean;
  /** `4.17.7`; absent on plain Linux, as are all that follow. */
  readonly xenVersion?: string;
  /** As the running hypervisor tells it. */
  readonly xenCommandLine?: string;
  readonly kernelRelease: string;
  readonly dom0MemoryMiB?: number;
  readonly dom0Vcpus?: number;
  readonly totalMemoryMiB?: number;
  /** `["pv", "hvm", "hap"]`: what kinds of guests the processor allows. */
  readonly virtCaps?: readonly string[];
  readonly scheduler?: string;
  /** What the host boots when nobody intervenes. */
  readonly defaultBoot: "xen" | "linux";
  /** Installed versions of the packages that make it a Xen host. */
  readonly packageVersions: Readonly<Record<string, string>>;
}

// Arguments go through a shell file and GRUB's menu: only characters that mean nothing to either.
const argument = z
  .string()
  .regex(/^[A-Za-z0-9_.,:=%+@/~^-]+$/, "must be one argument of letters, digits and _ . , : = % + @ / ~ ^ -");

const packageSpec = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9+.:-]*(=[A-Za-z0-9.+:~-]+)?$/,
    'must be a package such as "xen-tools" or "xen-tools=4.9.2-1"',
  );

export const xenHostInputs = z.strictObject({
  connection: connectionSchema,
  dom0: z
    .strictObject({
      memoryMiB: z.int().min(64).max(4194304).optional(),
      maxVcpus: z.int().min(1).max(4096).optional(),
      pinVcpus: z.boolean().optional(),
    })
    .optional(),
  hypervisorArgs: z.array(argument).optional(),
  kernelArgs: z.array(argument).optional(),
  packages: z.array(packageSpec).optional(),
  repository: z
    .strictObject({
      name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, "must be letters, digits and dashes"),
      url: z.string().regex(/^(https?|ftp|file):\S+$/, "must be an address such as http://example.org/debian"),
      suite: z
        .string()
        .regex(/^[A-Za-z0-9._/-]+$/, "must be a suite such as bookworm")
        .optional(),
      components: z.array(z.string().regex(/^[A-Za-z0-9._/-]+$/, "must be a component such as main")).optional(),
      signedBy: z
        .string()
        .regex(/^\/[\w./-]+$/, "must be an absolute path")
        .optional(),
      cost: z.int().min(1).optional(),
      checkSignatures: z.boolean().optional(),
    })
    .optional(),
  toolstack: z.enum(["auto", "xl"]).optional(),
  reboot: z.enum(["whenNeeded", "never"]).optional(),
  onDelete: z.enum(["keep", "restore"]).optional(),
});
