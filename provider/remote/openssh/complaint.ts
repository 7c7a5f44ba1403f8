/**
 * Why ssh ended, from what it said, as an error with a remedy. Pure. The words are those of OpenSSH 9.2 (Debian 12), seen by
 * test/contract/remote/openssh.test.ts; other words end as a ConnectError that quotes them.
 */
import {
  AuthenticationError,
  BadInputError,
  ConnectError,
  HostKeyError,
  UnsupportedError,
  type XenProviderError,
  messageOf,
} from "../../errors";
import { type Connection, labelOf } from "../connection/connection";
import { unreachable } from "../connection/unreachable";

const QUOTED_AT_MOST = 600;

export function complaint(connection: Connection, code: number | null, said: string): XenProviderError {
  const label = labelOf(connection);
  const text = said.replaceAll("\r", "").trim();
  if (code === 127) return noProgram(connection, new Error(text));
  return (
    aboutConfiguration(label, text) ??
    aboutHostKey(connection, text) ??
    aboutForwarding(label, text) ??
    aboutLogin(label, text) ??
    aboutName(connection, text) ??
    aboutAlgorithms(label, text) ??
    unreachable(connection, new Error(text === "" ? `ssh ended with exit code ${String(code)}` : theEnd(text)))
  );
}

export function noProgram(connection: Connection, error: unknown): UnsupportedError {
  return new UnsupportedError(
    `${labelOf(connection)} is to be reached by the program ssh, which cannot be started here: ${messageOf(error)}.`,
    {
      hint: 'Install the OpenSSH client on the machine that runs Pulumi, or leave out transport: "openssh".',
      cause: error,
    },
  );
}

export function silent(connection: Connection, seconds: number, said: string): ConnectError {
  const words = said.trim() === "" ? "" : ` It said: ${theEnd(said.trim())}`;
  return new ConnectError(`ssh did not log in to ${labelOf(connection)} within ${String(seconds)} s.${words}`, {
    hint: `Try "ssh ${connection.host}" by hand: it must log in without asking anything.`,
  });
}

function aboutConfiguration(label: string, text: string): BadInputError | undefined {
  const line = lineWith(
    text,
    /Bad configuration option|Bad owner or permissions|Can't open user config|line \d+: (missing|unsupported|no argument|extra|keyword|bad|invalid|garbage)/i,
  );
  if (line === undefined) return undefined;
  return new BadInputError(`ssh does not take its configuration, so ${label} was not asked: ${line}.`, {
    hint: "Correct that file. `ssh -G HOST` shows how ssh understands it.",
  });
}

function aboutHostKey(connection: Connection, text: string): HostKeyError | undefined {
  if (!/Host key verification failed|Certificate invalid/.test(text)) return undefined;
  const label = labelOf(connection);
  // Where it goes through a jump host, the one or the other key may be meant: ssh's line says which.
  const about = lineWith(text, /has changed and you|was revoked and you|is known for|Certificate invalid/);
  const of = about === undefined ? "" : ` ssh said: ${about}`;
  if (/REVOKED HOST KEY/.test(text)) {
    return new HostKeyError(`On the way to ${label} a host key was shown that is marked as revoked.${of}`, {
      hint: "Give the host a new key; a revoked one is never accepted.",
    });
  }
  const shown = /^(SHA256:\S+?)\.?$/m.exec(text)?.[1];
  if (shown !== undefined) {
    const offending = /Offending (.+ in .+)/.exec(text)?.[1] ?? "another one";
    const known = connection.hostKey === undefined ? offending : "hostKey of the connection";
    return new HostKeyError(
      `On the way to ${label} another host key was shown than the known one: ${shown}, expected is the ${known}.${of}`,
      {
        hint: "Somebody may be listening in, or the host was installed again. If you know that it was, replace the old key there.",
      },
    );
  }
  return new HostKeyError(`On the way to ${label} a host key was shown that is not known.${of}`, {
    hint: `Log in once by hand (ssh ${connection.host}) and compare the fingerprint it shows with the host's own, or set hostKey of the connection.`,
  });
}

function aboutForwarding(label: string, text: string): AuthenticationError | undefined {
  if (!/open failed: administratively prohibited/.test(text)) return undefined;
  return new AuthenticationError(`The jump host does not forward connections to ${label}.`, {
    hint: "Allow it there (AllowTcpForwarding, PermitOpen in sshd_config), or use another jump host.",
  });
}

function aboutLogin(label: string, text: string): AuthenticationError | undefined {
  if (/Too many authentication failures/.test(text)) {
    return new AuthenticationError(`${label} refuses the login: ssh offered too many keys before the right one.`, {
      hint: "Name the right one: privateKeyFile of the connection, or IdentityFile and IdentitiesOnly in ~/.ssh/config.",
    });
  }
  const denied = lineWith(text, /Permission denied \(|no more authentication methods/i);
  if (denied === undefined) return undefined;
  const key = lineWith(text, /Identity file|Load key|UNPROTECTED PRIVATE KEY|sign_and_send_pubkey|agent/);
  return new AuthenticationError(
    `${label} refuses the login that ssh offers: ${denied}${key === undefined ? "" : ` (${key})`}`,
    {
      hint: "ssh may ask nothing here: add an encrypted key to the agent (ssh-add), and the public key to the host's authorized_keys.",
    },
  );
}

function aboutName(connection: Connection, text: string): ConnectError | undefined {
  const line = lineWith(text, /Could not resolve hostname/);
  if (line === undefined) return undefined;
  return new ConnectError(`${labelOf(connection)} is not known: ${line}.`, {
    hint: `Add "Host ${connection.host}" with its HostName to ~/.ssh/config, or set host to a name or address that exists.`,
    cause: Object.assign(new Error(line), { code: "ENOTFOUND" }),
  });
}

function aboutAlgorithms(label: string, text: string): ConnectError | undefined {
  const line = lineWith(text, /Unable to negotiate/);
  if (line === undefined) return undefined;
  return new ConnectError(`ssh and ${label} have no algorithm in common: ${line}.`, {
    hint: "Update the older of the two, or allow one for this host in ~/.ssh/config (HostKeyAlgorithms, KexAlgorithms).",
    cause: Object.assign(new Error(line), { code: "EPROTO" }),
  });
}

function lineWith(text: string, pattern: RegExp): string | undefined {
  return text
    .split("\n")
    .find((line) => pattern.test(line))
    ?.trim()
    .replace(/\.$/, "");
}

function theEnd(text: string): string {
  return text.length > QUOTED_AT_MOST ? `[…] ${text.slice(-QUOTED_AT_MOST)}` : text;
}
