/** Tries a law: counts every case that breaks it, then shrinks the first one to what a reader can take in. */
import * as fc from "fast-check";
import type { Law } from "./subject";

export interface Trial {
  readonly cases: number;
  readonly wrong: number;
  /** Of a law that does not hold: the smallest case found, what is wrong with it, how to run it again. */
  readonly report?: string;
}

export interface TrialOptions {
  readonly cases: number;
  readonly seed: number;
  /** Runs one case again: what a report names. */
  readonly path?: string | undefined;
}

/** Shrinking a large case can take long; what has been found by then is shown. */
const SHRINK_MILLISECONDS = 30_000;

export async function tried(law: Law, { cases, seed, path }: TrialOptions): Promise<Trial> {
  const counts = { cases: 0, wrong: 0 };
  let first: string | undefined;
  if (path === undefined) {
    await fc.check(
      fc.asyncProperty(law.cases, async (given) => {
        counts.cases++;
        if ((await faultsOf(law, given)).length === 0) return;
        counts.wrong++;
        first ??= String(counts.cases - 1);
      }),
      { numRuns: cases, seed },
    );
    if (counts.wrong === 0) return counts;
  }
  const found = await fc.check(
    fc.asyncProperty(law.cases, async (given) => (await faultsOf(law, given)).length === 0),
    {
      numRuns: cases,
      seed,
      path: path ?? first ?? "0",
      interruptAfterTimeLimit: SHRINK_MILLISECONDS,
    },
  );
  if (path !== undefined) Object.assign(counts, { cases: found.numRuns, wrong: found.failed ? 1 : 0 });
  if (!found.failed) return counts;
  const [smallest] = found.counterexample ?? [];
  const faults = await faultsOf(law, smallest);
  return {
    ...counts,
    report: [
      `the law does not hold: ${law.name}`,
      `  case ${fc.stringify(smallest)}`,
      ...faults.map((fault) => `  - ${fault}`),
      `  again: npm run laws -- --law=${JSON.stringify(law.name)} --seed=${found.seed} --path=${String(found.counterexamplePath)}`,
    ].join("\n"),
  };
}

/** A throw is a fault like any other. */
async function faultsOf(law: Law, given: unknown): Promise<readonly string[]> {
  try {
    return await law.faults(given as never);
  } catch (error) {
    return [`it throws: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}
