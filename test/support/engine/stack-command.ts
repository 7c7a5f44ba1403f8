/** `pulumi-xen stack …` in a process of its own, for tests that interrupt it. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { THINGS } from "./teller";

const ROOT = join(__dirname, "..", "..", "..");
const RUN = 'require("./cli/stack.ts").main(process.argv.slice(1)).then((code) => { process.exitCode = code; })';

export interface StackCommand {
  readonly child: ChildProcess;
  /** All output so far. */
  readonly output: () => string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** @param folder - holds `state.json`, `things.json` (the program) and `world/`. */
export function startStack(folder: string, ...args: readonly string[]): StackCommand {
  const command = ["--engine", "practice", "--cwd", THINGS, "--state", join(folder, "state.json"), "--yes"];
  const child = spawn(
    process.execPath,
    ["-r", "./test/support/typescript-loader.cjs", "-e", RUN, "--", ...args, ...command],
    {
      cwd: ROOT,
      env: { ...process.env, THINGS_FILE: join(folder, "things.json"), THINGS_WORLD: join(folder, "world") },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? -1));
  });
  return { child, output: () => text, ended };
}

/** Calls the provider has logged in the world of `folder`. */
export function callsIn(folder: string): string[] {
  const file = join(folder, "world", "calls.log");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
