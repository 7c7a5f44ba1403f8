/**
 * `npm run bench:remote`: prepares what inside.ts needs from outside, starts it with a bound, and cleans up after it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureAnsible } from "./competitors/ansible-install";
import { INTO_NAMESPACES, whyNoNamespaces } from "./link/namespaces-link";
import type { Orders } from "./orders";

const SCENARIOS: readonly string[] = ["plan", "refresh", "xen", "creates", "upload", "operations"];

const usage = `Usage: npm run bench:remote [-- OPTIONS]

  --quick        few operations and runs: to see that it works
  --only NAMES   some of ${SCENARIOS.join(",")}, with commas between
  --proxy        the delay proxy, also where network namespaces are to be had

Figures go to stdout, the last line for programs; what is going on goes to stderr. It needs no root, though with root the
link is better. Nothing leaves this machine but what pip fetches for the comparison with Ansible.`;

/** Ansible's default takes two minutes for 100 tasks, all together some ten; a loaded machine takes longer. */
const AT_MOST_MINUTES = 45;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      proxy: { type: "boolean", default: false },
      only: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const only = values.only?.split(",") ?? [];
  const unknown = only.filter((name) => !SCENARIOS.includes(name));
  if (unknown.length > 0) throw new Error(`no scenario "${unknown.join(",")}"; there are: ${SCENARIOS.join(", ")}.`);
  const why = values.proxy ? "asked for by --proxy" : whyNoNamespaces();
  const isAnsibleWanted = only.length === 0 || only.includes("operations");
  const notWanted = { isHere: false as const, why: "not asked for" };
  const folder = mkdtempSync(join(tmpdir(), "px-bench-"));
  try {
    const orders: Orders = {
      folder,
      ...(why === undefined ? {} : { whyNoNamespaces: why }),
      isQuick: values.quick,
      only,
      ansible: isAnsibleWanted
        ? await ensureAnsible((line) => {
            console.error(line);
          })
        : { ansible: notWanted, mitogen: notWanted },
    };
    const into = why === undefined ? INTO_NAMESPACES : [];
    return await run([...into, process.execPath, join(__dirname, "inside.js"), JSON.stringify(orders)]);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @returns the exit code. */
function run([command = "", ...args]: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  const stop = (): void => {
    end(child);
  };
  const timer = setTimeout(() => {
    console.error(`This takes longer than ${String(AT_MOST_MINUTES)} minutes: ending it.`);
    stop();
  }, AT_MOST_MINUTES * 60_000);
  // A terminal's Ctrl-C reaches the child as well; we stay to clean up after it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      resolve(code ?? 130);
    });
  });
}

/** `unshare` dies at once and everything in its namespaces with it; without them the child ends what it started itself. */
function end(child: ChildProcess): void {
  child.kill(child.spawnfile === INTO_NAMESPACES[0] ? "SIGKILL" : "SIGTERM");
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`bench:remote: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
