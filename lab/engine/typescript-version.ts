/** Whether Pulumi's runner can use the TypeScript that a project has installed. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Project } from "./project";

/**
 * TypeScript 7's main entry carries no compiler API, and the ts-node inside the SDK (3.270) dies at it with
 * "Cannot read properties of undefined (reading 'readFile')": also for a JavaScript program, unless Pulumi.yaml says
 * `options: { typescript: false }`.
 *
 * @throws Error with the command that cures it.
 */
export function assertTypeScript({ programFolder, typescript }: Pick<Project, "programFolder" | "typescript">): void {
  if (!typescript) return;
  const version = installedTypeScript(programFolder);
  if (version === undefined || Number(version.split(".")[0]) < 7) return;
  throw new Error(
    `TypeScript ${version} is installed for ${programFolder}, and Pulumi's runner works with TypeScript up to 6. ` +
      "Run this in the project: npm install --save-dev typescript@6",
  );
}

function installedTypeScript(folder: string): string | undefined {
  const load = createRequire(join(folder, "package.json"));
  try {
    return (load("typescript/package.json") as { version: string }).version;
  } catch {
    return undefined; // The SDK's own one is used.
  }
}
