/** Lists of CPUs, compared by the CPUs that they mean. Pure. */

/** `hostCpus`: how many the host has, where that is known: xl says `all` for a list that names each of them. */
export function sameCpus(a: string | undefined, b: string | undefined, hostCpus: number | undefined): boolean {
  const [left, right] = [cpusOf(a, hostCpus), cpusOf(b, hostCpus)];
  if (left === undefined || right === undefined) return (a ?? "all") === (b ?? "all");
  return left.size === right.size && [...left].every((cpu) => right.has(cpu));
}

/** `undefined`: all, of an unknown number; or what is no list. */
function cpusOf(text: string | undefined, hostCpus: number | undefined): ReadonlySet<number> | undefined {
  if (text === undefined || text === "all") return hostCpus === undefined ? undefined : new Set(range(0, hostCpus - 1));
  const cpus = new Set<number>();
  for (const part of text.split(",")) {
    const [, not, first, last] = /^(\^?)(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    for (const cpu of range(Number(first), Number(last ?? first))) {
      if (not === "^") cpus.delete(cpu);
      else cpus.add(cpu);
    }
  }
  return cpus;
}

/** A list of CPUs names at most so many as Xen knows. */
const MOST_CPUS = 4096;

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(last, MOST_CPUS) - first + 1) }, (_, index) => first + index);
}

/** A list as xl shows it: `0,1` as `0-1`. What is no list stays as it is. */
export function shownCpus(text: string | undefined): string | undefined {
  const cpus = text === undefined || text === "all" ? undefined : cpusOf(text, undefined);
  if (cpus === undefined) return text;
  const first = [...cpus].filter((cpu) => !cpus.has(cpu - 1)).sort((a, b) => a - b);
  return first
    .map((cpu) => {
      let last = cpu;
      while (cpus.has(last + 1)) last += 1;
      return cpu === last ? String(cpu) : `${cpu}-${last}`;
    })
    .join(",");
}
