/**
 * Where the lab keeps what: images and frozen hosts in the cache folder (they can be built again), running hosts in the
 * state folder (they cannot). Both follow the XDG base directory rules, so an empty HOME simply means a first run.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The XDG rule: a variable counts only when it holds an absolute path. */
function base(variable: string | undefined, fallback: string): string {
  return variable?.startsWith("/") === true ? variable : fallback;
}

/** `${XDG_CACHE_HOME:-~/.cache}/pulumi-xen/lab`: keys, images, frozen hosts, guest assets. */
export function cacheFolder(environment: Environment = process.env): string {
  return join(base(environment["XDG_CACHE_HOME"], join(homedir(), ".cache")), "pulumi-xen", "lab");
}

/** `${XDG_STATE_HOME:-~/.local/state}/pulumi-xen/lab`: one folder for each running host. */
export function stateFolder(environment: Environment = process.env): string {
  return join(base(environment["XDG_STATE_HOME"], join(homedir(), ".local", "state")), "pulumi-xen", "lab");
}

/** The folder of one lab host. It is private: the console log may hold what people type. */
export function hostFolder(name: string): string {
  return join(stateFolder(), "hosts", name);
}

export function makePrivateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/** The scripts that build images. They are not compiled, so they are looked for from the package's root. */
export function recipeFolder(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (!existsSync(manifest)) continue;
    const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown };
    if (name === "pulumi-xen") return join(folder, "lab", "host", "recipe");
  }
  throw new Error(`The lab's recipes are missing: no folder above ${__dirname} is the package pulumi-xen.`);
}
