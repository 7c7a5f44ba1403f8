/** What is measured becomes text here. Pure. */

/** The middle one of some numbers; the mean of the two in the middle. @throws RangeError of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError("There is no median of nothing.");
  return (low + high) / 2;
}

/** `undefined`: could not be measured. */
export type Figure = number | undefined;

export function fixed(figure: Figure, digits: number): string {
  return figure === undefined || !Number.isFinite(figure) ? "n/a" : figure.toFixed(digits);
}

/** A Markdown table that can be pasted into docs/measurements.md. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** The keys of the last line, in their order, with the digits that mean something. */
const KEYS = {
  cold100_s: 2,
  rtt_per_op: 2,
  scripts_refresh120: 0,
  live_memory_ratio: 2,
  refresh_five_ratio: 2,
  creates50_ok: 0,
  x_new_connection: 1,
  x_controlmaster: 1,
  x_ansible: 1,
  x_pipelining: 1,
  x_mitogen: 1,
} as const;

export type Key = keyof typeof KEYS;
export type Figures = Partial<Record<Key, number>>;

export function lastLine(figures: Figures): string {
  const pairs = Object.entries(KEYS).map(([key, digits]) => `${key}=${fixed(figures[key as Key], digits)}`);
  return `bench:remote ${pairs.join(" ")}`;
}
