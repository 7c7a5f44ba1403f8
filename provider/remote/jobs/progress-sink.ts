/**
 * Where the progress of jobs goes when the caller does not say. In the provider process that is standard output,
 * which every engine shows as plain lines (provider/lifecycle.ts sets it); in tests and libraries it is nowhere.
 */
import type { Progress } from "../remote-host";

/** Steps and a guest's console (`| …`) are shown at once; of what else a step prints, a line at most this often. */
const quietMs = 4000;

let print: ((line: string) => void) | undefined;

export function showProgress(to: (line: string) => void): void {
  print = to;
}

/** Progress for one job, in front of each line what it is about: `domu/guest1: create the guest`. */
export function progressOf(object: string, now: () => number = Date.now): Progress {
  let lastAt = 0;
  let lastLine = "";
  return (line) => {
    const step = /^==> [^:]*: (.*)$/.exec(line)?.[1];
    if (print === undefined || line.trim() === "" || line === lastLine || /^<== .*: done after /.test(line)) return;
    if (step === undefined && !/^(<==|\| )/.test(line) && now() - lastAt < quietMs) return;
    lastAt = now();
    lastLine = line;
    print(`${object}: ${step ?? `  ${line}`}`);
  };
}
