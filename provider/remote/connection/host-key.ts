/**
 * Is this the host we mean? The pinned key decides, else the user's known_hosts; an unknown or changed key is refused,
 * always, with what to add. There is no switch to accept one.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { HostKeyError } from "../../errors";
import type { Connection } from "./connection";
import { type KnownHostLine, knownHostName, matchesHost, parseKnownHosts } from "./known-hosts";

export interface HostKeyJudge {
  /**
   * Key types to ask the host for. Narrowed to the types we know: a host known by its RSA key that also has an ed25519
   * one would else look like an attack. `undefined`: we know none.
   */
  readonly algorithms: string[] | undefined;
  /** What is wrong with the key that the host showed; `undefined`: it is the one we know. */
  readonly judge: (key: Buffer) => HostKeyError | undefined;
}

interface KnownKey {
  readonly type: string;
  readonly key: string;
  /** Where we know it from, for messages. */
  readonly source: string;
}

export function hostKeyJudge(connection: Connection): HostKeyJudge {
  return connection.hostKey === undefined ? judgeByFile(connection) : judgeByPin(connection, connection.hostKey);
}

function judgeByPin(connection: Connection, pinned: string): HostKeyJudge {
  const [type = "", key = ""] = pinned.trim().split(/\s+/);
  return judgeByKeys(connection, [{ type, key, source: "connection.hostKey" }], []);
}

function judgeByFile(connection: Connection): HostKeyJudge {
  const file = knownHostsPath(connection);
  const port = connection.port ?? 22;
  const lines = parseKnownHosts(readIfThere(file)).filter((line) => matchesHost(line, connection.host, port));
  const known = lines.filter((line) => line.marker === "").map((line) => toKey(line, file));
  const revoked = lines.filter((line) => line.marker === "@revoked").map((line) => toKey(line, file));
  const authority = lines.find((line) => line.marker === "@cert-authority");
  if (known.length > 0) return judgeByKeys(connection, known, revoked);
  return {
    algorithms: undefined,
    judge: (key) => judgeRevoked(connection, key, revoked) ?? unknownKey(connection, key, file, authority?.line),
  };
}

function judgeByKeys(connection: Connection, known: readonly KnownKey[], revoked: readonly KnownKey[]): HostKeyJudge {
  return {
    algorithms: [...new Set(known.flatMap((key) => signatureAlgorithms(key.type)))],
    judge: (key) => {
      const refused = judgeRevoked(connection, key, revoked);
      if (refused !== undefined) return refused;
      if (known.some((entry) => entry.key === key.toString("base64"))) return undefined;
      return changedKey(connection, key, known);
    },
  };
}

function judgeRevoked(connection: Connection, key: Buffer, revoked: readonly KnownKey[]): HostKeyError | undefined {
  const entry = revoked.find((line) => line.key === key.toString("base64"));
  if (entry === undefined) return undefined;
  return new HostKeyError(
    `${nameOf(connection)} shows the host key ${fingerprint(key)}, which ${entry.source} marks as revoked.`,
    {
      hint: "Give the host a new key; a revoked one is never accepted.",
    },
  );
}

function unknownKey(
  connection: Connection,
  key: Buffer,
  file: string,
  authorityLine: number | undefined,
): HostKeyError {
  const ours = `${keyType(key)} ${key.toString("base64")}`;
  const authority =
    authorityLine === undefined
      ? ""
      : ` (${file}:${String(authorityLine)} names a certificate authority for it; host certificates are not supported)`;
  return new HostKeyError(
    `The key of ${nameOf(connection)} is not known${authority}: it shows ${keyType(key)} ${fingerprint(key)}.`,
    {
      hint:
        `When this is the host's own fingerprint (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub on the host), add this line to ${file}:\n` +
        `${knownHostName(connection.host, connection.port ?? 22)} ${ours}\n` +
        `or set hostKey of the connection to "${ours}".`,
    },
  );
}

function changedKey(connection: Connection, key: Buffer, known: readonly KnownKey[]): HostKeyError {
  const expected = known
    .map((entry) => `${entry.type} ${fingerprint(Buffer.from(entry.key, "base64"))} (${entry.source})`)
    .join(", ");
  return new HostKeyError(
    `${nameOf(connection)} shows another host key than the one we know: ${keyType(key)} ${fingerprint(key)}, expected ${expected}.`,
    {
      hint: "Somebody may be listening in, or the host was installed again. If you know that it was, replace the old key there.",
    },
  );
}

/** As `ssh-keygen -l` prints it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

function keyType(key: Buffer): string {
  return key.length < 4 ? "unknown" : key.subarray(4, 4 + key.readUInt32BE(0)).toString("latin1");
}

function signatureAlgorithms(type: string): string[] {
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type];
}

function toKey(line: KnownHostLine, file: string): KnownKey {
  return { type: line.keyType, key: line.key, source: `${file}:${String(line.line)}` };
}

function knownHostsPath(connection: Connection): string {
  return expandHome(connection.knownHostsFile ?? "~/.ssh/known_hosts");
}

/** `~/x` is x in our user's home. */
export function expandHome(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function nameOf(connection: Connection): string {
  return knownHostName(connection.host, connection.port ?? 22);
}
