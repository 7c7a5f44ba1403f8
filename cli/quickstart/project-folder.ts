/**
 * The project that the quickstart works in: a checkout's own example, or a folder of its own that it makes below the
 * current one. Never a project of the user's: it writes configuration there and runs `up` without asking.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { isCheckout, packageFolder } from "../package-folder";

export interface QuickstartProject {
  /** Pulumi.yaml lies here. */
  readonly folder: string;
  /** The program, as seen from the folder the command was called in. */
  readonly program: string;
  /** ` --cwd FOLDER` for the commands we print; empty where the project lies in or above the current folder. */
  readonly cwdOption: string;
  /** The command that runs the quickstart again. */
  readonly again: string;
}

/** The one whose program is that of the checkout itself. */
const MAIN_EXAMPLE = "install-then-pygrub";
const OWN_FOLDER = "pulumi-xen-quickstart";
/** Only in folders that we made. */
const MARK = ".made-by-pulumi-xen-quickstart";

/**
 * @param example a folder of examples/.
 * @throws Error when a folder of our name is there that we did not make.
 */
export function quickstartProject(cwd: string, example: string, from: string = packageFolder()): QuickstartProject {
  const option = example === MAIN_EXAMPLE ? "" : ` --${example}`;
  if (isCheckout(from)) {
    const checkout = relative(cwd, from);
    const project = example === MAIN_EXAMPLE ? from : join(from, "examples", example);
    const folder = relative(cwd, project);
    const isAbove = folder === "" || /^(\.\.\/?)+$/.test(folder);
    return {
      folder: project,
      program: join(checkout, "examples", example, "index.ts"),
      cwdOption: isAbove ? "" : ` --cwd ${folder}`,
      again: option === "" ? "npm run quickstart" : `npm run quickstart --${option}`,
    };
  }
  const own = option === "" ? OWN_FOLDER : `${OWN_FOLDER}-${example}`;
  const folder = join(cwd, own);
  makeOwnFolder(folder, own, example, from);
  return {
    folder,
    program: join(own, "index.js"),
    cwdOption: ` --cwd ${own}`,
    again: `npx pulumi-xen quickstart${option}`,
  };
}

function makeOwnFolder(folder: string, name: string, example: string, from: string): void {
  const isOurs = existsSync(join(folder, MARK));
  if (existsSync(folder) && !isOurs && readdirSync(folder).length > 0) {
    throw new Error(
      `The folder ${folder} is there already, and the quickstart did not make it: it is left as it is. ` +
        "Move it away, or run the quickstart in another folder.",
    );
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, MARK), "pulumi-xen quickstart made this folder, and may write in it again.\n");
  // What the user has changed since stays.
  for (const [file, text] of Object.entries(projectFiles(name, example))) {
    if (!existsSync(join(folder, file))) writeFileSync(join(folder, file), text);
  }
  const program = join(folder, "index.js");
  // JavaScript: an installed package brings no TypeScript compiler along.
  if (!existsSync(program)) cpSync(join(from, "dist", "examples", example, "index.js"), program);
  const sdk = dirname(createRequire(join(from, "package.json")).resolve("@pulumi/pulumi/package.json"));
  link(from, join(folder, "node_modules", "pulumi-xen"));
  link(sdk, join(folder, "node_modules", "@pulumi", "pulumi"));
}

function projectFiles(name: string, example: string): Readonly<Record<string, string>> {
  return {
    "Pulumi.yaml": `name: ${example}\ndescription: What pulumi-xen quickstart shows.\nruntime: nodejs\nmain: index.js\n`,
    "package.json": `${JSON.stringify({ name, private: true, type: "module" }, undefined, 2)}\n`,
  };
}

/** The package that is running and the SDK beside it, wherever npx has put them. */
function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path, "dir");
}

/** Writes Pulumi.STACK.yaml, so that every later command on the stack, of whichever engine, finds the configuration. */
export function writeStackConfig(
  stack: { readonly cwd: string; readonly stack: string },
  example: string,
  config: Record<string, string>,
): void {
  // A JSON text is a YAML one.
  const lines = Object.entries(config).map(([key, value]) => `  ${example}:${key}: ${JSON.stringify(value)}`);
  writeFileSync(join(stack.cwd, `Pulumi.${stack.stack}.yaml`), `config:\n${lines.join("\n")}\n`);
}
