/**
 * One fault tried at one step: the plan runs up to the step, the fault strikes, the plan ends as it may; then the fault is
 * gone and the plan runs again, and after that everything must be as if nothing had been.
 */
import type { ErrorCode } from "../../provider/errors";
import { closeHosts } from "../../provider/remote";
import { until } from "../support/eventually";
import { assertDoneOnce, assertNoSecret, assertNothingHalf, assertNothingLeft } from "./aftermath";
import type { FaultName } from "./fault-names";
import { type Ended, type Run, runElsewhere, runHere } from "./run";
import { type Hold, type Step, stepOf } from "./steps";
import { World, type WorldOptions } from "./world";

/** One try, which counts in the cells of its fault at these steps. */
export interface Trial {
  readonly fault: FaultName;
  readonly steps: readonly Step[];
  /** What is special about it, for the report: "after 900 bytes". */
  readonly variant: string;
  /** Part of `npm test`. */
  readonly isSample?: boolean;
  /** @throws Error: it did not survive. */
  readonly run: () => Promise<void>;
}

/** How a run that met the fault may have ended. */
export interface Expected {
  /** Classes of errors it may end with; none: it must succeed in spite of the fault. */
  readonly codes: readonly (ErrorCode | "died")[];
  /** Default: it may also succeed. */
  readonly mustFail?: boolean;
  /** The message of the error. */
  readonly says?: RegExp;
  /** What is otherwise where the host is reached by the system's ssh, which has words of its own. */
  readonly overOpenssh?: Partial<Expected>;
  /** How often a step may begin in all; default 1. */
  readonly begins?: number;
  /** How long the run that met the fault may take. */
  readonly seconds?: number;
}

export interface Meeting {
  readonly fault: FaultName;
  readonly variant?: string;
  readonly isSample?: boolean;
  readonly world?: WorldOptions | (() => WorldOptions);
  /** The run that meets the fault is a process of its own. */
  readonly elsewhere?: boolean;
  readonly expected: Expected;
  /** Hears what the run tells, as it is told; only of a run in our own process. */
  readonly told?: (world: World, line: string) => void;
  /** Before the run begins. */
  readonly prepare?: (world: World) => Promise<void> | void;
  /** Before the plan runs again. */
  readonly heal?: (world: World) => Promise<void> | void;
}

export interface StrikeMeeting extends Meeting {
  readonly strike: (world: World, run: Run, hold: Hold) => Promise<void> | void;
  /** Default: what was held goes on as soon as the fault has struck. */
  readonly letGo?: "before the strike" | "when the run has ended";
}

/** The plan is held at a place, the fault strikes, and it goes on. */
export function heldAt(hold: Hold, meeting: StrikeMeeting): Trial {
  return trial([stepOf(hold)], [meeting.variant, stepOf(hold) === hold ? undefined : `at ${hold}`], meeting, {
    arm: (world) => {
      world.holds.arm(hold);
    },
    meet: async (world, run) => {
      let ended: Ended | undefined;
      void run.ended.then((how) => {
        ended = how;
      });
      await until(`the plan comes to ${hold}`, () => world.holds.isReached(hold) || ended !== undefined);
      if (!world.holds.isReached(hold)) throw new Error(`the plan never came to ${hold}: ${JSON.stringify(ended)}`);
      if (meeting.letGo === "before the strike") world.holds.letGo(hold);
      await meeting.strike(world, run, hold);
      if (meeting.letGo === "when the run has ended") await within(run.ended, 60, () => run.said().join("\n"));
      world.holds.letGo(hold);
    },
  });
}

/** The fault is there from the beginning, or comes by itself: one run meets it at all these steps. */
export function throughout(
  steps: readonly Step[],
  meeting: Meeting & { readonly meanwhile?: (world: World, run: Run) => Promise<void> },
): Trial {
  return trial(steps, [meeting.variant], meeting, {
    arm: () => undefined,
    meet: async (world, run) => {
      await meeting.meanwhile?.(world, run);
    },
  });
}

interface Course {
  readonly arm: (world: World) => void;
  readonly meet: (world: World, run: Run) => Promise<void>;
}

function trial(
  steps: readonly Step[],
  variant: readonly (string | undefined)[],
  meeting: Meeting,
  course: Course,
): Trial {
  return {
    fault: meeting.fault,
    steps,
    variant: variant.filter((part) => part !== undefined && part !== "").join(", "),
    ...(meeting.isSample === true ? { isSample: true } : {}),
    run: async () => {
      const options = typeof meeting.world === "function" ? meeting.world() : meeting.world;
      const world = await World.start(options);
      try {
        await tryOn(world, meeting, course);
      } finally {
        await closeHosts();
        await world.stop();
      }
    },
  };
}

async function tryOn(world: World, meeting: Meeting, course: Course): Promise<void> {
  const isOverOpenssh = world.connection.transport === "openssh";
  const expected = { ...meeting.expected, ...(isOverOpenssh ? meeting.expected.overOpenssh : {}) };
  await meeting.prepare?.(world);
  course.arm(world);
  const run =
    meeting.elsewhere === true ? runElsewhere(world.spec) : runHere(world.spec, (line) => meeting.told?.(world, line));
  let first: Ended;
  try {
    await course.meet(world, run);
    first = await within(run.ended, expected.seconds ?? 90, () => run.said().join("\n"));
  } catch (error) {
    if (meeting.elsewhere === true) run.kill("SIGKILL");
    throw error;
  }
  assertExpected(first, expected);
  assertNothingHalf(world);
  world.isHealed = true;
  await meeting.heal?.(world);
  await closeHosts();
  const second = runHere(world.spec);
  const again = await within(second.ended, 90, () => second.said().join("\n"));
  if (again.kind !== "done") throw new Error(`the next run: ${describe(again)}`);
  const third = runHere(world.spec);
  const once = await within(third.ended, 60, () => third.said().join("\n"));
  if (once.kind !== "done") throw new Error(`the run after the next: ${describe(once)}`);
  await closeHosts();
  await world.proxy.stop();
  await assertDoneOnce(world, { begins: expected.begins ?? 1 });
  await assertNothingLeft(world);
  const told = [first, again].map((ended) => (ended.kind === "error" ? ended.message : ""));
  assertNoSecret(world, [...run.said(), ...second.said(), ...told]);
}

function assertExpected(ended: Ended, expected: Expected): void {
  if (ended.kind === "done") {
    if (expected.mustFail === true) throw new Error("a success that cannot be");
    return;
  }
  const code = ended.kind === "died" ? "died" : ended.code;
  if (code === undefined || !expected.codes.includes(code)) throw new Error(`an unexpected end: ${describe(ended)}`);
  if (ended.kind !== "error") return;
  if (ended.message.trim().length < 20) throw new Error(`an error that says nothing: ${ended.message}`);
  if (code === "connect" && !ended.message.includes("\n")) throw new Error(`no remedy: ${ended.message}`);
  if (expected.says !== undefined && !expected.says.test(ended.message)) {
    throw new Error(`the error should say ${String(expected.says)}: ${ended.message}`);
  }
}

export function describe(ended: Ended): string {
  return ended.kind === "error" ? `${ended.code ?? "no class"}: ${ended.message}` : JSON.stringify(ended);
}

/** @throws Error when it takes longer: everything must be bounded. */
export async function within<T>(promise: Promise<T>, seconds: number, said: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not ended after ${seconds} s. It said:\n${said().slice(-1500)}`));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
