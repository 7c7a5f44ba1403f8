/** Files of the benchmark that are not compiled (a shell script, a Python program): found from the package's root. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** @param name a path in bench/remote. */
export function benchFile(name: string): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, "bench", "remote", name);
    if (existsSync(join(folder, "package.json")) && existsSync(file)) return file;
  }
  throw new Error(`bench/remote/${name} is missing above ${__dirname}.`);
}
