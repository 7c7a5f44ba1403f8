/**
 * The law of networks (law.ts) on random files, with the real ifupdown.
 *
 *   npm run laws:network -- [--files=N] [--seed=S] [--workers=N] [--sample] [--verbose]
 *
 * The last line is `networks files=N wrong=N backends=N`. Files that ifupdown itself cannot bring up are not counted.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { type NetworkCase, networkCase } from "./files";
import { type Verdict, judged } from "./law";
import { NetworkHost, ifupdownPackages } from "./network-host";

const { values } = parseArgs({
  options: {
    files: { type: "string" },
    seed: { type: "string" },
    workers: { type: "string", default: "4" },
    sample: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

const WHOLE = 2_000;
const SAMPLE = 40;

async function main(): Promise<void> {
  const packages = ifupdownPackages();
  if ("missing" in packages) {
    console.log(`not run: the law of networks needs ${packages.missing}`);
    console.log("networks files=0 wrong=0 backends=0");
    return;
  }
  const seed = values.seed === undefined ? Math.trunc(Math.random() * 0x7fffffff) : Number(values.seed);
  const wanted = values.sample ? SAMPLE : Number(values.files ?? WHOLE);
  console.log(`seed ${String(seed)}`);
  const counts = { kept: 0, refused: 0, unbootable: 0 };
  let wrong = 0;
  let number = 0;
  const next = (): { at: number; given: NetworkCase } => {
    const at = (number += 1);
    return { at, given: fc.sample(networkCase, { seed: seed + at, numRuns: 1 })[0] as NetworkCase };
  };
  const work = async (): Promise<void> => {
    const host = await NetworkHost.start(packages.folder);
    try {
      while (counts.kept + counts.refused < wanted) {
        const { at, given } = next();
        const verdict = await judged(host, given).catch(
          (error: unknown): Verdict => ({ outcome: "kept", wrong: [`an exception: ${String(error)}`] }),
        );
        counts[verdict.outcome] += 1;
        if (values.verbose) console.log(`${String(seed + at)} ${verdict.outcome} ${verdict.said ?? ""}`);
        if (verdict.wrong.length === 0) continue;
        wrong += 1;
        if (wrong <= 5) console.log(report(seed + at - 1, given, verdict));
      }
    } finally {
      host.stop();
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
  console.log(
    `${String(counts.kept)} kept everything, ${String(counts.refused)} refused, ${String(counts.unbootable)} that ifupdown cannot bring up`,
  );
  console.log(`networks files=${String(counts.kept + counts.refused)} wrong=${String(wrong)} backends=1`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

/** `seed`: of the options, so that the first files are these. */
function report(seed: number, given: NetworkCase, { wrong, said }: Verdict): string {
  return [
    `WRONG (--files=1 --workers=1 --seed=${String(seed)})`,
    ...wrong.map((text) => `  ${text}`),
    ...(said === undefined ? [] : [`  said: ${said}`]),
    `  addresses: ${JSON.stringify(given.addresses)}, mtu: ${String(given.mtu)}, by hand: ${given.byHand.join("; ")}`,
    ...[...given.files].flatMap(([path, text]) => [`  --- ${path}`, ...text.split("\n").map((line) => `  | ${line}`)]),
  ].join("\n");
}

void main();
