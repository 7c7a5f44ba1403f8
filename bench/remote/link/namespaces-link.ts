/**
 * The slow link between two network namespaces: real TCP end to end, each packet 25 ms late (wire.py, since many kernels
 * have no netem). This process is in the near namespace already (main.ts started it so); sshd is started in the far one.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { benchFile } from "../bench-file";
import { startSshd } from "../server/sshd";
import { ROUND_TRIP_MS, type SlowLink } from "./slow-link";

const NEAR = "10.77.0.1";
const FAR = "10.77.0.2";
/** Nobody listens there: the refusal takes one round trip, and no sshd takes it amiss. */
const CLOSED_PORT = 9;

/** What a program is started with so that it runs in namespaces of its own: all that it starts ends with it. */
export const INTO_NAMESPACES = [
  "unshare",
  "--net",
  "--pid",
  "--fork",
  "--kill-child",
  "--mount-proc",
  // The first process of a PID namespace has to bury orphans, which Node does not: a dead job would seem to live.
  "sh",
  "-c",
  '"$@"; exit $?',
  "sh",
] as const;

/** Why this machine cannot make the namespaces and the wire; `undefined` where it can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const [command, ...args] = INTO_NAMESPACES;
  try {
    // stdin is closed: the wire ends as soon as it is ready.
    const said = execFileSync(command, [...args, ...wireCommand()], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 20_000,
    });
    return said.toString().includes("ready") ? undefined : "the delayed wire did not get ready";
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    const line = stderr?.toString().trim().split("\n").at(-1) ?? "";
    return `no namespaces with a delayed wire: ${line === "" ? String(error) : line}`;
  }
}

function wireCommand(): string[] {
  return ["python3", benchFile("link/wire.py"), String(ROUND_TRIP_MS / 2 / 1000), NEAR, FAR];
}

export async function namespacesLink(folder: string): Promise<SlowLink> {
  const [command = "", ...args] = wireCommand();
  const wire = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: wire.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const next = await answers.next();
    if (next.done === true) throw new Error(`The delayed wire ended with ${String(wire.exitCode)}.`);
    return next.value;
  };
  await answer(); // ready
  return {
    folder,
    description: `two network namespaces and a wire that delays each packet by ${String(ROUND_TRIP_MS / 2)} ms`,
    serve: (options = {}) =>
      startSshd({
        ...options,
        place: folder,
        address: FAR,
        within: ["nsenter", `--net=/proc/${String(wire.pid)}/ns/net`, ...(options.within ?? [])],
      }),
    async flights() {
      wire.stdin.write("count\n");
      return (JSON.parse(await answer()) as { flights: number }).flights;
    },
    roundTripMs: refusalTime,
    close: () => ended(wire),
  };
}

function refusalTime(): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect({ host: FAR, port: CLOSED_PORT });
    socket.once("connect", () => {
      socket.destroy();
      reject(new Error("Somebody listens where nobody should."));
    });
    socket.once("error", () => {
      resolve(performance.now() - begun);
    });
  });
}

function ended(wire: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (wire.exitCode !== null) resolve();
    wire.once("exit", () => {
      resolve();
    });
    wire.stdin?.end();
  });
}
