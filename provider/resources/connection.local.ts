/** What this machine says of a connection before anybody dials: its key files, and a user who may not do what is asked. */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import type { Notice } from "../pulumi";
import { expandHome } from "../remote/connection/host-key";
import type { Connection } from "../remote/connection/connection";
import { isPublicKey } from "../remote/connection/connection";

/** Sentences for a warning: a preview must go on, since the machine that previews may have no keys. */
export function connectionHints(connection: unknown): string[] {
  if (!isConnection(connection)) return [];
  const { host, user, sudo, jump } = connection;
  const hasNoRights = user !== undefined && user !== "root" && (sudo === undefined || sudo === false);
  return [
    ...(hasNoRights
      ? [
          `${user}@${host} is not root and has no sudo: changing a host takes root. Add \`sudo: true\` to the connection, or log in as root.`,
        ]
      : []),
    ...missing(connection, "privateKeyFile"),
    ...missing(connection, "knownHostsFile"),
    // Whoever is jumped through needs no rights there.
    ...connectionHints(isConnection(jump) ? { ...jump, sudo: true } : undefined),
  ];
}

export function connectionNotices(connection: unknown, at: readonly string[] = ["connection"]): Notice[] {
  if (!isConnection(connection)) return [];
  const { privateKeyFile, transport, jump } = connection;
  return [
    ...(typeof privateKeyFile === "string" &&
    transport !== "openssh" &&
    isPublicKey(beginningOf(expandHome(privateKeyFile)))
      ? [
          {
            path: [...at, "privateKeyFile"],
            rule: "must be the file of the private key, and this one holds a public key",
            remedy: "Name the file without .pub.",
          },
        ]
      : []),
    ...connectionNotices(jump, [...at, "jump"]),
  ];
}

function isConnection(value: unknown): value is Connection {
  return typeof value === "object" && value !== null && typeof (value as { host?: unknown }).host === "string";
}

function missing(connection: Connection, property: "privateKeyFile" | "knownHostsFile"): string[] {
  const file = connection[property];
  if (typeof file !== "string" || existsSync(expandHome(file))) return [];
  return [
    `The connection with ${connection.host} names the ${property} ${file}, which is not on this machine. Correct it before an up.`,
  ];
}

function beginningOf(file: string): string {
  try {
    const opened = openSync(file, "r");
    try {
      const buffer = Buffer.alloc(64);
      return buffer.toString("latin1", 0, readSync(opened, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(opened);
    }
  } catch {
    // Whoever dials says what is wrong with it.
    return "";
  }
}
