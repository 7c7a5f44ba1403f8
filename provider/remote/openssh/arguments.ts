/**
 * What the system's ssh is started with. Pure. The user's ~/.ssh/config says how a host is reached; what we need to work
 * unwatched, and what may not be weaker than with our own transport, is said on the command line, which comes first.
 * Nothing secret is in it: anyone on the machine can read it.
 */
import { isIPv6 } from "node:net";
import { quote } from "../../shell";
import type { Connection } from "../connection/connection";
import { expandHome } from "../connection/host-key";

export interface SshStart {
  /** Of the master, which holds the connection: behind `ssh`. */
  readonly master: readonly string[];
  /** To be written into the folder first. */
  readonly files: readonly { readonly name: string; readonly content: string }[];
}

/** Under this name a pinned key stands in our own known_hosts; the host's real name does not matter there. */
const PINNED_NAME = "pulumi-xen-pinned";

export function masterStart(connection: Connection, folder: string): SshStart {
  const files: { name: string; content: string }[] = [];
  const known = (pinned: string): string => {
    const name = `known_hosts_${String(files.length)}`;
    files.push({ name, content: `${PINNED_NAME} ${pinned}\n` });
    return `${folder}/${name}`;
  };
  return {
    master: [
      ...hop(connection, known),
      ...["-N", "-M"],
      ...options({ ControlPath: word(controlPath(folder)), ControlPersist: "no" }),
      ...["--", connection.host],
    ],
    files,
  };
}

export function controlPath(folder: string): string {
  return `${folder}/control`;
}

/** Of one command over the master's connection. */
export function commandArguments(folder: string, logFile: string, command: string): string[] {
  return [...overMaster(folder, logFile), "--", "host", command];
}

/** Of a stream through the host to another. */
export function tunnelArguments(folder: string, logFile: string, host: string, port: number): string[] {
  const target = `${isIPv6(host) ? `[${host}]` : host}:${String(port)}`;
  return [...overMaster(folder, logFile), "-W", target, "--", "host"];
}

function overMaster(folder: string, logFile: string): string[] {
  return [
    // The user's configuration has had its say when the master was started.
    ...["-F", "none", "-T", "-a", "-x", "-S", percent(controlPath(folder))],
    // A client that finds no master, or is refused a session, would dial by itself: that way is closed.
    ...options({ ControlMaster: "no", ProxyCommand: "false", BatchMode: "yes", LogLevel: "ERROR" }),
    // What ssh itself has to say, apart from what the command says.
    ...["-E", logFile],
  ];
}

function hop(connection: Connection, known: (pinned: string) => string): string[] {
  return [
    ...["-T", "-a", "-x"],
    ...options({
      BatchMode: "yes",
      // Whatever the configuration says: an unknown key is never accepted.
      StrictHostKeyChecking: "yes",
      ClearAllForwardings: "yes",
      Tunnel: "no",
      PermitLocalCommand: "no",
      RemoteCommand: "none",
      // Less, and ssh 9.2 does not say why a connection was closed or an algorithm not found.
      LogLevel: "INFO",
      ConnectTimeout: "15",
      ConnectionAttempts: "1",
      // As our own transport: a dark link is noticed after 20 s.
      ServerAliveInterval: "5",
      ServerAliveCountMax: "3",
    }),
    ...(connection.port === undefined ? [] : ["-p", String(connection.port)]),
    ...(connection.user === undefined ? [] : ["-l", connection.user]),
    ...(connection.privateKeyFile === undefined
      ? []
      : ["-i", percent(expandHome(connection.privateKeyFile)), ...options({ IdentitiesOnly: "yes" })]),
    ...hostKeyOptions(connection, known),
    ...(connection.jump === undefined ? [] : options({ ProxyCommand: through(connection.jump, known) })),
  ];
}

function hostKeyOptions(connection: Connection, known: (pinned: string) => string): string[] {
  if (connection.hostKey !== undefined) {
    const pinned = connection.hostKey.trim().split(/\s+/).slice(0, 2).join(" ");
    return options({
      UserKnownHostsFile: word(known(pinned)),
      GlobalKnownHostsFile: "/dev/null",
      HostKeyAlias: PINNED_NAME,
      CheckHostIP: "no",
      UpdateHostKeys: "no",
      VerifyHostKeyDNS: "no",
    });
  }
  if (connection.knownHostsFile === undefined) return [];
  return options({ UserKnownHostsFile: word(expandHome(connection.knownHostsFile)) });
}

/** ssh lets a shell `exec` this, and puts in the target's name and port itself. */
function through(jump: Connection, known: (pinned: string) => string): string {
  const words = [...hop(jump, known), ...options({ ControlMaster: "no", ControlPath: "none" })];
  const target = "-W '[%h]:%p'";
  return `ssh ${words.map((text) => percent(quote(text))).join(" ")} ${target} -- ${quote(jump.host)}`;
}

function options(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** One word of an ssh option that holds a path. */
function word(path: string): string {
  return `"${percent(path).replaceAll(/["\\]/g, "\\$&")}"`;
}

/** ssh replaces %h and its like in many options. */
function percent(text: string): string {
  return text.replaceAll("%", "%%");
}
