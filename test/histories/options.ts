/** What `npm run histories` may be told. */
import { parseArgs } from "node:util";

export interface Options {
  readonly n: number;
  readonly steps: number;
  readonly seed: number;
  readonly workers: number;
  /** Files of histories to play instead. */
  readonly replay: readonly string[];
  /** The known histories, and random ones for as long as `npm test` has time. */
  readonly isSample: boolean;
  /** How many broken histories are made small. */
  readonly shrunk: number;
}

const USAGE = `npm run histories -- [--n N] [--steps N] [--seed N] [--workers N] [--shrink N] [--sample] [--replay FILE]…`;

export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      n: { type: "string" },
      steps: { type: "string" },
      seed: { type: "string" },
      workers: { type: "string" },
      shrink: { type: "string" },
      replay: { type: "string", multiple: true },
      sample: { type: "boolean" },
    },
  });
  const number = (name: "n" | "steps" | "seed" | "workers" | "shrink", otherwise: number): number => {
    const text = values[name];
    if (text === undefined) return otherwise;
    if (!/^\d+$/.test(text)) throw new Error(`--${name} ${text}: it takes a whole number. ${USAGE}`);
    return Number(text);
  };
  const isSample = values.sample === true;
  return {
    n: number("n", isSample ? 1_000 : 2_000),
    steps: number("steps", 10),
    seed: number("seed", isSample ? 1 : Math.floor(Date.now() / 1000) % 1_000_000),
    workers: number("workers", 4),
    shrunk: number("shrink", isSample ? 1 : 8),
    replay: values.replay ?? [],
    isSample,
  };
}
