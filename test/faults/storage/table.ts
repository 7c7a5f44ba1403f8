/** The table of storage: strikes × works, each cell with how many of its tries survived. Pure. */
import { STRIKES, type StrikeName } from "./strikes";
import { type Column, WORKS } from "./works";

export interface TriedPlace {
  readonly column: Column;
  /** None: not even without a fault was it right. */
  readonly strike: StrikeName | undefined;
  readonly label: string;
  /** Why it did not survive. */
  readonly fault: string | undefined;
}

const CELL_WIDTH = 9;

export function storageTable(tried: readonly TriedPlace[]): { text: string; cells: number; survived: number } {
  const names = Object.keys(STRIKES) as StrikeName[];
  const width = Math.max(...names.map((name) => name.length));
  const cells = names.map((name) =>
    WORKS.map((column) => tried.filter((one) => one.column === column && (one.strike ?? name) === name)),
  );
  const line = (first: string, each: readonly string[]): string =>
    `${first.padEnd(width)}${each.map((cell) => cell.padStart(CELL_WIDTH)).join("")}`;
  const survivors = (cell: readonly TriedPlace[]): number => cell.filter(({ fault }) => fault === undefined).length;
  const all = cells.flat().filter((cell) => cell.length > 0);
  return {
    text: [
      line("survived/tried", WORKS),
      ...names.map((name, row) =>
        line(
          name,
          (cells[row] ?? []).map((cell) =>
            cell.length === 0 ? "" : `${String(survivors(cell))}/${String(cell.length)}`,
          ),
        ),
      ),
    ].join("\n"),
    cells: all.length,
    survived: all.filter((cell) => survivors(cell) === cell.length).length,
  };
}
