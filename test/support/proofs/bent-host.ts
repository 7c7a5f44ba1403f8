/**
 * A host whose answers are bent on their way: its scripts run in a real shell, and what they say passes through `bend`
 * before it reaches us. Whatever would change the host is written down and refused.
 */
import { spawn } from "node:child_process";
import type { ServerChannel } from "ssh2";
import type { Connection } from "../../../provider/remote";
import { type SshServer, startSshServer } from "../ssh-server";
import { hearScripts } from "./heard-scripts";
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
  const serve = (command: string, channel: ServerChannel, server: SshServer): boolean => {
    hearScripts(command, channel, ({ script, isUpload, end }) => {
      const kind = isUpload ? "upload" : kindOf(script);
      heard.push(kind);
      void answer(world, kind, script).then((said) => {
        reply(host.bend(kind, said), channel, end, server);
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

function kindOf(script: string): HeardKind {
  if (script.includes("launch() {")) return "start";
  if (script.includes("still runs")) return "forget";
  return script.includes("px_follow") ? "follow" : "ask";
}

async function answer(world: World, kind: HeardKind, script: string): Promise<Said> {
  if (kind === "start" || kind === "upload") return { stdout: Buffer.alloc(0), stderr: "refused here", ending: 1 };
  return world.run(script);
}

function reply(said: Said, channel: ServerChannel, end: (code: number) => void, server: SshServer): void {
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
  if (said.ending === "KILL" || said.ending === "none") {
    if (said.ending === "KILL") channel.exit("KILL", false, "");
    channel.end();
  } else end(said.ending);
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
