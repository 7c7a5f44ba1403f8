/** A judge of the field's own programs, made by its script where it is not there yet: the script's last line of stderr says why it cannot be. */
import { spawnSync } from "node:child_process";

export type BuiltJudge = { readonly folder: string } | { readonly missing: string };

/** `script`: it prints the judge's folder. */
export function builtJudge(script: string, ...words: readonly string[]): BuiltJudge {
  const built = spawnSync("sh", [script, ...words], { encoding: "utf8" });
  return built.status === 0
    ? { folder: built.stdout.trim() }
    : { missing: built.stderr.trim().split("\n").at(-1) ?? String(built.error) };
}
