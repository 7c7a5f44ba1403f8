/** tsc over a project, as its user's own compiler and editor see it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./project-root";

/** @returns what the compiler complains about, one entry a line; none when it is content. */
export function compile(tsconfig: string): string[] {
  const compiler = join(projectRoot, "node_modules", "typescript", "bin", "tsc");
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, "--noEmit", "-p", tsconfig], { encoding: "utf8" });
  return `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
}
