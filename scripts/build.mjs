// npm run build: compiles the package, and the example that its quickstart runs, to dist/.
//   --from-scratch   removes dist/ first, so that a package holds nothing of files that are gone (prepack)
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
if (process.argv.includes("--from-scratch")) rmSync(resolve(root, "dist"), { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
for (const project of ["tsconfig.build.json", "tsconfig.examples.json"]) {
  const { status } = spawnSync(process.execPath, [compiler, "-p", project], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
