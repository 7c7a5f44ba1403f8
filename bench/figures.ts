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

/** `bench:storage create_raw=1.02 …`: for programs. Digits by key. */
export function pairsLine(
  name: string,
  digits: Readonly<Record<string, number>>,
  figures: Readonly<Record<string, Figure>>,
): string {
  return `${name} ${Object.entries(digits)
    .map(([key, count]) => `${key}=${fixed(figures[key], count)}`)
    .join(" ")}`;
}
