/** The table: faults × steps, each cell with how many of its tries survived. Pure. */
import { FAULTS, type FaultName } from "./fault-names";
import { IMPOSSIBLE } from "./impossible";
import { STEPS, type Step } from "./steps";
import type { Trial } from "./trial";

export interface Tried {
  readonly trial: Pick<Trial, "fault" | "steps">;
  /** Why it did not survive. */
  readonly fault: string | undefined;
}

export interface Table {
  readonly text: string;
  readonly cells: number;
  readonly survived: number;
  /** Cells that neither have a try nor a reason why there is none. */
  readonly untested: readonly string[];
}

const CELL_WIDTH = 9;

/** @param isWhole - every cell shall be tried: one that is not is shown as `?`; in a part it is left empty. */
export function tableOf(tried: readonly Tried[], isWhole: boolean): Table {
  const names = Object.keys(FAULTS) as FaultName[];
  const width = Math.max(...names.map((name) => FAULTS[name].length));
  const rows = names.map((name) => ({ name, cells: STEPS.map((step) => cellOf(tried, name, step)) }));
  const all = rows.flatMap(({ cells }) => cells);
  const line = (first: string, cells: readonly string[]): string =>
    `${first.padEnd(width)}${cells.map((cell) => cell.padStart(CELL_WIDTH)).join("")}`;
  return {
    text: [
      line("survived/tried", STEPS),
      ...rows.map(({ name, cells }) =>
        line(
          FAULTS[name],
          cells.map(({ text }) => (text === "?" && !isWhole ? "" : text)),
        ),
      ),
      `${String(all.filter(({ text }) => text === "–").length)} cells cannot exist (–): test/faults/impossible.ts says why`,
    ].join("\n"),
    cells: all.filter(({ tries }) => tries > 0).length,
    survived: all.filter(({ tries, survivors }) => tries > 0 && survivors === tries).length,
    untested: all.filter(({ text }) => text === "?").map(({ place }) => place),
  };
}

function cellOf(
  tried: readonly Tried[],
  fault: FaultName,
  step: Step,
): { text: string; place: string; tries: number; survivors: number } {
  const tries = tried.filter(
    ({ trial }) => trial.steps.includes(step) && (trial.fault === fault || fault === "secrets"),
  );
  const survivors = tries.filter((one) => one.fault === undefined).length;
  const place = `${FAULTS[fault]} × ${step}`;
  if (tries.length > 0)
    return { text: `${String(survivors)}/${String(tries.length)}`, place, tries: tries.length, survivors };
  return { text: IMPOSSIBLE[fault]?.[step] === undefined ? "?" : "–", place, tries: 0, survivors: 0 };
}
