/** Which engine runs a stack: a real one wherever there is one. */
import { practiceEngine } from "./practice-engine";
import { findPulumi } from "./pulumi-command";
import { pulumiEngine } from "./pulumi-engine";
import { loadSdk } from "./sdk";
import type { StackEngine } from "./stack-engine";

export type EngineWish = "auto" | "pulumi" | "practice";

export interface Choice {
  readonly wish?: EngineWish;
  /** The project's folder. */
  readonly cwd: string;
  /** State file of the practice engine, when that is chosen. */
  readonly stateFile?: string;
}

/**
 * A `pulumi` on PATH, then one of the npm package `pulumi`, then the practice engine.
 *
 * @throws Error when `pulumi` is wished for and there is none; it names the places looked at.
 */
export async function chooseEngine({ wish = "auto", cwd, stateFile }: Choice): Promise<StackEngine> {
  if (wish === "practice") return practiceEngine({ stateFile, why: "asked for" });
  const { found, reasons } = await findPulumi(cwd, loadSdk(cwd).folder);
  if (found !== undefined) return pulumiEngine({ command: found });
  if (wish === "pulumi") throw new Error(`There is no Pulumi CLI to use: ${reasons.join("; ")}.`);
  return practiceEngine({ stateFile, why: reasons.join("; ") });
}

/** The line each run prints: `engine: practice 1 (no pulumi command on PATH; …)`. */
export function engineLine({ name, version, why }: StackEngine): string {
  return `engine: ${name} ${version} (${why})`;
}
