/** Starts the system's ssh and waits until it has logged in. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/**
 * Runs ssh beside a watch on our stdin: when we end, however we end, so does ssh, and its folder goes.
 * $1 is the folder, the rest ssh and its arguments.
 */
const GUARD = `px_folder=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- &
px_ssh=$!
{ read -r px_line <&3; kill "$px_ssh"; } >/dev/null 2>&1 &
px_watch=$!
exec 3<&-
wait "$px_ssh"
px_code=$?
kill "$px_watch" 2>/dev/null
# A configuration may have sent it into the background (ForkAfterAuthentication).
if [ -S "$px_folder/control" ]; then ssh -F none -S "$px_folder/control" -O exit host 2>/dev/null; fi
rm -rf -- "$px_folder"
exit "$px_code"`;

/** @throws ConnectError, HostKeyError, AuthenticationError, BadInputError, UnsupportedError */
export async function startOpenssh(connection: Connection): Promise<OpensshWire> {
  const folder = shortFolder();
  const start = masterStart(connection, folder);
  for (const file of start.files) writeFileSync(join(folder, file.name), file.content, { mode: 0o600 });
  const master = startChild("/bin/sh", ["-c", GUARD, "sh", folder, "ssh", ...start.master]);
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
