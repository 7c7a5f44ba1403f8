/**
 * The laws of the planner, tried on random programs, edits and hosts.
 *
 *   npm run laws -- [--cases=N] [--seed=S] [--law=WORDS] [--kind=DomU] [--sample] [--path=P]
 *
 * `--cases` are as many for each law. `--path` runs one case again, the one that a report names. The last line is `laws cases=N wrong=N`.
 */
import { parseArgs } from "node:util";
import { KINDS } from "./kinds";
import { type Law, lawsOf } from "./laws";
import { tried } from "./run";

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
/** In `npm test`, all laws of a kind together. */
const SAMPLE = 2_000;

async function main(): Promise<void> {
  const seed = values.seed === undefined ? Math.trunc(Math.random() * 0x7fffffff) : Number(values.seed);
  console.log(`seed ${seed}`);
  const total = { cases: 0, wrong: 0 };
  for (const kind of KINDS.filter(({ name }) => name.includes(values.kind))) {
    const laws = lawsOf(kind).filter(({ name }) => name.includes(values.law));
    for (const law of laws) await tell(kind.name, law, laws.length, seed, total);
  }
  console.log(`laws cases=${total.cases} wrong=${total.wrong}`);
  process.exitCode = total.wrong === 0 && total.cases > 0 ? 0 : 1;
}

async function tell(
  kind: string,
  law: Law,
  laws: number,
  seed: number,
  total: { cases: number; wrong: number },
): Promise<void> {
  const begun = performance.now();
  const cases = values.sample ? Math.ceil(SAMPLE / laws) : Number(values.cases ?? WHOLE);
  const trial = await tried(law, { cases, seed, path: values.path });
  const seconds = (performance.now() - begun) / 1000;
  total.cases += trial.cases;
  total.wrong += trial.wrong;
  console.log(`${kind}: ${law.name}: ${trial.cases} cases, ${trial.wrong} wrong (${seconds.toFixed(1)} s)`);
  if (trial.report !== undefined) console.log(trial.report);
}

void main();
