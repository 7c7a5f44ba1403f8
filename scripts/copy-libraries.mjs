// A part of npm run build: copies provider/**/library/ (shell and Python, see provider/shell/library.ts) into a fresh dist.
import { cpSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

/** @param dist a folder that was just compiled to: there is nothing old in it */
export function copyLibraries(dist) {
  for (const entry of readdirSync(join(root, "provider"), { recursive: true, withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name !== "library") continue;
    const folder = join(entry.parentPath, entry.name);
    cpSync(folder, join(dist, relative(root, folder)), { recursive: true });
  }
}
