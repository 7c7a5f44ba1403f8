/** Which engine runs a stack: a real one wherever there is one. */
import { practiceEngine } from "./practice-engine";
import { findPulumi } from "./pulumi-command";
import { pulumiEngine } from "./pulumi-engine";
import { loadSdk } from "./sdk";
import type { StackEngine } from "./stack-engine";

export type EngineName = "auto" | "pulumi" | "practice";

export interface Choice {
  readonly engine?: EngineName;
  /** The project's folder. */
  readonly cwd: string;
  /** State file of the practice engine, when that is chosen. */
  readonly stateFile?: string;
}

/**
 * A `pulumi` on PATH, then one of the npm package `pulumi`, then the practice engine.
 *
 * @throws Error when `pulumi` is asked for and there is none; it names the places that were searched.
 */
export async function chooseEngine({ engine = "auto", cwd, stateFile }: Choice): Promise<StackEngine> {
  if (engine === "practice") return practiceEngine({ stateFile, why: "asked for" });
  const { found, reasons } = await findPulumi(cwd, loadSdk(cwd).folder);
  if (found !== undefined) return pulumiEngine({ command: found });
  if (engine === "pulumi") throw new Error(`There is no Pulumi CLI to use: ${reasons.join("; ")}.`);
  return practiceEngine({ stateFile, why: reasons.join("; ") });
}

/** The line each run prints: `engine: practice 1 (no pulumi command on PATH; …)`. */
export function engineLine({ name, version, why }: StackEngine): string {
  return `engine: ${name} ${version} (${why})`;
}
