/**
 * The law of networks (law.ts) on random files, with the real network systems.
 *
 *   npm run laws:network -- [--backend=NAME] [--files=N] [--seed=S] [--workers=N] [--sample] [--verbose]
 *
 * Before them, of each back end, what bridges do beside each other (together.ts). `--files` are those of each back end. The last line is `networks files=N wrong=N backends=N`. Files that a system itself cannot
 * bring up are not counted.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import type { NetworkCase } from "./case";
import { ifcfgJudge } from "./ifcfg/ifcfg";
import { ifupdownJudge } from "./ifupdown/ifupdown";
import { ifupdown2Judge } from "./ifupdown2/ifupdown2";
import { ifupdownNgJudge } from "./ifupdown-ng/ifupdown-ng";
import { ifupdownNgAlpineJudge } from "./ifupdown-ng-alpine/ifupdown-ng-alpine";
import type { NetworkJudge } from "./judge";
import { type Verdict, judged } from "./law";
import { NetworkHost, packagesOf } from "./network-host";
import { networkManagerJudge } from "./network-manager/network-manager";
import { networkdJudge } from "./networkd/networkd";
import { runTimeJudge } from "./run-time/run-time";
import { together } from "./together";
import { wickedJudge } from "./wicked/wicked";

const JUDGES: readonly NetworkJudge[] = [
  ifupdownJudge,
  ifupdown2Judge,
  ifupdownNgJudge,
  ifupdownNgAlpineJudge,
  networkdJudge,
  networkManagerJudge,
  ifcfgJudge,
  wickedJudge,
  runTimeJudge,
];

const { values } = parseArgs({
  options: {
    backend: { type: "string" },
    files: { type: "string" },
    seed: { type: "string" },
    workers: { type: "string", default: "4" },
    sample: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

const WHOLE = 2_000;
/** Of each: two minutes in all where nothing else is at work. */
const SAMPLE = 6;
/** The same files each time: what is new is looked for by `npm run laws:network`. */
const SAMPLE_SEED = 78;
const SHOWN = 5;
const UNBOOTABLE = 20;

interface Tally {
  readonly files: number;
  readonly wrong: number;
}

async function main(): Promise<void> {
  const judges = JUDGES.filter(({ name }) => values.backend === undefined || name === values.backend);
  if (judges.length === 0)
    throw new Error(
      `--backend is ${values.backend ?? ""}, but must be one of ${JUDGES.map(({ name }) => name).join(", ")}`,
    );
  const chosen = values.sample ? SAMPLE_SEED : Math.trunc(Math.random() * 0x7fffffff);
  const seed = values.seed === undefined ? chosen : Number(values.seed);
  console.log(`seed ${String(seed)}`);
  const tallies: Tally[] = [];
  for (const judge of judges) {
    const packages = packagesOf(judge);
    if ("missing" in packages) console.log(`not run: the law of networks with ${judge.name} needs ${packages.missing}`);
    else tallies.push(await tried(judge, packages.folder, seed));
  }
  const sum = (key: keyof Tally): string => String(tallies.reduce((all, tally) => all + tally[key], 0));
  console.log(`networks files=${sum("files")} wrong=${sum("wrong")} backends=${String(tallies.length)}`);
  process.exitCode = sum("wrong") === "0" ? 0 : 1;
}

async function tried(judge: NetworkJudge, packages: string, seed: number): Promise<Tally> {
  const wanted = values.sample ? SAMPLE : Number(values.files ?? WHOLE);
  const first = await NetworkHost.start(judge, packages);
  const amiss = [...(await together(first, judge.plain).catch((error: unknown) => [String(error)]))];
  const trial = await judge.trial?.(first, values.sample);
  first.stop();
  console.log(
    `${judge.name}: ${amiss.length === 0 ? "bridges beside each other, adopted and in use are as they should be" : `WRONG\n  ${amiss.join("\n  ")}`}`,
  );
  if (trial !== undefined) {
    console.log(
      `${judge.name}: ${trial.said}${trial.wrong
        .slice(0, SHOWN)
        .map((text) => `\n  WRONG ${text}`)
        .join("")}`,
    );
    amiss.push(...trial.wrong);
  }
  const counts = { kept: 0, refused: 0, unbootable: 0 };
  let wrong = amiss.length;
  let number = 0;
  const next = (): { at: number; given: NetworkCase } => {
    const at = (number += 1);
    return { at, given: fc.sample(judge.cases, { seed: seed + at, numRuns: 1 })[0] as NetworkCase };
  };
  const work = async (): Promise<void> => {
    const host = await NetworkHost.start(judge, packages);
    try {
      // Where it can bring up next to nothing, it is the judge that is broken.
      while (counts.kept + counts.refused < wanted && counts.unbootable < wanted + UNBOOTABLE) {
        const { at, given } = next();
        const verdict = await judged(host, given).catch(
          (error: unknown): Verdict => ({ outcome: "kept", wrong: [`an exception: ${String(error)}`] }),
        );
        counts[verdict.outcome] += 1;
        if (values.verbose) console.log(`${String(seed + at)} ${verdict.outcome} ${verdict.said ?? ""}`);
        if (verdict.wrong.length === 0) continue;
        wrong += 1;
        if (wrong <= SHOWN) console.log(report(judge, seed + at - 1, given, verdict));
      }
    } finally {
      host.stop();
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
  console.log(
    `${judge.name}: ${String(counts.kept)} kept everything, ${String(counts.refused)} refused, ${String(counts.unbootable)} that it cannot bring up itself`,
  );
  if (counts.kept + counts.refused < wanted) throw new Error(`${judge.name} brings up next to nothing here`);
  return { files: counts.kept + counts.refused, wrong };
}

/** `seed`: of the options, so that the first files are these. */
function report({ name }: NetworkJudge, seed: number, given: NetworkCase, { wrong, said }: Verdict): string {
  return [
    `WRONG (--backend=${name} --files=1 --workers=1 --seed=${String(seed)})`,
    ...wrong.map((text) => `  ${text}`),
    ...(said === undefined ? [] : [`  said: ${said}`]),
    `  addresses: ${JSON.stringify(given.addresses)}, mtu: ${String(given.mtu)}, by hand: ${given.byHand.join("; ")}`,
    ...[...given.files].flatMap(([path, text]) => [`  --- ${path}`, ...text.split("\n").map((line) => `  | ${line}`)]),
  ].join("\n");
}

void main();
