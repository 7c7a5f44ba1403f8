#!/usr/bin/env node
/**
 * `pulumi-xen COMMAND …`: the table of commands. Each lives in a file of its own, which is loaded only when asked for.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Command {
  /** One line for the overview. */
  readonly summary: string;
  /** @returns the exit code. Errors it throws are shown by their message alone. */
  readonly load: () => Promise<{ readonly main: (args: string[]) => Promise<number> }>;
}

const commands: Readonly<Record<string, Command>> = {
  quickstart: {
    summary: "from an emulated plain Linux host to a guest that boots by itself",
    load: () => import("./quickstart.js"),
  },
  stack: {
    summary: "preview, up, refresh, destroy of a stack, with or without a Pulumi CLI",
    load: () => import("./stack.js"),
  },
  lab: { summary: "an emulated Debian or Xen host to practise on", load: () => import("./lab.js") },
};

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return ["Usage: pulumi-xen COMMAND [ARGUMENTS]", "", ...lines, "", "Each command explains itself with --help."].join(
    "\n",
  );
}

function version(): string {
  // Compiled, this file is dist/cli/main.js.
  const manifest = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as { version: string };
  return manifest.version;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  if (name === "--version") {
    console.log(version());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    console.error(`pulumi-xen: there is no command "${name}"; there are: ${Object.keys(commands).join(", ")}.`);
    return 2;
  }
  const { main: run } = await command.load();
  return run(args);
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(`pulumi-xen: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
