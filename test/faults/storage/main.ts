/**
 * Tries every fault at every place of the works on storage, and prints the table of them. What a place is the works tell themselves: each
 * is done once without a fault, and every program that it starts and that writes is a place.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../support/project-root";
import type { Transport } from "../../support/transport";
import { noSmallDisk } from "./small-disk";
import { STRIKES, type StrikeName } from "./strikes";
import { type TriedPlace, storageTable } from "./table";
import { THE_END } from "./places";
import type { Undisturbed } from "./trial";
import { type Work, allWorks } from "./works";

/** They wait for the disk half of their time. */
const WORKERS = 4;
/** Longer than any trial's own bounds. */
const TRIAL_SECONDS = 420;

export interface StorageTrial {
  readonly work: number;
  readonly place: string;
  readonly strike: StrikeName;
  readonly control: Undisturbed;
  readonly transport: Transport;
  readonly destroysFirst: boolean;
}

export interface StorageOptions {
  readonly transport: Transport;
  readonly isSample: boolean;
  /** Only trials that hold each of them in their line. */
  readonly words: readonly string[];
  /** One of so many: for a machine that has other things to do. */
  readonly every: number;
}

/** @returns how many cells there are, and in how many of them everything was survived */
export async function tryStorage(options: StorageOptions): Promise<{ cells: number; survived: number }> {
  const missing = noSmallDisk();
  if (missing !== undefined) {
    console.log(`not run: faults of storage: ${missing}`);
    return { cells: 0, survived: 0 };
  }
  const begun = Date.now();
  const works = allWorks();
  const tried: TriedPlace[] = [];
  const waiting: StorageTrial[] = [];
  const pool = new Pool();
  const chosen = [...works.entries()].filter(([, work]) => mayBe(work, options));
  await pool.all(chosen, async ([index, work]) => {
    const control = await pool.ask<Undisturbed>({ work: index, transport: options.transport });
    if (typeof control === "string")
      tried.push({ column: work.column, strike: undefined, label: work.name, fault: control });
    else waiting.push(...trialsOf(work, index, control, options));
  });
  waiting.splice(0, waiting.length, ...waiting.filter((_, at) => at % options.every === 0));
  console.log(`${String(waiting.length)} tries of storage over ${options.transport}, ${String(WORKERS)} at a time`);
  await pool.all(waiting, async (trial) => {
    const { column } = works[trial.work] as Work;
    const at = Date.now();
    const fault = await pool.ask<undefined>(trial);
    const label = labelOf(works[trial.work] as Work, trial.strike, trial.place);
    tried.push({ column, strike: trial.strike, label, fault });
    console.log(
      `${fault === undefined ? "survived" : "NOT     "} ${((Date.now() - at) / 1000).toFixed(1).padStart(6)} s  ${label}`,
    );
  });
  pool.end();
  for (const { label, fault } of tried)
    if (fault !== undefined) console.log(`\nNOT SURVIVED ${label}\n  ${fault.replaceAll("\n", "\n  ")}`);
  const table = storageTable(tried);
  console.log(
    `\n${table.text}\n${String(tried.length)} tries of storage in ${String(Math.round((Date.now() - begun) / 1000))} s\n`,
  );
  return table;
}

const labelOf = (work: Work, strike: string, place: string): string => `storage: ${strike} × ${work.name} (${place})`;

/** Whose trials may be chosen: the whole line is known only when its places are. */
function mayBe(work: Work, { isSample, words }: StorageOptions): boolean {
  const strikes = Object.keys(STRIKES).join("\n");
  if (isSample && SAMPLE[work.name] === undefined) return false;
  // A word that no work and no strike has may be of a place.
  return words.every(
    (word) => word === "storage" || work.name.includes(word) || strikes.includes(word) || !allNames.includes(word),
  );
}
const allNames = allWorks()
  .map(({ name }) => name)
  .join("\n");

/** What `npm test` takes: of some works a place each, where a strike was not survived before. */
const SAMPLE: Readonly<Record<string, readonly (readonly [StrikeName, string])[]>> = {
  "an empty raw image is made": [
    ["power lost, names kept and contents not", "2 rm xen/g.img.pulumi-xen-new"],
    ["host's processes killed -9", "2 rm xen/g.img.pulumi-xen-new"],
  ],
  "an image is downloaded and unpacked (gz)": [
    ["disk full", "middle of gzip"],
    ["host's processes killed -9", "middle of gzip"],
    ["our process killed -9", "middle of a download"],
  ],
  "an image is uploaded": [["link cut (RST)", "2 dd .pulumi-xen.N"]],
  "an ISO is brought, and kernel and ramdisk are taken out of it": [
    ["power lost, nothing written since the last sync", THE_END],
  ],
};

function trialsOf(
  work: Work,
  index: number,
  control: Undisturbed,
  { isSample, words, transport }: StorageOptions,
): StorageTrial[] {
  const all = (Object.keys(STRIKES) as StrikeName[]).flatMap((strike) =>
    control.places.map((place, at) => ({
      work: index,
      place,
      strike,
      control,
      transport,
      destroysFirst: at % 2 === 1,
    })),
  );
  const sample = SAMPLE[work.name] ?? [];
  return all
    .filter(({ place, strike }) => STRIKES[strike].isAt(place))
    .filter(({ place, strike }) => !isSample || sample.some(([name, where]) => name === strike && where === place))
    .filter(({ place, strike }) => words.every((word) => labelOf(work, strike, place).includes(word)));
}

/** Processes that try one thing after the other; one that does not answer is replaced. */
class Pool {
  readonly #idle: ChildProcess[] = [];

  /** As many at a time as there are workers. */
  async all<T>(items: Iterable<T>, one: (item: T) => Promise<void>): Promise<void> {
    const waiting = [...items];
    const work = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await one(item);
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
  }

  /** @returns what the worker says, or the words of its fault */
  async ask<T>(what: object): Promise<T | string> {
    const worker =
      this.#idle.pop() ??
      fork(join(projectRoot, "test/faults/storage/worker.ts"), {
        execArgv: ["-r", join(projectRoot, "test/support/typescript-loader.cjs")],
      });
    const said = await new Promise<{ value?: T; fault?: string; isUsable: boolean }>((resolve) => {
      const timer = setTimeout(() => resolve({ fault: "it does not end", isUsable: false }), TRIAL_SECONDS * 1000);
      worker.once("message", (message: { value?: T; fault?: string }) => resolve({ ...message, isUsable: true }));
      worker.once("exit", (code) =>
        resolve({ fault: `the process that tried it died (${String(code)})`, isUsable: false }),
      );
      worker.once("message", () => clearTimeout(timer));
      worker.once("exit", () => clearTimeout(timer));
      worker.send(what);
    });
    worker.removeAllListeners("message").removeAllListeners("exit");
    if (said.isUsable) this.#idle.push(worker);
    else worker.kill("SIGKILL");
    return said.fault ?? (said.value as T);
  }

  end(): void {
    for (const worker of this.#idle) worker.disconnect();
  }
}
