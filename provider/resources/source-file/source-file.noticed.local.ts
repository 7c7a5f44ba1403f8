/** A file of this machine that a program names: seen by the process that runs the program, so that a preview tells. */
import { statSync } from "node:fs";
import type { Notice } from "../../pulumi";

/** @param path - of the source among the arguments */
export function sourceNotices(source: unknown, path: readonly (string | number)[]): Notice[] {
  const file = typeof source === "object" && source !== null ? (source as { path?: unknown }).path : undefined;
  // What is no absolute or relative path is told by the property's own rule.
  if (typeof file !== "string" || file === "" || file.startsWith("~")) return [];
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() === true) return [];
  return [
    {
      path: [...path, "path"],
      rule: `which is ${found === undefined ? "not there" : "no plain file"} on the machine that runs Pulumi`,
      remedy: `Correct the path; a relative one begins in ${process.cwd()}.`,
    },
  ];
}
