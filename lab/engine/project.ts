/** A Pulumi project: its Pulumi.yaml and what of it the engine needs. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Config, isRecord, readProjectConfig } from "./config";

export interface Project {
  readonly name: string;
  /** Where Pulumi.yaml is. */
  readonly folder: string;
  /** The folder program and provider run in: that of the file `main` names. */
  readonly programFolder: string;
  /** What the runner is told to run, seen from there. `.` lets it look for package.json's main or index. */
  readonly program: string;
  /** `runtime.options.typescript`; default true. */
  readonly typescript: boolean;
  readonly config: Config;
}

/**
 * Reads the Pulumi.yaml of `start` or of the nearest folder above it.
 *
 * @throws Error with the file's name and what is wrong in it.
 */
export function readProject(start: string, parseYaml: (text: string) => unknown): Project {
  const file = findUpwards(resolve(start));
  const folder = dirname(file);
  const yaml = readYaml(file, parseYaml);
  if (!isRecord(yaml) || typeof yaml["name"] !== "string") throw new Error(`${file} has no name.`);
  assertName(yaml["name"], `The name in ${file}`);
  const runtime = isRecord(yaml["runtime"]) ? yaml["runtime"]["name"] : yaml["runtime"];
  if (runtime !== "nodejs")
    throw new Error(`${file} names the runtime ${JSON.stringify(runtime)}; the practice engine runs nodejs.`);
  const options = isRecord(yaml["runtime"]) && isRecord(yaml["runtime"]["options"]) ? yaml["runtime"]["options"] : {};
  return {
    name: yaml["name"],
    folder,
    ...programPlace(folder, yaml["main"], file),
    typescript: options["typescript"] !== false,
    config: readProjectConfig(yaml["name"], yaml["config"]),
  };
}

/** @throws Error that names the file and the place in it: the parser itself knows only the place. */
export function readYaml(file: string, parseYaml: (text: string) => unknown): unknown {
  try {
    return parseYaml(readFileSync(file, "utf8"));
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`${file} is not valid YAML: ${message.split("\n")[0] ?? message}.`);
  }
}

/** Pulumi's rule for the names of projects and stacks, which are also names of files here. @throws Error */
export function assertName(name: string, what: string): void {
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name) && !/^\.+$/.test(name)) return;
  throw new Error(`${what} is "${name}", must be letters, digits, "_", "-" and ".", at most 100 of them.`);
}

/** The rule of the real CLI (Projinfo.GetPwdMain): a folder becomes the working folder, so does that of a file. */
function programPlace(folder: string, main: unknown, file: string): Pick<Project, "programFolder" | "program"> {
  if (main === undefined || main === null || main === "") return { programFolder: folder, program: "." };
  if (typeof main !== "string") throw new Error(`main in ${file} must be a path.`);
  const path = resolve(folder, main);
  if (!`${path}/`.startsWith(`${folder}/`)) throw new Error(`main in ${file} leads out of the project: ${main}`);
  if (!existsSync(path)) throw new Error(`main in ${file} names ${main}, and there is no such file.`);
  return statSync(path).isDirectory()
    ? { programFolder: path, program: "." }
    : { programFolder: dirname(path), program: basename(path) };
}

function findUpwards(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, "Pulumi.yaml");
    if (existsSync(file)) return file;
    if (folder === dirname(folder))
      throw new Error(`No Pulumi.yaml in ${start} or above it. Name the project's folder with --cwd.`);
  }
}
