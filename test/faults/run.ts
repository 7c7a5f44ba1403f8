/** One run of the reference plan, here or in a process of its own, and how it ended. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { ErrorCode } from "../../provider/errors";
import { projectRoot } from "../support/project-root";
import { type PlanSpec, runPlan } from "./reference-plan";

export type Ended =
  | { readonly kind: "done" }
  | { readonly kind: "error"; readonly code: ErrorCode | undefined; readonly message: string }
  | { readonly kind: "died"; readonly signal: string };

export interface Run {
  readonly said: () => readonly string[];
  readonly ended: Promise<Ended>;
  /** Only of a run in a process of its own. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** @param told - hears each line as it is told. */
export function runHere(spec: PlanSpec, told?: (line: string) => void): Run {
  const said: string[] = [];
  const ended = runPlan(spec, (line) => {
    said.push(line);
    told?.(line);
  }).then(
    (): Ended => ({ kind: "done" }),
    (error: unknown): Ended => {
      const { code, message } = error as { code?: ErrorCode; message: string };
      return { kind: "error", code, message };
    },
  );
  return {
    said: () => said,
    ended,
    kill: () => {
      throw new Error("This run is in our own process.");
    },
  };
}

export function runElsewhere(spec: PlanSpec): Run {
  const child = spawn(
    process.execPath,
    [
      "-r",
      join(projectRoot, "test/support/typescript-loader.cjs"),
      join(projectRoot, "test/faults/client.ts"),
      JSON.stringify(spec),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      output += bytes.toString("utf8");
    });
  }
  const said = (): string[] => output.split("\n").filter((line) => line !== "");
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signalName) => {
      const told = said().find((line) => line.startsWith("ERROR "));
      if (code === 0) resolve({ kind: "done" });
      else if (told !== undefined) {
        resolve({ kind: "error", ...(JSON.parse(told.slice(6)) as { code: ErrorCode; message: string }) });
      } else if (signalName !== null) resolve({ kind: "died", signal: signalName });
      else if (code === 130) resolve({ kind: "died", signal: "SIGINT" });
      else resolve({ kind: "error", code: undefined, message: `exit code ${String(code)}: ${output}` });
    });
  });
  return { said, ended, kill: (name) => child.kill(name) };
}
