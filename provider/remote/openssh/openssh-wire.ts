/**
 * The wire over the system's ssh: one master process holds the connection (ControlMaster), each command is a small client
 * of it. The host is as the user's ~/.ssh/config has it, with certificates, FIDO keys, ProxyJump.
 */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { Duplex } from "node:stream";
import type { Channel, Wire } from "../wire";
import { tunnelArguments } from "./arguments";
import { type Child, refChild, startChild } from "./child";
import { killCommand } from "./framed-command";
import { openChannel } from "./openssh-channel";

const GOODBYE_MS = 1_000;
const TUNNEL_TIMEOUT_MS = 15_000;

export class OpensshWire implements Wire {
  readonly ended: Promise<void>;
  readonly #master: Child;
  readonly #folder: string;
  readonly #said: () => string;
  readonly #children = new Set<Child>();
  #isAlive = true;
  #isNeeded = true;

  /** Of a master that has logged in; `said` is what it has said on stderr. */
  constructor(master: Child, folder: string, said: () => string) {
    this.#master = master;
    this.#folder = folder;
    this.#said = said;
    this.ended = new Promise((resolve) => {
      master.once("exit", () => {
        this.#isAlive = false;
        master.stdin.destroy();
        rmSync(folder, { recursive: true, force: true });
        resolve();
      });
    });
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  async open(command: string): Promise<Channel | "refused"> {
    if (!this.#isAlive) throw new Error("the connection has ended");
    const { child, opened } = openChannel(this.#folder, command, (group) => {
      this.#killGroup(group);
    });
    this.#keep(child);
    return opened;
  }

  async tunnel(host: string, port: number): Promise<Duplex> {
    if (!this.#isAlive) throw new Error("the connection has ended");
    const logFile = `${this.#folder}/log-${randomBytes(8).toString("hex")}`;
    const child = startChild("ssh", tunnelArguments(this.#folder, logFile, host, port));
    this.#keep(child);
    child.stderr.resume();
    // An SSH server speaks first; until then a stream that is refused cannot be told from one that is open.
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`no answer within ${String(TUNNEL_TIMEOUT_MS / 1000)} s`));
      }, TUNNEL_TIMEOUT_MS);
      child.stdout.once("readable", () => {
        clearTimeout(timer);
        if (child.stdout.readableLength > 0) resolve();
      });
      child.once("exit", () => {
        clearTimeout(timer);
        reject(new Error(this.#said().trim().split("\n").at(-1) ?? "the stream was refused"));
      });
      child.once("error", reject);
    });
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    stream.on("error", () => undefined);
    stream.once("close", () => child.kill("SIGKILL"));
    return stream;
  }

  ref(isNeeded: boolean): void {
    this.#isNeeded = isNeeded;
    for (const child of [this.#master, ...this.#children]) refChild(child, isNeeded);
  }

  end(): void {
    this.#master.stdin.end();
    setTimeout(() => {
      this.destroy();
    }, GOODBYE_MS).unref();
  }

  destroy(): void {
    endGroup(this.#master);
  }

  #keep(child: Child): void {
    this.#children.add(child);
    refChild(child, this.#isNeeded);
    child.once("close", () => this.#children.delete(child));
  }

  /** Where the host has no session left for that, the connection goes, and what ran over it. */
  #killGroup(group: number): void {
    this.open(killCommand(group)).then(
      (channel) => {
        if (channel === "refused") this.destroy();
        else for (const stream of [channel.stdout, channel.stderr]) stream.resume();
      },
      () => undefined,
    );
  }
}

/** With all that it started; nothing of it outlives that. */
export function endGroup(child: Child): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}
