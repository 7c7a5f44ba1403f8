/** Where this package lies, which is also the example's project (Pulumi.yaml), and that project's configuration. */
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export function projectFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, "Pulumi.yaml"))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error("There is no Pulumi.yaml above this program: run it in a checkout of the project.");
    folder = parent;
  }
  return folder;
}

/** Writes Pulumi.STACK.yaml, so that every later command on the stack, of whichever engine, finds the configuration. */
export function writeStackConfig(
  stack: { readonly cwd: string; readonly stack: string },
  config: Record<string, string>,
): void {
  // A JSON text is a YAML one.
  const lines = Object.entries(config).map(([key, value]) => `  install-then-pygrub:${key}: ${JSON.stringify(value)}`);
  writeFileSync(join(stack.cwd, `Pulumi.${stack.stack}.yaml`), `config:\n${lines.join("\n")}\n`);
}
