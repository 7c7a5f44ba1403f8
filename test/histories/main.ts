/**
 * Plays random histories against a pretended host and tells which broke a rule (docs/histories.md):
 * node -r typescript-loader.cjs main.ts [--n N] [--steps N] [--seed N] [--workers N] [--shrink N] [--sample] [--replay FILE]…
 *
 * Its last line: `histories n=N broken=N seed=S`. Ends with 0 when nothing broke.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { note } from "../support/notes";
import { Crew } from "./crew";
import { HOSTS_FOLDER, memoryFolder, whyNoHost } from "./host/pretend-host";
import { type Options, optionsOf } from "./options";
import type { History } from "./play/history";
import type { Played } from "./play/player";
import { shrink } from "./play/shrink";
import type { Violation } from "./judge/violation";
import { generate } from "./programs/generate";
import { printBroken, signatureOf, tellKinds } from "./report";

/** For the random ones of a sample. */
const SAMPLE_SECONDS = 40;
const PLAYS_PER_SHRINK = 80;
/** So that a long run is seen to go on. */
const TOLD_EACH = 50;

interface Named {
  readonly name: string;
  readonly history: History;
}

void main(optionsOf(process.argv.slice(2))).then(
  (isGood) => process.exit(isGood ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);

async function main(options: Options): Promise<boolean> {
  const why = whyNoHost();
  if (why !== undefined) {
    note(`not run: ${why}, so no histories were played`);
    console.log(`histories n=0 broken=0 seed=${String(options.seed)}`);
    return true;
  }
  const hosts = mkdtempSync(join(memoryFolder(), "pulumi-xen-histories-"));
  process.env[HOSTS_FOLDER] = hosts;
  keepCompiled(join(hosts, "compiled"));
  const crew = new Crew(options.workers);
  const begun = Date.now();
  const tally = new Map<string, number>();
  const kinds = new Map<string, number>();
  const broken: (Named & Played)[] = [];
  let played = 0;
  let isOver = false;
  // Whoever ends a long run early is told what it has found until then.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => (isOver = true));
  const histories = historiesOf(options, () => isOver);
  const play = async (): Promise<void> => {
    for (let next = histories.next(); next.done !== true; next = histories.next()) {
      const { name, history } = next.value;
      const result = await crew.play(history);
      played += 1;
      if (!options.isSample && played % TOLD_EACH === 0)
        console.log(`${String(played)} played, ${paceSince(begun, played)}`);
      for (const [kind, times] of Object.entries(result.kinds)) kinds.set(kind, (kinds.get(kind) ?? 0) + times);
      isOver ||= options.isSample && Date.now() - begun > SAMPLE_SECONDS * 1000;
      if (result.violations.length === 0) continue;
      // Faults are timed by milliseconds, and the machine of a test run has other work: what breaks once of two is told and
      // does not fail the run. The full run counts each.
      if (options.isSample && (await crew.play(history)).violations.length === 0) {
        console.log(`not steady: ${name} broke once of two: ${signatureOf(result.violations[0] ?? NOTHING)}`);
        continue;
      }
      const signature = signatureOf(result.violations[0] ?? NOTHING);
      // One of each kind is enough to look at.
      if (!tally.has(signature)) broken.push({ name, history, ...result });
      tally.set(signature, (tally.get(signature) ?? 0) + 1);
      console.log(`broken ${name}: ${signature}`);
    }
  };
  await Promise.all(Array.from({ length: options.workers }, play));
  const pace = paceSince(begun, played);
  await Promise.all(broken.slice(0, options.shrunk).map(async (one) => tell(crew, one, options.replay.length > 0)));
  await crew.end();
  rmSync(hosts, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  const count = [...tally.values()].reduce((sum, one) => sum + one, 0);
  if (!options.isSample && options.replay.length === 0) tellKinds(kinds);
  console.log("");
  for (const [signature, times] of [...tally].sort((a, b) => b[1] - a[1]))
    console.log(`${String(times).padStart(5)} ${signature}`);
  console.log(`${pace} with ${String(options.workers)} workers`);
  console.log(`histories n=${String(played)} broken=${String(count)} seed=${String(options.seed)}`);
  return count === 0 && played > 0;
}

function paceSince(begun: number, played: number): string {
  return `${String(Math.round((played * 60_000) / (Date.now() - begun)))} histories a minute`;
}

/** A provider that was killed is one that starts again: with what the first one has compiled. */
function keepCompiled(folder: string): void {
  mkdirSync(folder);
  process.env["PULUMI_XEN_COMPILED"] = folder;
  process.env["NODE_COMPILE_CACHE"] = join(folder, "node");
}

const NOTHING: Violation = { rule: "ending", text: "", step: 0 };

function* historiesOf({ n, steps, seed, replay, isSample }: Options, isOver: () => boolean): Generator<Named> {
  const known = isSample ? readdirSync(join(__dirname, "known")).map((name) => join(__dirname, "known", name)) : [];
  for (const file of [...replay, ...known]) {
    yield { name: file.replace(/^.*\/|\.json$/g, ""), history: JSON.parse(readFileSync(file, "utf8")) as History };
  }
  if (replay.length > 0) return;
  for (let index = 0; index < n && !isOver(); index += 1) {
    yield { name: `seed-${String(seed + index)}`, history: generate(seed + index, steps) };
  }
}

async function tell(
  crew: Crew,
  { name, history, violations, log, kinds }: Named & Played,
  isAsItIs: boolean,
): Promise<void> {
  const rule = violations[0]?.rule;
  let last: Played = { violations, log, kinds };
  const small = isAsItIs
    ? history
    : await shrink(
        history,
        async (smaller) => {
          const result = await crew.play(smaller);
          const isBroken = result.violations[0]?.rule === rule;
          if (isBroken) last = result;
          return isBroken;
        },
        PLAYS_PER_SHRINK,
      );
  printBroken(name, small, last);
}
