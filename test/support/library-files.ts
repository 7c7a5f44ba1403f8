/** The product's files of shell and Python: provider/**\/library/. */
import { readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { projectRoot } from "./project-root";

/** Paths from the project's root, in order. */
export function libraryFiles(): string[] {
  return readdirSync(join(projectRoot, "provider"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && basename(entry.parentPath) === "library")
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .sort();
}
