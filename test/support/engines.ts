/** The engines that this machine has: the practice engine always, the real CLI where there is one. */
import { delimiter, join } from "node:path";
import { type StackEngine, findPulumi, practiceEngine, pulumiEngine } from "../../lab/engine";
import { isExecutable } from "../../lab/engine/pulumi-command";
import { note } from "./notes";
import { projectRoot } from "./project-root";

export type EngineName = StackEngine["name"];

/** Known before any test runs, so that a test file can have its tests for each engine. */
export function engineNamesHere(): EngineName[] {
  const places = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "pulumi"));
  if (places.some(isExecutable)) return ["practice", "pulumi"];
  note("not run: no pulumi command, so the stories ran over the practice engine alone");
  return ["practice"];
}

/** @param folder for the engine's state; the caller removes it. */
export async function engineHere(name: EngineName, folder: string): Promise<StackEngine> {
  const engine =
    name === "practice"
      ? practiceEngine({ stateFile: join(folder, "practice.json"), why: "tests" })
      : await pulumiHere(folder);
  note(`engine: ${engine.name} ${engine.version}`);
  return engine;
}

async function pulumiHere(folder: string): Promise<StackEngine> {
  const { found, reasons } = await findPulumi(projectRoot, join(projectRoot, "node_modules/@pulumi/pulumi"));
  if (found === undefined) throw new Error(`There is a pulumi on PATH, and yet none to use: ${reasons.join("; ")}`);
  return pulumiEngine({ command: found, home: join(folder, "pulumi") });
}
