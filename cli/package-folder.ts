/** Where this package lies: a checkout, or an installed package. The code runs from `dist/cli` or, in tests, from `cli`. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

export function packageFolder(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json")) && manifestIn(folder).name === "pulumi-xen") return folder;
  }
  throw new Error(`No folder above ${__dirname} is the package pulumi-xen.`);
}

export function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** What a checkout has and a package does not ship. */
export function isCheckout(folder: string): boolean {
  return existsSync(join(folder, "scripts", "setup.sh"));
}
