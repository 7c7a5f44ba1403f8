/**
 * Tries every fault at every step and prints the table:
 * node -r typescript-loader.cjs main.ts [--sample] [--over=openssh] [WORD…]
 *
 * A word takes only the trials whose fault or variant holds it. Ends with 0 when everything survived, and, without
 * --sample and words, when besides no cell is untested.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../support/project-root";
import type { Transport } from "../support/transport";
import { FAULTS } from "./fault-names";
import { type Tried, tableOf } from "./table";
import type { Trial } from "./trial";
import { allTrials } from "./trials";
import { canMount } from "./world";

/** They wait most of their time. */
const WORKERS = 6;
/** Longer than any trial's own bounds. */
const TRIAL_SECONDS = 420;

const args = process.argv.slice(2);
const isSample = args.includes("--sample");
const over: Transport = args.includes("--over=openssh") ? "openssh" : "ssh2";
const words = args.filter((arg) => !arg.startsWith("--"));
const label = (trial: Trial): string =>
  `${FAULTS[trial.fault]} × ${trial.steps.join("/")}${trial.variant === "" ? "" : ` (${trial.variant})`}`;
const chosen = [...allTrials.entries()].filter(
  ([, trial]) =>
    (!isSample || trial.isSample === true) && words.every((word) => `${trial.fault} ${label(trial)}`.includes(word)),
);

const tried: (Tried & { readonly trial: Trial })[] = [];
const waiting = chosen.map(([index]) => index);

void main().then((isGood) => process.exit(isGood ? 0 : 1));

async function main(): Promise<boolean> {
  const begun = Date.now();
  console.log(`${String(chosen.length)} tries over ${over}, ${String(WORKERS)} at a time`);
  if (!canMount())
    console.log("no small file system can be mounted here: a full disk is played by programs that say so");
  await Promise.all(Array.from({ length: Math.min(WORKERS, waiting.length) }, work));
  for (const { trial, fault } of tried) {
    if (fault !== undefined) console.log(`\nNOT SURVIVED ${label(trial)}\n  ${fault.replaceAll("\n", "\n  ")}`);
  }
  const isWhole = !isSample && words.length === 0;
  const table = tableOf(tried, isWhole);
  console.log(`\n${table.text}`);
  console.log(`${String(tried.length)} tries in ${String(Math.round((Date.now() - begun) / 1000))} s`);
  if (isWhole && table.untested.length > 0) console.log(`untested cells: ${table.untested.join("; ")}`);
  console.log(`faults cells=${String(table.cells)} survived=${String(table.survived)}`);
  return table.survived === table.cells && table.cells > 0 && !(isWhole && table.untested.length > 0);
}

async function work(): Promise<void> {
  let worker = start();
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
    worker = start();
  }
  worker.disconnect();
}

function start(): ChildProcess {
  return fork(join(projectRoot, "test/faults/worker.ts"), [over], {
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
