/**
 * The laws of the planner, tried on random programs, edits and hosts.
 *
 *   npm run laws -- [--cases=N] [--seed=S] [--law=WORDS] [--kind=DomU] [--sample] [--path=P]
 *
 * `--cases` are as many for each law of each kind. `--path` runs one case again, the one that a report names. The last line is `laws cases=N wrong=N`.
 */
import { parseArgs } from "node:util";
import { KINDS } from "./kinds";
import { lawsOf } from "./laws";
import { type TrialOptions, tried } from "./run";
import type { Law } from "./subject";

const { values } = parseArgs({
  options: {
    cases: { type: "string" },
    seed: { type: "string" },
    law: { type: "string", default: "" },
    kind: { type: "string", default: "" },
    path: { type: "string" },
    sample: { type: "boolean", default: false },
  },
});

/** Of each law. */
const WHOLE = 5_000;
/** In `npm test`, all laws of all kinds together. */
const SAMPLE = 4_000;

async function main(): Promise<void> {
  const seed = values.seed === undefined ? Math.trunc(Math.random() * 0x7fffffff) : Number(values.seed);
  console.log(`seed ${seed}`);
  const total = { cases: 0, wrong: 0 };
  const laws = KINDS.filter(({ name }) => name.includes(values.kind)).flatMap((kind) =>
    lawsOf(kind)
      .filter(({ name }) => name.includes(values.law))
      .map((law) => ({ kind: kind.name, law })),
  );
  const cases = values.sample ? Math.ceil(SAMPLE / laws.length) : Number(values.cases ?? WHOLE);
  for (const { kind, law } of laws) await tell(kind, law, { cases, seed, path: values.path }, total);
  console.log(`laws cases=${total.cases} wrong=${total.wrong}`);
  process.exitCode = total.wrong === 0 && total.cases > 0 ? 0 : 1;
}

async function tell(
  kind: string,
  law: Law,
  options: TrialOptions,
  total: { cases: number; wrong: number },
): Promise<void> {
  const begun = performance.now();
  const trial = await tried(law, options);
  const seconds = (performance.now() - begun) / 1000;
  total.cases += trial.cases;
  total.wrong += trial.wrong;
  console.log(`${kind}: ${law.name}: ${trial.cases} cases, ${trial.wrong} wrong (${seconds.toFixed(1)} s)`);
  if (trial.report !== undefined) console.log(`${trial.report} --kind=${kind}`);
}

void main();
