/** Stages of a long run, each with its elapsed time. */

export interface Stages {
  /** Runs one stage between a headline and its time. */
  stage<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** A line within a stage. */
  readonly say: (line: string) => void;
  /** The last words. */
  end(text: string): void;
  /** Since the start, in seconds. */
  seconds(): number;
}

export function startStages(print: (line: string) => void, now: () => number = Date.now): Stages {
  const startedAt = now();
  const since = (at: number): string => `${((now() - at) / 1000).toFixed(1)} s`;
  const stamp = (): string => `[${since(startedAt).padStart(8)}]`;
  let count = 0;
  return {
    async stage(title, work) {
      const begunAt = now();
      count += 1;
      print(`\n${stamp()} ${count}. ${title}`);
      const result = await work();
      print(`${stamp()}    done in ${since(begunAt)}`);
      return result;
    },
    say: (line) => print(`${stamp()}    ${line}`),
    end: print,
    seconds: () => Math.round((now() - startedAt) / 1000),
  };
}
