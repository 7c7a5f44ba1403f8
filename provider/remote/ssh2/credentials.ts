/**
 * The one way we log in, from what the connection says. Only that way is offered: each refused one costs a round trip
 * and counts as a failed login at the host (facts: sshd's MaxAuthTries, PerSourcePenalties).
 */
import { readFileSync } from "node:fs";
import type { AuthHandlerMiddleware, AuthenticationType, ConnectConfig } from "ssh2";
import { AuthenticationError, messageOf } from "../../errors";
import type { Connection } from "../connection/connection";
import { expandHome } from "../connection/host-key";

export interface Credentials {
  readonly config: Pick<
    ConnectConfig,
    "agent" | "privateKey" | "passphrase" | "password" | "tryKeyboard" | "authHandler"
  >;
  /** For messages: "the agent at /run/…". Never the secret itself. */
  readonly description: string;
  /** What to do where the host refuses it. */
  readonly remedy: string;
}

export const ADD_PUBLIC_KEY =
  "Add the public key to the host's authorized_keys, or name another key, agent or user in the connection.";

/** @throws AuthenticationError where there is nothing to log in with. */
export function credentialsOf(connection: Connection, label: string): Credentials {
  if (connection.privateKey !== undefined) return byKey(connection, connection.privateKey, "connection.privateKey");
  if (connection.privateKeyFile !== undefined) {
    const file = expandHome(connection.privateKeyFile);
    return byKey(connection, readKey(file, label), `the key in ${file}`);
  }
  if (connection.password !== undefined) return byPassword(connection.password);
  const agent = process.env["SSH_AUTH_SOCK"];
  if (agent !== undefined && agent !== "") {
    return {
      config: { agent, authHandler: ["agent"] },
      description: `the keys of the agent at ${agent}`,
      remedy:
        'Add the right key to the agent (ssh-add; "ssh-add -l" shows what it holds) and to the host\'s authorized_keys, or set privateKeyFile of the connection.',
    };
  }
  throw new AuthenticationError(
    `There is nothing to log in to ${label} with: no ssh agent runs (SSH_AUTH_SOCK is not set).`,
    {
      hint: 'Set privateKeyFile of the connection, such as "~/.ssh/id_ed25519", or start an agent.',
    },
  );
}

function byKey(connection: Connection, privateKey: string, description: string): Credentials {
  const passphrase = connection.passphrase === undefined ? {} : { passphrase: connection.passphrase };
  return { config: { privateKey, ...passphrase, authHandler: ["publickey"] }, description, remedy: ADD_PUBLIC_KEY };
}

/**
 * Keyboard-interactive only where the host takes no plain passwords: after a refused password it would be a second
 * failed login.
 */
function byPassword(password: string): Credentials {
  const tried: AuthenticationType[] = [];
  const next: AuthHandlerMiddleware = (left, _partial, decide) => {
    const isFirst = tried.length === 0;
    const method: AuthenticationType | undefined = isFirst
      ? "password"
      : tried.length === 1 && !left.includes("password") && left.includes("keyboard-interactive")
        ? "keyboard-interactive"
        : undefined;
    if (method === undefined) {
      decide(false as unknown as AuthenticationType);
      return;
    }
    tried.push(method);
    decide(method);
  };
  return {
    config: { password, tryKeyboard: true, authHandler: next },
    description: "the password",
    remedy:
      "Correct the password or the user of the connection, or see that the host allows passwords (PasswordAuthentication in sshd_config).",
  };
}

function readKey(file: string, label: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new AuthenticationError(`The private key for ${label} cannot be read: ${messageOf(error)}.`, {
      hint: "Set privateKeyFile of the connection to a key file on the machine that runs Pulumi.",
      cause: error,
    });
  }
}
