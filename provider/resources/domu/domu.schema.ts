/**
 * What a guest is declared with. Names are Xen's own where Xen has one; units are in the names.
 * What a change of each property does to a running guest: domu.plan.ts.
 */
import { z } from "zod";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import { DOMAIN_TYPES, type DomainType, EVENT_ACTIONS, type EventAction, MAC_PATTERN, UUID_PATTERN } from "../../xen";

const BOOT_MODES = ["pygrub", "pvgrub2", "direct"] as const;
/** `pygrub`: the kernel inside the guest's own disk, found without privileges. */
export type BootMode = (typeof BOOT_MODES)[number];

export interface DomUDisk {
  /** Image file or block device on the host. */
  readonly path: string;
  /** Default raw. `block` is a block device. */
  readonly format?: "raw" | "qcow2" | "block";
  /** What the guest sees; default xvda, xvdb, … by position. */
  readonly device?: string;
  /** `w` read and write (default), `r` read only. */
  readonly mode?: "w" | "r";
}

export interface DomUVif {
  readonly bridge: string;
  /** Default: derived, the same for ever. */
  readonly mac?: string;
  /** The address that the guest gives itself: for the host's scripts, for `waitFor` and for the output `ip`. */
  readonly ip?: string;
  readonly script?: string;
  /** `10Mb/s@50ms`. */
  readonly rate?: string;
  readonly vifname?: string;
}

export interface DomUVfb {
  /** Default true. */
  readonly vnc?: boolean;
  /** Default 127.0.0.1: reach it through SSH. */
  readonly vncListen?: string;
  /** Port 5900 plus this; default: a free one. */
  readonly vncDisplay?: number;
  /** Secret. Without one whoever reaches the port sees the screen. */
  readonly vncPassword?: string;
}

export interface DomUInstall {
  /** Of an InstallMedia. */
  readonly media: {
    readonly name: string;
    readonly directory: string;
    readonly kernelPath: string;
    readonly ramdiskPath: string;
    /** Who serves the tree and the answers while the install runs. */
    readonly serve?: { readonly bridge: string; readonly port: number };
  };
  /** Of `answers.preseed(…)` or `answers.text(…)`; may hold a password. */
  readonly answers?: { readonly fileName: string; readonly content: string; readonly kernelArgs?: string };
  /** Further kernel arguments of the installer. */
  readonly extra?: string;
  /** Default 60. */
  readonly timeoutMinutes?: number;
  /** While installing; default: the guest's own. */
  readonly memoryMiB?: number;
  readonly vcpus?: number;
}

export interface DomUWait {
  /** A port of the guest that takes connections. */
  readonly tcpPort?: number;
  /** A text on the guest's console. */
  readonly consoleText?: string;
  /** An answer over HTTP; with `contains`, one that holds this text. */
  readonly http?: { readonly port?: number; readonly path?: string; readonly contains?: string };
  /** The guest's address, where no interface names it. */
  readonly ip?: string;
  /** Or: any address of the guest in this network, found by its MAC. */
  readonly ipInCidr?: string;
  /** Default 300. */
  readonly timeoutSeconds?: number;
}

export type ExtraValue = string | number | readonly string[];

export interface DomUInputs extends CommonInputs {
  readonly connection: Connection;
  readonly name: string;
  readonly uuid?: string;
  readonly type?: DomainType;
  readonly memoryMiB?: number;
  readonly maxMemoryMiB?: number;
  readonly vcpus?: number;
  readonly maxVcpus?: number;
  readonly cpus?: string;
  readonly disks?: readonly DomUDisk[];
  readonly vifs?: readonly DomUVif[];
  readonly vfb?: DomUVfb;
  readonly boot?: BootMode;
  readonly kernel?: string;
  readonly ramdisk?: string;
  readonly root?: string;
  readonly extra?: string;
  readonly onPoweroff?: EventAction;
  readonly onReboot?: EventAction;
  readonly onCrash?: EventAction;
  readonly autostart?: boolean;
  readonly powerState?: "running" | "stopped";
  readonly extraConfig?: Readonly<Record<string, ExtraValue>>;
  readonly install?: DomUInstall;
  readonly waitFor?: DomUWait;
  /** Computed: the final configuration as people may see it, `[secret]` and `[unknown]` in their places. */
  readonly config?: string;
}

/** What the host tells; nothing of it is compared with the inputs. */
export interface DomUOutputs {
  readonly machineId: string;
  /** How far the guest's life has come; `done` when nothing is left to do. */
  readonly phase: string;
  /** Another one after each reboot of the guest. */
  readonly domid?: number;
  readonly ip?: string;
  /** `127.0.0.1:5901` on the host. */
  readonly vncAddress?: string;
  readonly consoleCommand: string;
  readonly configPath: string;
}

const text = z.string().regex(/^[^\u0000-\u001f\u007f]*$/, "must be one line without control characters");
const path = z.string().regex(/^\/[A-Za-z0-9._+@:=/-]+$/, "must be an absolute path without blanks or quotes");
const interfaceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/, "must be an interface name, at most 15 characters");
const address = z.union([z.ipv4(), z.ipv6()], { error: "must be an IP address" });
const specText = z
  .string()
  .regex(/^[^\u0000-\u001f\u007f,"'\\]*$/, "must be one line without commas, quotes or backslashes")
  // xl takes them off; the guest would never be as declared, and be restarted at each change.
  .refine((spec) => spec === spec.trim(), "must not begin or end with a blank");
const mebibytes = z.int().min(16);
const cpuCount = z.int().min(1).max(512);

const diskSchema = z.strictObject({
  path,
  format: z.enum(["raw", "qcow2", "block"]).optional(),
  device: z
    .string()
    .regex(/^(xvd[a-z]{1,2}|[hs]d[a-z])\d{0,2}$/, 'must be a device name such as "xvda"')
    .optional(),
  mode: z.enum(["w", "r"]).optional(),
});

const vifSchema = z.strictObject({
  bridge: interfaceName,
  mac: z.string().regex(MAC_PATTERN, 'must be a MAC address such as "00:16:3e:12:34:56" in lower case').optional(),
  ip: address.optional(),
  script: specText.optional(),
  rate: z
    .string()
    .regex(/^\d+[GMK]?[bB]\/s(@\d+[mu]?s)?$/, 'must be a rate such as "10Mb/s" or "1MB/s@20ms"')
    .optional(),
  vifname: interfaceName.optional(),
});

const installSchema = z.strictObject({
  media: z.strictObject({
    name: z.string(),
    directory: path,
    kernelPath: path,
    ramdiskPath: path,
    serve: z.strictObject({ bridge: interfaceName, port: z.int().min(1).max(65535) }).optional(),
  }),
  answers: z
    .strictObject({
      fileName: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "must be a plain file name"),
      content: z.string(),
      kernelArgs: text.optional(),
    })
    .optional(),
  extra: text.optional(),
  timeoutMinutes: z.number().positive().max(1440).optional(),
  memoryMiB: mebibytes.optional(),
  vcpus: cpuCount.optional(),
});

const waitSchema = z.strictObject({
  tcpPort: z.int().min(1).max(65535).optional(),
  consoleText: text.min(1).optional(),
  http: z
    .strictObject({
      port: z.int().min(1).max(65535).optional(),
      path: z
        .string()
        .regex(/^\/[\u0021-\u007e]*$/, 'must be a path such as "/"')
        .optional(),
      contains: z.string().optional(),
    })
    .optional(),
  ip: address.optional(),
  ipInCidr: z.cidrv4().optional(),
  timeoutSeconds: z.int().min(1).max(86_400).optional(),
});

export const domuSchema = z.strictObject({
  connection: connectionSchema,
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "must be letters, digits, dots, dashes and underscores, at most 63")
    .refine((name) => !/^\d+$/.test(name), "must hold a letter: xl takes a number for a domain id")
    .refine((name) => name !== "Domain-0", "is the host itself"),
  uuid: z.string().regex(UUID_PATTERN, "must be a uuid in lower case").optional(),
  type: z.enum(DOMAIN_TYPES).optional(),
  memoryMiB: mebibytes.optional(),
  maxMemoryMiB: mebibytes.optional(),
  vcpus: cpuCount.optional(),
  maxVcpus: cpuCount.optional(),
  cpus: z
    .string()
    .regex(/^(all|\^?\d+(-\d+)?(,\^?\d+(-\d+)?)*)$/, 'must be a list of CPUs such as "0-3,^1"')
    .optional(),
  disks: z.array(diskSchema).optional(),
  vifs: z.array(vifSchema).optional(),
  vfb: z
    .strictObject({
      vnc: z.boolean().optional(),
      vncListen: address.optional(),
      vncDisplay: z.int().min(0).max(999).optional(),
      vncPassword: specText.min(1).max(64).optional(),
    })
    .optional(),
  boot: z.enum(BOOT_MODES).optional(),
  kernel: path.optional(),
  ramdisk: path.optional(),
  root: text.optional(),
  extra: text.optional(),
  onPoweroff: z.enum(EVENT_ACTIONS).optional(),
  onReboot: z.enum(EVENT_ACTIONS).optional(),
  onCrash: z.enum(EVENT_ACTIONS).optional(),
  autostart: z.boolean().optional(),
  powerState: z.enum(["running", "stopped"]).optional(),
  extraConfig: z
    .record(
      z.string().regex(/^[a-z_][a-z0-9_]*$/, "must be a key of xl.cfg(5)"),
      z.union([text, z.int().min(0), z.array(text)]),
    )
    .optional(),
  install: installSchema.optional(),
  waitFor: waitSchema.optional(),
  config: z.string().optional(),
});
