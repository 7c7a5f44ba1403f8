/** The product's files of shell and Python: those in the folders library/ of provider/. */
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { libraryText } from "../../../provider/shell";
import { projectRoot } from "../project-root";

/** Paths from the project's root, in order. */
export function libraryFiles(): string[] {
  return readdirSync(join(projectRoot, "provider"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && basename(entry.parentPath) === "library")
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .sort();
}

export function asWritten(file: string): string {
  return readFileSync(join(projectRoot, file), "utf8");
}

/** As a host gets it. */
export function asSent(file: string): string {
  return libraryText(dirname(dirname(join(projectRoot, file))), basename(file) as `${string}.sh`).toString();
}
