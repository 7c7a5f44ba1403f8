/** The columns of the table: the steps of the reference plan (reference-plan.ts) at which a fault may strike. */
export const STEPS = ["connect", "start", "upload", "lock", "run", "follow", "result", "clean"] as const;
export type Step = (typeof STEPS)[number];

/**
 * Where the plan can be held, by a file and not by time, so that a fault strikes exactly there.
 *
 * - `start`: the job's folder is written and has not got its number; `launch`: it has, and is not started
 * - `upload`: half of the content is sent; `arrive`: all of it is there and has not got its name
 * - `lock`: the job is about to take its first lock
 * - `run`: its first step has begun; `write`: a new file is written there and has not got its name; `follow`: its second step has said half a line, within a character
 * - `result`: the verdict is written and has not got its name
 * - `clean`: the traces of the job are about to be removed
 */
export type Hold = "start" | "launch" | "upload" | "arrive" | "lock" | "run" | "write" | "follow" | "result" | "clean";

const HOLDS_OF: Readonly<Record<Exclude<Step, "connect">, readonly Hold[]>> = {
  start: ["start", "launch"],
  upload: ["upload", "arrive"],
  lock: ["lock"],
  run: ["run", "write"],
  follow: ["follow"],
  result: ["result"],
  clean: ["clean"],
};

export function stepOf(hold: Hold): Step {
  return STEPS.find((step) => step !== "connect" && HOLDS_OF[step].includes(hold)) ?? "connect";
}
