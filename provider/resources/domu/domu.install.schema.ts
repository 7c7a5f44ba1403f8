/** How a guest is installed and waited for: what a program says of it. Pure. */
import { z } from "zod";
import { address, network4 } from "../address";
import { hostPath } from "../host-path";
import { interfaceName } from "./domu.vifs";

/** How a guest's system is installed. */
export interface DomUInstall {
  /** An InstallMedia: the installer's kernel and ramdisk, and who serves its files. */
  readonly media: {
    readonly name: string;
    readonly directory: string;
    readonly kernelPath: string;
    readonly ramdiskPath: string;
    /** Who serves the tree and the answers while the install runs. */
    readonly serve?: { readonly bridge: string; readonly port: number; readonly iso?: string | undefined } | undefined;
  };
  /** What the installer would ask, by `answers.preseed(…)`, `answers.kickstart(…)` and so on, or `answers.text(…)`; may hold a password. Default: none, the installer asks on the console. */
  readonly answers?: DomUAnswers | undefined;
  /** Further kernel arguments of the installer. Default: none. */
  readonly extra?: string | undefined;
  /** How long the installer may take, in minutes, at most 1440. Default: 60. */
  readonly timeoutMinutes?: number | undefined;
  /** Memory while installing, in MiB. Default: the guest's own. */
  readonly memoryMiB?: number | undefined;
  /** Number of virtual CPUs while installing. Default: the guest's own. */
  readonly vcpus?: number | undefined;
}

/** An answer file, and how the installer is told of it. */
interface DomUAnswers {
  /** The file's name in its URL: letters, digits and `. _ -`. */
  readonly fileName: string;
  /** The whole file. `{mediaUrl}`, `{treeUrl}`, `{answersUrl}`, `{answersFolderUrl}` and `{hostAddress}` in it are filled in by the host. */
  readonly content: string;
  /** Further files that stand beside it, by name: digits, letters and `. _ -`; the same words in them are filled in. Default: none. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** What is put on the installer's kernel command line; it takes the same words in braces. Default: nothing. */
  readonly kernelArgs?: string | undefined;
}

/** What must answer before a guest counts as created: all that is named. */
export interface DomUWait {
  /** A TCP port number of the guest, 1 to 65535: waits until it takes connections. Default: not waited for. */
  readonly tcpPort?: number | undefined;
  /** One line of text: waits until it is on the guest's console. Default: not waited for. */
  readonly consoleText?: string | undefined;
  /** Waits until the guest answers over HTTP. Default: not waited for. */
  readonly http?: DomUHttpWait | undefined;
  /** The IP address at which the guest is asked. Default: that of its first interface (`vifs[0].ip`). */
  readonly ip?: string | undefined;
  /** A network such as `198.51.100.0/24`: any address of the guest in it, found by its MAC, is the guest's. Default: `ip` says it. */
  readonly ipInCidr?: string | undefined;
  /** How long to wait, in seconds, 1 to 86400. Default: 300. */
  readonly timeoutSeconds?: number | undefined;
}

/** What a guest must answer over HTTP. */
interface DomUHttpWait {
  /** The TCP port number that is asked, 1 to 65535. Default: 80. */
  readonly port?: number | undefined;
  /** The path that is asked for. Default: `/`. */
  readonly path?: string | undefined;
  /** A text that the answer must hold. Default: any answer will do. */
  readonly contains?: string | undefined;
}

const text = z.string().regex(/^[^\u0000-\u001f\u007f]*$/, "must be one line without control characters");

const plainName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "must be a plain file name");

export const installSchema: z.ZodType<DomUInstall> = z.strictObject({
  media: z.strictObject(
    {
      name: z.string(),
      directory: hostPath("a folder"),
      kernelPath: hostPath("a kernel"),
      ramdiskPath: hostPath("a ramdisk"),
      serve: z
        .strictObject({ bridge: interfaceName, port: z.int().min(1).max(65535), iso: hostPath("an ISO").optional() })
        .optional(),
    },
    {
      error: ({ code }) =>
        code === "invalid_type" ? "must be an InstallMedia. Say `media: new xen.InstallMedia(…)`" : undefined,
    },
  ),
  answers: z
    .strictObject({
      fileName: plainName,
      content: z.string(),
      files: z.record(plainName, z.string()).optional(),
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
