/** Programs that change files, each of which ends the shell that calls it at a chosen call: as a power cut or `kill -9` between any two of them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalShell } from "./local-shell";

const TOOLS = ["mv", "ln", "rm", "cp", "dd", "sync", "mkdir", "rmdir", "chmod", "cmp", "truncate", "qemu-img"];

export class KillingTools {
  readonly #folder: string;

  /** `more`: further programs, such as those of LVM. The shell finds what it found before, behind these. */
  constructor(shell: LocalShell, more: readonly string[] = []) {
    const path = shell.path ?? process.env["PATH"] ?? "";
    this.#folder = shell.at("killing");
    mkdirSync(this.#folder);
    for (const tool of [...TOOLS, ...more]) {
      const real = found(tool, path);
      if (real === undefined) continue;
      const script = `#!/bin/dash
at=; if [ -f ${this.#folder}/at ]; then read -r at <${this.#folder}/at; fi
if [ -n "$at" ]; then
  calls=0; if [ -f ${this.#folder}/calls ]; then read -r calls <${this.#folder}/calls; fi
  calls=$((calls + 1)); echo "$calls" >${this.#folder}/calls
  if [ "$calls" = "$at" ]; then kill -9 "$PPID"; exit 1; fi
  if [ "$calls" -gt "$at" ]; then exit 1; fi
fi
exec ${real} "$@"
`;
      writeFileSync(join(this.#folder, tool), script, { mode: 0o755 });
    }
    shell.path = `${this.#folder}:${path}`;
  }

  /** From now on the call of this number is the last one that is made. */
  killAt(call: number): void {
    rmSync(join(this.#folder, "calls"), { force: true });
    writeFileSync(join(this.#folder, "at"), `${String(call)}\n`);
  }

  /** Nothing is killed any more; how many calls there were. */
  spare(): number {
    rmSync(join(this.#folder, "at"), { force: true });
    const calls = join(this.#folder, "calls");
    return existsSync(calls) ? Number(readFileSync(calls, "utf8")) : 0;
  }
}

function found(tool: string, path: string): string | undefined {
  try {
    return execFileSync("dash", ["-c", `PATH='${path}'; command -v ${tool}`], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
