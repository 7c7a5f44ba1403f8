// The last part of npm run build: copies provider/**/library/ (shell and Python, see provider/shell/library.ts) into dist/.
// A folder is copied whole, so that no file stays there that the sources do not have any more.
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const libraries = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name === "library")
    .map((entry) => join(entry.parentPath, entry.name));

for (const folder of libraries("dist/provider")) rmSync(folder, { recursive: true });
for (const folder of libraries("provider")) {
  cpSync(folder, folder.replace(root, join(root, "dist")), { recursive: true });
}
