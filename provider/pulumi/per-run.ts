/** What is kept for one run of a program: an inline program may run many times in one process, and tests have a monitor each. */
import * as pulumi from "@pulumi/pulumi";

const noMonitor = {};

/** @returns what gives the run's own; `make` makes it, once for each run. */
export function perRun<T>(make: () => T): () => T {
  const runs = new WeakMap<object, { readonly own: T }>();
  return () => {
    const run = pulumi.runtime.getMonitor() ?? noMonitor;
    const known = runs.get(run) ?? { own: make() };
    runs.set(run, known);
    return known.own;
  };
}
