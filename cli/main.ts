#!/usr/bin/env node
/**
 * `pulumi-xen COMMAND …`: the table of commands. Each lives in a file of its own, which is loaded only when asked for.
 */
import { DONE, told, UsageError, WRONG_CALL } from "./command";
import { runUnderFittingNode } from "./fitting-node";
import { manifestIn, packageFolder } from "./package-folder";

interface Entry {
  /** One line for the overview. */
  readonly summary: string;
  /** @returns the exit code. */
  readonly load: () => Promise<{ readonly main: (args: string[]) => Promise<number> }>;
}

const commands: Readonly<Record<string, Entry>> = {
  init: {
    summary: "make a project to start from: for a plain host, or for one that runs Xen already",
    load: () => import("./init.js"),
  },
  quickstart: {
    summary: "see it work without Xen: an emulated plain host becomes a Xen host with a guest",
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
  return [
    "Usage: pulumi-xen COMMAND [ARGUMENTS]",
    "",
    ...lines,
    "",
    "Each command explains itself with --help. Exit codes: 0 done, 1 failed, 2 wrong command line, 130 stopped by Ctrl-C.",
  ].join("\n");
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) {
    console.error(overview());
    return WRONG_CALL;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    console.log(overview());
    return DONE;
  }
  if (name === "--version") {
    console.log(manifestIn(packageFolder()).version);
    return DONE;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`there is no command "${name}"; there are: ${Object.keys(commands).join(", ")}.`);
  }
  const elsewhere = await runUnderFittingNode(__filename, [name, ...args]);
  if (elsewhere !== undefined) return elsewhere;
  const { main: run } = await command.load();
  return run(args);
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.exitCode = told(error, "pulumi-xen");
  },
);
