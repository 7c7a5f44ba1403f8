/** tsc over a project, as its user's own compiler and editor see it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root";

/** @returns what the compiler complains about, one entry a line; none when it is content. */
export function compile(tsconfig: string): string[] {
  const compiler = join(projectRoot, "node_modules", "typescript", "bin", "tsc");
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, "--noEmit", "-p", tsconfig], { encoding: "utf8" });
  return `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
}

/**
 * The same over these programs by their files' names, as if they were the project's own. Against the sources: what is built may be older.
 * Against the built package: test/contract/cli/init.test.ts.
 */
export function compilePrinted(programs: Readonly<Record<string, string>>, compilerOptions: object = {}): string[] {
  const folder = mkdtempSync(join(projectRoot, "test", ".recipes-"));
  try {
    for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, name), text);
    const config = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    return compile(join(folder, "tsconfig.json"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
