/** How a guest is installed and waited for: what a program says of it. Pure. */
import { z } from "zod";
import { address, network4 } from "../address";
import { hostPath } from "../host-path";
import { interfaceName } from "./domu.vifs";

export interface DomUInstall {
  /** Of an InstallMedia. */
  readonly media: {
    readonly name: string;
    readonly directory: string;
    readonly kernelPath: string;
    readonly ramdiskPath: string;
    /** Who serves the tree and the answers while the install runs. */
    readonly serve?: { readonly bridge: string; readonly port: number } | undefined;
  };
  /** Of `answers.preseed(…)` or `answers.text(…)`; may hold a password. */
  readonly answers?:
    | { readonly fileName: string; readonly content: string; readonly kernelArgs?: string | undefined }
    | undefined;
  /** Further kernel arguments of the installer. */
  readonly extra?: string | undefined;
  /** Default 60. */
  readonly timeoutMinutes?: number | undefined;
  /** While installing; default: the guest's own. */
  readonly memoryMiB?: number | undefined;
  /** While installing; default: the guest's own. */
  readonly vcpus?: number | undefined;
}

export interface DomUWait {
  /** A port of the guest that takes connections. */
  readonly tcpPort?: number | undefined;
  /** A text on the guest's console. */
  readonly consoleText?: string | undefined;
  /** An answer over HTTP; with `contains`, one that holds this text. */
  readonly http?:
    | { readonly port?: number | undefined; readonly path?: string | undefined; readonly contains?: string | undefined }
    | undefined;
  /** The guest's address, where no interface names it. */
  readonly ip?: string | undefined;
  /** Or: any address of the guest in this network, found by its MAC. */
  readonly ipInCidr?: string | undefined;
  /** Default 300. */
  readonly timeoutSeconds?: number | undefined;
}

const text = z.string().regex(/^[^\u0000-\u001f\u007f]*$/, "must be one line without control characters");

export const installSchema: z.ZodType<DomUInstall> = z.strictObject({
  media: z.strictObject(
    {
      name: z.string(),
      directory: hostPath("a folder"),
      kernelPath: hostPath("a kernel"),
      ramdiskPath: hostPath("a ramdisk"),
      serve: z.strictObject({ bridge: interfaceName, port: z.int().min(1).max(65535) }).optional(),
    },
    {
      error: ({ code }) =>
        code === "invalid_type" ? "must be an InstallMedia. Say `media: new xen.InstallMedia(…)`" : undefined,
    },
  ),
  answers: z
    .strictObject({
      fileName: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "must be a plain file name"),
      content: z.string(),
      kernelArgs: text.optional(),
    })
    .optional(),
  extra: text.optional(),
  timeoutMinutes: z.number().positive().max(1440).optional(),
  memoryMiB: z.int().min(16).optional(),
  vcpus: z.int().min(1).max(512).optional(),
});

export const waitSchema: z.ZodType<DomUWait> = z.strictObject({
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
  ipInCidr: network4.optional(),
  timeoutSeconds: z.int().min(1).max(86_400).optional(),
});
