/**
 * A host whose answers are bent on their way: its scripts run in a real shell, and what they say passes through `bend`
 * before it reaches us. Whatever would change the host is written down and refused.
 */
import { spawn } from "node:child_process";
import { gunzipSync } from "node:zlib";
import type { ServerChannel } from "ssh2";
import type { Connection } from "../../../provider/remote";
import { type SshServer, startSshServer } from "../ssh-server";
import type { World } from "./worlds";

/** `ask`: questions. `follow`: is there a job? The others change the host. */
export type HeardKind = "ask" | "follow" | "start" | "upload" | "forget";

export interface Said {
  readonly stdout: Buffer;
  readonly stderr: string;
  /** A code; a signal's name; `none`: the channel closes without a status; `cut`: the link breaks; `silence`: nothing. */
  readonly ending: number | "KILL" | "none" | "cut" | "silence";
}

export type Bend = (heard: HeardKind, honest: Said) => Said;

export const honest: Bend = (_heard, said) => said;

export interface BentHost {
  readonly connection: Connection;
  readonly port: number;
  readonly stop: () => Promise<void>;
  bend: Bend;
  /** Every script so far. */
  readonly heard: HeardKind[];
  /** Attempts to change the host. */
  readonly touches: () => HeardKind[];
}

export async function startBentHost(world: World, options: { password?: string } = {}): Promise<BentHost> {
  const heard: HeardKind[] = [];
  const hear = async (kind: HeardKind, script: string): Promise<Said> => {
    heard.push(kind);
    return host.bend(kind, await answer(world, kind, script));
  };
  const serve = (command: string, channel: ServerChannel, server: SshServer): boolean => {
    channel.on("error", () => undefined);
    if (isObserver(command)) {
      onRequests(channel, (mark, script) => {
        void hear("ask", script).then((said) => {
          replyToRequest(mark, said, channel, server);
        });
      });
      return true;
    }
    const pieces: Buffer[] = [];
    channel.on("data", (bytes: Buffer) => pieces.push(bytes));
    channel.on("end", () => {
      const sent = Buffer.concat(pieces);
      const isUpload = command.includes("base64 -d");
      // A shell that was opened ahead and never used.
      if (!isUpload && sent.length === 0) {
        channel.close();
        return;
      }
      const script = isUpload ? "" : gunzipSync(sent).toString("utf8");
      void hear(isUpload ? "upload" : kindOf(script), script).then((said) => {
        reply(said, channel, server);
      });
    });
    return true;
  };
  const server = await startSshServer({ ...options, onExec: serve });
  const host: BentHost = {
    connection: server.connection,
    port: server.port,
    stop: server.stop,
    bend: honest,
    heard,
    touches: () => heard.filter((kind) => kind !== "ask" && kind !== "follow"),
  };
  return host;
}

/** The shell that stays to answer questions (provider/remote/observer-program.ts). */
function isObserver(command: string): boolean {
  const program = /printf %s ([A-Za-z0-9+/=]+) \| base64 -d/.exec(command)?.[1] ?? "";
  return Buffer.from(program, "base64").toString("utf8").includes("while read -r px_mark px_length px_seconds");
}

/** Takes `MARK LENGTH SECONDS` and LENGTH bytes of packed script, again and again. */
function onRequests(channel: ServerChannel, tell: (mark: string, script: string) => void): void {
  let rest = Buffer.alloc(0);
  channel.on("data", (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    const end = rest.indexOf("\n");
    const [mark = "", length = ""] = rest.subarray(0, Math.max(end, 0)).toString("latin1").split(" ");
    const body = rest.subarray(end + 1, end + 1 + Number(length));
    if (end < 0 || body.length < Number(length)) return;
    rest = rest.subarray(end + 1 + body.length);
    tell(mark, gunzipSync(body).toString("utf8"));
  });
}

function replyToRequest(mark: string, said: Said, channel: ServerChannel, server: SshServer): void {
  if (typeof said.ending !== "number") {
    reply(said, channel, server);
    return;
  }
  channel.stderr.write(said.stderr);
  channel.write(said.stdout);
  channel.write(`\n${mark} done ${String(said.ending)}\n`);
}

function kindOf(script: string): HeardKind {
  if (script.includes("launch() {")) return "start";
  if (script.includes("still runs")) return "forget";
  return script.includes("px_follow") ? "follow" : "ask";
}

async function answer(world: World, kind: HeardKind, script: string): Promise<Said> {
  if (kind === "start" || kind === "upload") return { stdout: Buffer.alloc(0), stderr: "refused here", ending: 1 };
  return world.run(script);
}

function reply(said: Said, channel: ServerChannel, server: SshServer): void {
  if (said.ending === "silence") return;
  channel.stderr.write(said.stderr);
  channel.write(said.stdout);
  if (said.ending === "cut") {
    // After what was said so far has left.
    setTimeout(() => {
      server.cut();
    }, 20);
    return;
  }
  if (said.ending === "KILL") channel.exit("KILL", false, "");
  else if (said.ending !== "none") channel.exit(said.ending);
  channel.end();
}

/** Runs a script as sshd would, once for each text: a world does not change, but for who is asked with which mark. */
export class ShellRuns {
  readonly #known = new Map<string, Promise<Said>>();
  readonly #environment: Readonly<Record<string, string>>;
  readonly #asUser: number | undefined;

  constructor(environment: Readonly<Record<string, string>>, asUser?: number) {
    this.#environment = environment;
    this.#asUser = asUser;
  }

  async run(script: string): Promise<Said> {
    const mark = /@[0-9a-f]{16}/.exec(script)?.[0] ?? "@";
    const operation = /px_operation='([0-9a-f]{32})'/.exec(script)?.[1] ?? MARK;
    const plain = script.replaceAll(mark, MARK).replaceAll(operation, MARK);
    const known = this.#known.get(plain) ?? this.#spawn(plain);
    this.#known.set(plain, known);
    const said = await known;
    return { ...said, stdout: Buffer.from(said.stdout.toString("latin1").replaceAll(MARK, mark), "latin1") };
  }

  #spawn(script: string): Promise<Said> {
    const child = spawn("/bin/sh", ["-c", 'eval "$(cat)"'], {
      env: { PATH: process.env["PATH"], ...this.#environment },
      ...(this.#asUser === undefined ? {} : { uid: this.#asUser, gid: this.#asUser }),
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(script);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        resolve({
          stdout: Buffer.concat(stdout),
          stderr: Buffer.concat(stderr).toString(),
          ending: code ?? "KILL",
        });
      });
    });
  }
}

const MARK = "@0000000000000000";
