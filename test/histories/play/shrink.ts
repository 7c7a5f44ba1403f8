/** Makes a broken history smaller while it breaks the same rule. */
import type { Declared, Program } from "../programs/program";
import type { History, StackName, Step } from "./history";

/** @param isStillBroken plays it. @param budget how often it is played at most. */
export async function shrink(
  history: History,
  isStillBroken: (smaller: History) => Promise<boolean>,
  budget: number,
): Promise<History> {
  let best = history;
  let left = budget;
  let isSmaller = true;
  while (isSmaller && left > 0) {
    isSmaller = false;
    for (const candidate of smallerOnes(best)) {
      if (left <= 0) break;
      left -= 1;
      if (!(await isStillBroken(candidate))) continue;
      best = candidate;
      isSmaller = true;
      break;
    }
  }
  return best;
}

/** The boldest first: many steps fewer, one step fewer, then simpler steps and programs. */
function* smallerOnes(history: History): Generator<History> {
  yield* withFewerSteps(history);
  yield* withoutStack(history, "test");
  yield* withSimplerSteps(history);
  for (const stack of ["test", "prod"] as const) yield* withSimplerProgram(history, stack);
}

function* withFewerSteps(history: History): Generator<History> {
  const { steps } = history;
  for (let length = Math.ceil(steps.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    // From the end: what comes after the break is the least needed.
    for (let at = steps.length - length; at >= 0; at -= length) {
      yield { ...history, steps: [...steps.slice(0, at), ...steps.slice(at + length)] };
    }
  }
}

function* withoutStack(history: History, stack: StackName): Generator<History> {
  if (history.programs[stack] === undefined) return;
  const { [stack]: _, ...programs } = history.programs;
  yield { programs, steps: history.steps.filter((step) => !("stack" in step) || step.stack !== stack) };
}

function* withSimplerSteps(history: History): Generator<History> {
  for (const [index, step] of history.steps.entries()) {
    for (const simpler of simplerSteps(step)) yield { ...history, steps: history.steps.with(index, simpler) };
  }
}

function* simplerSteps(step: Step): Generator<Step> {
  if (step.do === "edit" && step.edits.length > 1) {
    for (const edit of step.edits) yield { ...step, edits: step.edits.filter((one) => one !== edit) };
  }
  if (step.do === "up" && (step.fault !== undefined || step.between !== undefined))
    yield { do: "up", stack: step.stack };
  if (step.do === "rewind" && step.runs > 1) yield { ...step, runs: 1 };
}

function* withSimplerProgram(history: History, stack: StackName): Generator<History> {
  const program = history.programs[stack];
  if (program === undefined) return;
  const put = (resources: readonly Declared[]): History => ({
    ...history,
    programs: { ...history.programs, [stack]: { resources } satisfies Program },
  });
  for (const declared of program.resources) {
    if (!isUsed(declared, program)) yield put(program.resources.filter((one) => one !== declared));
  }
  for (const [index, declared] of program.resources.entries()) {
    for (const simpler of simplerResources(declared)) yield put(program.resources.with(index, simpler));
  }
}

function isUsed({ ref }: Declared, { resources }: Program): boolean {
  return resources.some(
    (one) => one.type === "DomU" && (one.args.media === ref || one.args.disks.some(({ image }) => image === ref)),
  );
}

const NEEDED = ["path", "sizeGiB", "disks", "vifs"];

function* simplerResources(declared: Declared): Generator<Declared> {
  for (const name of Object.keys(declared.args)) {
    if (NEEDED.includes(name)) continue;
    const { [name]: _, ...args } = declared.args as Record<string, unknown>;
    yield { ...declared, args } as Declared;
  }
  if (declared.type !== "DomU") return;
  const { disks, vifs } = declared.args;
  if (disks.length > 1) yield { ...declared, args: { ...declared.args, disks: disks.slice(0, -1) } };
  if (vifs.length > 1) yield { ...declared, args: { ...declared.args, vifs: vifs.slice(0, -1) } };
}
