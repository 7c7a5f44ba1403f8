// npm run build (and prepack): compiles the package, and the example that its quickstart runs, to dist/.
// What users compile against is one text, made of the sources (scripts/public-types).
// Beside the old one, which then gives way at once: a build that fails leaves it, and nothing of files that are gone stays.
import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { copyLibraries } from "./copy-libraries.mjs";

const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");
const fresh = join(root, `dist.${process.pid}`);
const old = join(root, `dist.old.${process.pid}`);
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

try {
  compile("tsconfig.build.json", fresh);
  copyLibraries(fresh);
  declare(join(fresh, "provider", "index.d.ts"));
  compile("tsconfig.examples.json", join(fresh, "examples"));
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}

function compile(project, outDir) {
  run(compiler, "-p", project, "--outDir", outDir);
}

function declare(file) {
  const loader = ["-r", "./test/support/typescript-loader.cjs"];
  run(...loader, "scripts/public-types/main.ts", "declarations", file);
}

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
}
