/**
 * A Node that is new enough for us. Where the user's own is too old, the whole command is started again under the one
 * that scripts/setup.sh keeps in the cache: a command we print must work as printed on the machine that printed it.
 */
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { constants, homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { isNodeNewEnough, NEEDED_NODE } from "../lab/engine/node-version";

/** `${XDG_CACHE_HOME:-~/.cache}/pulumi-xen/node/…`: where scripts/setup.sh puts it. */
function cachedNode(): string | undefined {
  const base = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const file = join(base, "pulumi-xen", "node", "node_modules", ".bin", "node");
  return existsSync(file) ? file : undefined;
}

/**
 * @param script - the program to start again: the CLI's own main file.
 * @returns undefined where this Node fits: go on. Else the exit code of the run under the other one.
 * @throws Error in one sentence where this Node is too old and the cache has no other.
 */
export async function runUnderFittingNode(script: string, args: readonly string[]): Promise<number | undefined> {
  if (isNodeNewEnough()) return undefined;
  const node = cachedNode();
  if (node === undefined || realpathSync(node) === realpathSync(process.execPath)) {
    throw new Error(
      `Node ${NEEDED_NODE} or later is needed, and this is ${process.versions.node} (${process.execPath}). ` +
        "Install a later one from your system or nodejs.org; or run npm install node@24 in this folder, which npx then uses.",
    );
  }
  // Programs that we start look for node on PATH: Pulumi's language host does.
  const path = [dirname(node), process.env["PATH"] ?? ""].join(delimiter);
  const child = spawn(node, [script, ...args], { stdio: "inherit", env: { ...process.env, PATH: path } });
  // A terminal sends Ctrl-C to both of us; the child decides what it means.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => void child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
