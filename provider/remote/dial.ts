/** One attempt at an SSH connection: TCP (or a tunnel through the jump host), host key, login. */
import { connect as tcpConnect } from "node:net";
import type { Duplex } from "node:stream";
import { Client, type ConnectConfig } from "ssh2";
import { AuthenticationError, ConnectError, HostKeyError, XenProviderError, messageOf } from "../errors";
import type { Connection } from "./connection";
import { credentialsOf } from "./credentials";
import { hostKeyJudge } from "./host-key";

const TCP_TIMEOUT_MS = 15_000;
const HANDSHAKE_TIMEOUT_MS = 20_000;

/** What carries the SSH bytes. `ref`: may it keep our process alive? */
export interface Carrier {
  readonly stream: Duplex;
  readonly ref: (isNeeded: boolean) => void;
}

/** `root@198.51.100.7`, `root@198.51.100.7:2222`. */
export function labelOf(connection: Connection): string {
  const port = connection.port === undefined || connection.port === 22 ? "" : `:${String(connection.port)}`;
  return `${connection.user ?? "root"}@${connection.host}${port}`;
}

/** @throws ConnectError */
export async function tcpCarrier(connection: Connection): Promise<Carrier> {
  const port = connection.port ?? 22;
  const socket = tcpConnect({ host: connection.host, port });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(new Error(`no answer within ${String(TCP_TIMEOUT_MS / 1000)} s`));
    }, TCP_TIMEOUT_MS);
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(unreachable(connection, error));
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      // Nagle costs 1.9 times per command at 50 ms and 11 times on a LAN; ssh2 leaves it on.
      socket.setNoDelay(true);
      socket.removeAllListeners("error");
      resolve({
        stream: socket,
        ref: (isNeeded) => {
          if (isNeeded) socket.ref();
          else socket.unref();
        },
      });
    });
  });
}

/** Logs in over the carrier. @throws ConnectError, HostKeyError, AuthenticationError */
export async function logIn(connection: Connection, carrier: Carrier): Promise<Client> {
  const label = labelOf(connection);
  const client = new Client();
  let keyFault: HostKeyError | undefined;
  try {
    const credentials = credentialsOf(connection, label);
    const host = hostKeyJudge(connection);
    const config: ConnectConfig = {
      ...credentials.config,
      sock: carrier.stream,
      host: connection.host,
      username: connection.user ?? "root",
      readyTimeout: HANDSHAKE_TIMEOUT_MS,
      agentForward: false,
      ...(host.algorithms === undefined ? {} : { algorithms: { serverHostKey: host.algorithms } }),
      hostVerifier: (key: Buffer): boolean => {
        keyFault = host.judge(key);
        return keyFault === undefined;
      },
    };
    client.on("keyboard-interactive", (_name, _text, _language, prompts, answer) => {
      answer(prompts.map(() => connection.password ?? ""));
    });
    await new Promise<void>((resolve, reject) => {
      client.once("ready", () => {
        resolve();
      });
      // Stays for the client's whole life: an `error` without a listener would end the process.
      client.on("error", reject);
      client.once("close", () => {
        reject(new Error("the host closed the connection during the handshake"));
      });
      client.connect(config);
    }).catch((error: unknown) => {
      throw keyFault ?? classify(connection, credentials.description, host.algorithms, error);
    });
    return client;
  } catch (error) {
    client.on("error", () => undefined);
    client.destroy();
    carrier.stream.destroy();
    throw error instanceof XenProviderError ? error : classify(connection, "the private key", undefined, error);
  }
}

function classify(
  connection: Connection,
  method: string,
  known: readonly string[] | undefined,
  error: unknown,
): XenProviderError {
  const label = labelOf(connection);
  const text = messageOf(error);
  const level = (error as { level?: unknown }).level;
  if (level === "client-authentication") {
    return new AuthenticationError(`${label} refuses the login with ${method}.`, {
      hint: "Add the public key to the host's authorized_keys, or name another key, agent or user in the connection.",
      cause: error,
    });
  }
  if (level === "agent" || /agent/i.test(text)) {
    return new AuthenticationError(`The ssh agent does not help to log in to ${label}: ${text}.`, {
      hint: "Start the agent and add a key (ssh-add), or set privateKeyFile of the connection.",
      cause: error,
    });
  }
  if (/privateKey|passphrase|key format/i.test(text)) {
    return new AuthenticationError(`The private key for ${label} is not usable: ${text}.`, {
      hint: "Set the connection's passphrase, or use a key in OpenSSH's own format (ssh-keygen -p -f KEY).",
      cause: error,
    });
  }
  if (known !== undefined && /host key (format|algorithm)/i.test(text)) {
    return new HostKeyError(`${label} has no host key of a type that we know it by (${known.join(", ")}).`, {
      hint: `Compare the host's keys (ssh-keyscan ${connection.host}) with hostKey or known_hosts.`,
      cause: error,
    });
  }
  return unreachable(connection, error);
}

export function unreachable(connection: Connection, error: unknown): ConnectError {
  return new ConnectError(`There is no SSH connection to ${labelOf(connection)}: ${messageOf(error)}.`, {
    hint: "See that the host runs, that its sshd listens there and that no firewall is between.",
    cause: error,
  });
}

/** May another attempt a moment later succeed? A refused login or key never; a name that does not exist neither. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false;
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  return code !== "ENOTFOUND" && code !== "EINVAL";
}
