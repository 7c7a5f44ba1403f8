/**
 * How a host is reached, as the user says it. Shared by all resources; a change of it never changes a resource.
 */
import { z } from "zod";

/** How a host is reached over SSH. A change of it changes no resource (docs/connection.md). */
export interface Connection {
  /** The host's name or IP address, or (with `transport: "openssh"`) an alias of ~/.ssh/config. */
  readonly host: string;
  /**
   * What carries the connection. `"ssh2"`: a library in the provider, which needs nothing else. `"openssh"`: the
   * program `ssh` of the machine that runs Pulumi, with the user's ~/.ssh/config, so also with certificates, FIDO keys and
   * ProxyJump. It may ask nothing (no password, no passphrase: an agent holds the key), and accepts no unknown host key.
   * Default: `"ssh2"`.
   */
  readonly transport?: "ssh2" | "openssh";
  /** The TCP port number, 1 to 65535. Default: 22; with `"openssh"` as ~/.ssh/config says. */
  readonly port?: number;
  /** The user who logs in. Default: root; with `"openssh"` as ~/.ssh/config says, else the name of the local user. Others than root need `sudo`. */
  readonly user?: string;
  /** The host's public key, `ssh-ed25519 AAAA…`. Default: the user's known_hosts decides. */
  readonly hostKey?: string;
  /** The path of the file that lists known hosts, on the machine that runs Pulumi. Default: `~/.ssh/known_hosts`. */
  readonly knownHostsFile?: string;
  /**
   * Path of a private key on the machine that runs Pulumi. Default: the agent at SSH_AUTH_SOCK, or with `"openssh"` what
   * ~/.ssh/config says.
   */
  readonly privateKeyFile?: string;
  /** The private key itself (secret). Prefer the agent or a file: this one lives, encrypted, in the state. Default: none. */
  readonly privateKey?: string;
  /** The passphrase of the private key (secret). Default: none. */
  readonly passphrase?: string;
  /** The password to log in with, also keyboard-interactive (secret). Default: none. */
  readonly password?: string;
  /** `true`: commands run through `sudo -n`. Default: `false`. */
  readonly sudo?: boolean;
  /** Another host to go through, verified on its own; with `"openssh"` it must have that transport too. Default: none. */
  readonly jump?: Connection;
}

const HOST_RULE =
  'must be a host name or an address alone, such as "198.51.100.7". User and port are properties of their own';

const path = z
  .string({ error: "must be the path of a file on the machine that runs Pulumi" })
  .min(1, "must be the path of a file on the machine that runs Pulumi")
  .refine((file) => !/^~[^/]/.test(file), 'must not begin with another user\'s "~". Give the whole path');

/** In the forms that OpenSSH and ssh.com print one. */
export function isPublicKey(text: string): boolean {
  return /^\s*((ssh|ecdsa|sk)-\S+ AAAA|---- BEGIN SSH2 PUBLIC KEY|-----BEGIN (RSA )?PUBLIC KEY)/.test(text);
}

function tellKey(key: string, context: z.RefinementCtx): void {
  if (/^\s*(-----BEGIN (?!.*PUBLIC)|PuTTY-User-Key-File)/.test(key)) return;
  const message = isPublicKey(key)
    ? "must be the private key, and this is the public one. Give the text of the file without .pub"
    : 'must be the text of a private key, which begins with "-----BEGIN". For the path of its file say privateKeyFile';
  context.addIssue({ code: "custom", message });
}

const members = {
  transport: z.enum(["ssh2", "openssh"]).optional(),
  host: z.string({ error: HOST_RULE }).regex(/^[A-Za-z0-9_][A-Za-z0-9._:-]*$/, HOST_RULE),
  port: z.int().min(1).max(65535).optional(),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_.-]*\$?$/i, "must be a user name")
    .optional(),
  hostKey: z
    .string()
    .regex(/^(ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/=]+( .*)?$/, 'must be a public key such as "ssh-ed25519 AAAA…"')
    .optional(),
  knownHostsFile: path.optional(),
  privateKeyFile: path.optional(),
  privateKey: z.string().superRefine(tellKey).optional(),
  passphrase: z.string().optional(),
  password: z.string().optional(),
  sudo: z.boolean().optional(),
  jump: z.lazy((): z.ZodType => connectionSchema).optional(),
};

const shape = z.strictObject(members, {
  error: ({ code, input }) =>
    code === "invalid_type"
      ? `must be an object that says how the host is reached. Say \`{here}: ${asConnection(input)}\``
      : undefined,
});

/** What a text, or nothing, was meant to be: `root@198.51.100.7:2222`. */
function asConnection(given: unknown): string {
  const [, user, host = "198.51.100.7", port] =
    typeof given === "string" ? (/^(?:ssh:\/\/)?(?:([a-z_][\w.-]*)@)?([\w.-]+)(?::(\d+))?\/?$/i.exec(given) ?? []) : [];
  const more = `${user === undefined ? "" : `, user: "${user}"`}${port === undefined ? "" : `, port: ${port}`}`;
  return `{ host: "${host}"${more} }`;
}

/** Which properties do not go together; `check` tells all at once, before anything is asked. */
interface ConnectionRule {
  /** The property it is told at; never one that holds a secret, since its value is told too. */
  readonly at: readonly (keyof Connection)[];
  readonly isBroken: (connection: Partial<Connection>) => boolean;
  /** Follows "is VALUE, but" or "it". */
  readonly rule: string;
}

const isOpenssh = (connection: Partial<Connection>): boolean => connection.transport === "openssh";

const CONNECTION_RULES: readonly ConnectionRule[] = [
  {
    at: ["transport"],
    isBroken: (it) => isOpenssh(it) && it.password !== undefined,
    rule: "cannot go with password: ssh may ask nothing here. Use a key, or remove transport",
  },
  {
    at: ["transport"],
    isBroken: (it) => isOpenssh(it) && it.privateKey !== undefined,
    rule: "cannot go with privateKey: ssh takes keys from files and agents. Set privateKeyFile, add the key to the agent, or remove transport",
  },
  {
    at: ["transport"],
    isBroken: (it) => isOpenssh(it) && it.passphrase !== undefined,
    rule: "cannot go with passphrase: ssh may ask nothing here. Add the key to the agent (ssh-add), or remove transport",
  },
  {
    at: ["jump", "transport"],
    isBroken: (it) => isOpenssh(it) && it.jump !== undefined && it.jump.transport !== "openssh",
    rule: 'must be "openssh" too: ssh goes through the jump host by itself. Set it',
  },
  {
    at: ["privateKeyFile"],
    isBroken: (it) => !isOpenssh(it) && typeof it.privateKeyFile === "string" && it.privateKeyFile.endsWith(".pub"),
    rule: "must be the file of the private key, not of the public one. Name the file without .pub",
  },
  {
    at: [],
    isBroken: (it) =>
      !isOpenssh(it) && [it.privateKeyFile, it.privateKey, it.password].filter((way) => way !== undefined).length > 1,
    rule: "may have only one of privateKeyFile, privateKey and password: one way to log in is tried. Remove the others",
  },
  {
    at: [],
    isBroken: (it) =>
      !isOpenssh(it) && it.passphrase !== undefined && it.privateKeyFile === undefined && it.privateKey === undefined,
    rule: "has a passphrase and no key that it could belong to. Set privateKeyFile or privateKey, or remove passphrase",
  },
  {
    at: ["hostKey"],
    isBroken: (it) => it.hostKey !== undefined && it.knownHostsFile !== undefined,
    rule: "cannot go with knownHostsFile: a pinned key alone decides. Remove one of them",
  },
];

export const connectionSchema = CONNECTION_RULES.reduce<z.ZodType>(
  (schema, { at, isBroken, rule }) =>
    schema.refine((value) => typeof value !== "object" || value === null || !isBroken(value), {
      path: [...at],
      error: rule,
      // Also beside other faults: all are told at once.
      when: () => true,
    }),
  shape,
) as z.ZodType<Connection>;

/** For messages: `root@198.51.100.7`, `root@198.51.100.7:2222`, `an-alias`. */
export function labelOf(connection: Connection): string {
  const port = connection.port === undefined || connection.port === 22 ? "" : `:${String(connection.port)}`;
  const user = connection.user ?? (connection.transport === "openssh" ? undefined : "root");
  return `${user === undefined ? "" : `${user}@`}${connection.host}${port}`;
}
