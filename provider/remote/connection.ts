/**
 * How a host is reached, as the user says it. Shared by all resources; a change of it never changes a resource.
 */
import { z } from "zod";

/** @see facts in docs/connection.md */
export interface Connection {
  /** Name or address, or (with `transport: "openssh"`) an alias of ~/.ssh/config. */
  readonly host: string;
  /** Default 22. */
  readonly port?: number;
  /** Default root. Others need `sudo`. */
  readonly user?: string;
  /** The host's public key, `ssh-ed25519 AAAA…`; default: the user's known_hosts decides. */
  readonly hostKey?: string;
  /** Default `~/.ssh/known_hosts`. */
  readonly knownHostsFile?: string;
  /** Path of a private key on the machine that runs Pulumi; default: the agent at SSH_AUTH_SOCK. */
  readonly privateKeyFile?: string;
  /** The private key itself (secret). Prefer the agent or a file: this one lives, encrypted, in the state. */
  readonly privateKey?: string;
  /** Of the private key (secret). */
  readonly passphrase?: string;
  /** Password login, also keyboard-interactive (secret). */
  readonly password?: string;
  /** `true`: commands run through `sudo -n`. Default false. */
  readonly sudo?: boolean;
  /** Another host to go through, verified on its own. */
  readonly jump?: Connection;
}

const path = z.string().min(1);

export const connectionSchema: z.ZodType<Connection> = z.strictObject({
  host: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._:-]*$/, "must be a host name or address"),
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
  privateKey: z.string().optional(),
  passphrase: z.string().optional(),
  password: z.string().optional(),
  sudo: z.boolean().optional(),
  jump: z.lazy(() => connectionSchema).optional(),
}) as unknown as z.ZodType<Connection>;

/** For messages: `root@198.51.100.7`, `root@198.51.100.7:2222`. */
export function labelOf(connection: Connection): string {
  const port = connection.port === undefined || connection.port === 22 ? "" : `:${String(connection.port)}`;
  return `${connection.user ?? "root"}@${connection.host}${port}`;
}
