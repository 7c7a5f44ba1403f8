/** Starts the system's ssh and waits until it has logged in. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { libraryText } from "../../shell";
import type { Connection } from "../connection/connection";
import { controlPath, masterStart } from "./arguments";
import { type Child, startChild } from "./child";
import { complaint, noProgram, silent } from "./complaint";
import { OpensshWire, endGroup } from "./openssh-wire";

/** ssh gives up by itself after 15 s without a key exchange (ConnectTimeout); the login has no limit of its own. */
const LOGIN_TIMEOUT_MS = 35_000;
const LOOK_EVERY_MS = 10;
/** sockaddr_un holds 104 bytes on some systems, and ssh first listens under a longer name. */
const SOCKET_PATH_AT_MOST = 80;
const SAID_AT_MOST = 8_192;

const GUARD = libraryText(__dirname, "guard.sh");

/** @throws ConnectError, HostKeyError, AuthenticationError, BadInputError, UnsupportedError */
export async function startOpenssh(connection: Connection): Promise<OpensshWire> {
  const folder = shortFolder();
  const start = masterStart(connection, folder);
  for (const file of start.files) writeFileSync(join(folder, file.name), file.content, { mode: 0o600 });
  const master = startChild("/bin/sh", ["-c", GUARD.text, "sh", folder, "ssh", ...start.master]);
  let said = "";
  master.stderr.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString("utf8")).slice(-SAID_AT_MOST);
  });
  master.stdout.resume();
  try {
    await loggedIn(connection, master, folder, () => said);
    return new OpensshWire(master, folder, () => said);
  } catch (error) {
    endGroup(master);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function loggedIn(connection: Connection, master: Child, folder: string, said: () => string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settled = (): void => {
      clearInterval(look);
      clearTimeout(late);
    };
    // ssh makes the socket, in one rename, once it has logged in.
    const look = setInterval(() => {
      if (!existsSync(controlPath(folder))) return;
      settled();
      resolve();
    }, LOOK_EVERY_MS);
    const late = setTimeout(() => {
      settled();
      reject(silent(connection, LOGIN_TIMEOUT_MS / 1000, said()));
    }, LOGIN_TIMEOUT_MS);
    master.once("error", (error) => {
      settled();
      reject(noProgram(connection, error));
    });
    master.once("close", (code) => {
      settled();
      reject(complaint(connection, code, said()));
    });
  });
}

function shortFolder(): string {
  const base = tmpdir().length + "/px-XXXXXX/control".length <= SOCKET_PATH_AT_MOST ? tmpdir() : "/tmp";
  return mkdtempSync(join(base, "px-"));
}
