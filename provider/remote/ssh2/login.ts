/** One attempt to log in with ssh2: the host's key, then our one method. */
import { Client, type ConnectConfig, type ServerHostKeyAlgorithm } from "ssh2";
import { AuthenticationError, ConnectError, HostKeyError, XenProviderError, messageOf } from "../../errors";
import { type Connection, labelOf } from "../connection/connection";
import { hostKeyJudge } from "../connection/host-key";
import { unreachable } from "../connection/unreachable";
import type { Carrier } from "./carrier";
import { ADD_PUBLIC_KEY, type Credentials, credentialsOf } from "./credentials";
import { Ssh2Wire } from "./ssh2-wire";

const HANDSHAKE_TIMEOUT_MS = 20_000;
const UNKNOWN_KEY = { description: "the private key", remedy: ADD_PUBLIC_KEY };

/** Logs in over the carrier. @throws ConnectError, HostKeyError, AuthenticationError */
export async function logIn(connection: Connection, carrier: Carrier): Promise<Ssh2Wire> {
  const label = labelOf(connection);
  const client = new Client();
  let keyFault: HostKeyError | undefined;
  let awaited = "greeting of an SSH server";
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
      ...(host.algorithms === undefined
        ? {}
        : { algorithms: { serverHostKey: host.algorithms as ServerHostKeyAlgorithm[] } }),
      hostVerifier: (key: Buffer): boolean => {
        keyFault = host.judge(key);
        return keyFault === undefined;
      },
    };
    client.on("keyboard-interactive", (_name, _text, _language, prompts, answer) => {
      answer(prompts.map(() => connection.password ?? ""));
    });
    await new Promise<void>((resolve, reject) => {
      carrier.stream.once("data", () => {
        awaited = "end of the key exchange";
      });
      client.once("handshake", () => {
        awaited = "answer to the login";
      });
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
      const why = isTimeout(error) ? new Error(`no ${awaited} within ${String(HANDSHAKE_TIMEOUT_MS / 1000)} s`) : error;
      throw keyFault ?? classify(connection, credentials, host.algorithms, why);
    });
    return new Ssh2Wire(client, carrier);
  } catch (error) {
    client.on("error", () => undefined);
    client.destroy();
    carrier.stream.destroy();
    throw error instanceof XenProviderError ? error : classify(connection, UNKNOWN_KEY, undefined, error);
  }
}

function isTimeout(error: unknown): boolean {
  return (error as { level?: unknown }).level === "client-timeout";
}

function classify(
  connection: Connection,
  { description, remedy }: Pick<Credentials, "description" | "remedy">,
  known: readonly string[] | undefined,
  error: unknown,
): XenProviderError {
  const label = labelOf(connection);
  const text = messageOf(error);
  const level = (error as { level?: unknown }).level;
  if (level === "client-authentication") {
    return new AuthenticationError(`${label} refuses the login with ${description}.`, {
      hint: remedy,
      cause: error,
    });
  }
  if (level === "agent" || /agent/i.test(text)) {
    return new AuthenticationError(`The ssh agent does not help to log in to ${label}: ${text}.`, {
      hint: "Start the agent and add a key (ssh-add), or set privateKeyFile of the connection.",
      cause: error,
    });
  }
  if (known !== undefined && /host key (format|algorithm)/i.test(text)) {
    return new HostKeyError(`${label} has no host key of a type that we know it by (${known.join(", ")}).`, {
      hint: `Compare the host's keys (ssh-keyscan ${connection.host}) with hostKey or known_hosts.`,
      cause: error,
    });
  }
  if (/private key type: sk-/.test(text)) {
    return new AuthenticationError(
      `The private key for ${label} belongs to a FIDO key, which this transport cannot use.`,
      {
        hint: 'Set transport: "openssh" of the connection: the system\'s ssh asks for a touch and logs in with it.',
        cause: error,
      },
    );
  }
  if (/privateKey|passphrase|key format/i.test(text)) {
    return new AuthenticationError(`The private key for ${label} is not usable: ${text}.`, {
      hint: "Set the connection's passphrase, or use a key in OpenSSH's own format (ssh-keygen -p -f KEY).",
      cause: error,
    });
  }
  if (/no matching/i.test(text)) {
    return new ConnectError(`${label} and we have no algorithm in common: ${text}.`, {
      hint: 'Update the host\'s sshd, or set transport: "openssh" and allow one in ~/.ssh/config.',
      cause: Object.assign(new Error(text), { code: "EPROTO" }),
    });
  }
  return unreachable(connection, error);
}
