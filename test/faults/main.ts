/**
 * Tries every fault at every step, over both transports, and prints a table for each:
 * node -r typescript-loader.cjs main.ts [--sample] [--over=TRANSPORT] [--every=N] [WORD…]
 *
 * --every=N takes one of N tries of storage, for a machine that has other things to do. A word takes only the trials whose fault or variant holds it. Ends with 0 when everything survived, and, without
 * --sample and words, when besides no cell is untested.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../support/project-root";
import type { Transport } from "../support/transport";
import { FAULTS } from "./fault-names";
import { tryStorage } from "./storage/main";
import { type Table, type Tried, tableOf } from "./table";
import type { Trial } from "./trial";
import { allTrials } from "./trials";
import { canMount } from "./world";

type TriedTrial = Tried & { readonly trial: Trial };

/** They wait most of their time. */
const WORKERS = 6;
/** Longer than any trial's own bounds. */
const TRIAL_SECONDS = 420;

const args = process.argv.slice(2);
const isSample = args.includes("--sample");
const over = args.find((arg) => arg.startsWith("--over="))?.slice("--over=".length);
const transports = (["ssh2", "openssh"] as const).filter((name) => over === undefined || over === name);
if (transports.length === 0) throw new Error(`--over=${String(over)}: there are ssh2 and openssh`);
const every = Number(args.find((arg) => arg.startsWith("--every="))?.slice("--every=".length) ?? 1);
const words = args.filter((arg) => !arg.startsWith("--"));
const label = (trial: Trial): string =>
  `${FAULTS[trial.fault]} × ${trial.steps.join("/")}${trial.variant === "" ? "" : ` (${trial.variant})`}`;
const chosen = [...allTrials.entries()].filter(
  ([, trial]) =>
    (!isSample || trial.isSample === true) && words.every((word) => `${trial.fault} ${label(trial)}`.includes(word)),
);

void main().then((isGood) => process.exit(isGood ? 0 : 1));

async function main(): Promise<boolean> {
  if (!canMount())
    console.log("no small file system can be mounted here: a full disk is played by programs that say so");
  const isWhole = !isSample && words.length === 0;
  const all = { cells: 0, survived: 0, untested: 0 };
  for (const transport of transports) {
    const table = await tryAll(transport, isWhole);
    all.cells += table.cells;
    all.survived += table.survived;
    if (isWhole) all.untested += table.untested.length;
  }
  // What is on the host's disk is the same over both.
  const storage = await tryStorage({ transport: transports[0] ?? "ssh2", isSample, words, every });
  all.cells += storage.cells;
  all.survived += storage.survived;
  console.log(`faults cells=${String(all.cells)} survived=${String(all.survived)}`);
  return all.survived === all.cells && all.cells > 0 && all.untested === 0;
}

async function tryAll(transport: Transport, isWhole: boolean): Promise<Table> {
  const begun = Date.now();
  const tried: TriedTrial[] = [];
  const waiting = chosen.map(([index]) => index);
  console.log(`${String(chosen.length)} tries over ${transport}, ${String(WORKERS)} at a time`);
  const workers = Array.from({ length: Math.min(WORKERS, waiting.length) }, () => work(transport, waiting, tried));
  await Promise.all(workers);
  for (const { trial, fault } of tried) {
    if (fault !== undefined) console.log(`\nNOT SURVIVED ${label(trial)}\n  ${fault.replaceAll("\n", "\n  ")}`);
  }
  const table = tableOf(tried, isWhole);
  const took = `${String(tried.length)} tries over ${transport} in ${String(Math.round((Date.now() - begun) / 1000))} s`;
  console.log(`\n${table.text}\n${took}\n`);
  if (isWhole && table.untested.length > 0) console.log(`untested cells: ${table.untested.join("; ")}`);
  return table;
}

async function work(transport: Transport, waiting: number[], tried: TriedTrial[]): Promise<void> {
  let worker = start(transport);
  for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
    const trial = allTrials[index];
    if (trial === undefined) continue;
    const { fault, seconds, isUsable } = await tryOne(worker, index);
    tried.push({ trial, fault });
    console.log(
      `${fault === undefined ? "survived" : "NOT     "} ${seconds.toFixed(1).padStart(6)} s  ${label(trial)}`,
    );
    if (isUsable) continue;
    worker.kill("SIGKILL");
    worker = start(transport);
  }
  worker.disconnect();
}

function start(transport: Transport): ChildProcess {
  return fork(join(projectRoot, "test/faults/worker.ts"), [transport], {
    execArgv: ["-r", join(projectRoot, "test/support/typescript-loader.cjs")],
  });
}

async function tryOne(
  worker: ChildProcess,
  index: number,
): Promise<{ fault: string | undefined; seconds: number; isUsable: boolean }> {
  return new Promise((resolve) => {
    const settle = (how: { fault: string | undefined; seconds: number; isUsable: boolean }): void => {
      clearTimeout(timer);
      worker.removeAllListeners("message").removeAllListeners("exit");
      resolve(how);
    };
    const timer = setTimeout(() => {
      settle({ fault: "the trial does not end", seconds: TRIAL_SECONDS, isUsable: false });
    }, TRIAL_SECONDS * 1000);
    worker.once("message", (said: { seconds: number; fault?: string }) => {
      settle({ fault: said.fault, seconds: said.seconds, isUsable: true });
    });
    worker.once("exit", (code) => {
      settle({ fault: `the process that tried it died (${String(code)})`, seconds: 0, isUsable: false });
    });
    worker.send({ index });
  });
}
