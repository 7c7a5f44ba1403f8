/** The words of the real xm and xend 4.2.5 (test/golden/xm-4.2.5/dialogues.txt): commands in their order, and what they said. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root";

export interface Dialogue {
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export const XM_GOLDEN = join(projectRoot, "test/golden/xm-4.2.5");

export function dialogues(): Dialogue[] {
  const found: Dialogue[] = [];
  let lines: string[] = [];
  let command = "";
  for (const line of readFileSync(join(XM_GOLDEN, "dialogues.txt"), "utf8").split("\n")) {
    const [, next] = /^\$ (.*)$/.exec(line) ?? [];
    const [, code] = /^\[rc=(\d+)\]$/.exec(line) ?? [];
    if (next !== undefined) {
      command = next;
      lines = [];
    } else if (code === undefined) lines.push(line);
    else {
      const part = (isError: boolean): string =>
        lines
          .filter((text) => text.startsWith("! ") === isError)
          .map((text) => `${isError ? text.slice(2) : text}\n`)
          .join("");
      found.push({ command, stdout: part(false), stderr: part(true), exitCode: Number(code) });
    }
  }
  return found;
}

/** What the nth such command printed. */
export function dialogue(command: string, nth = 0): string {
  const said = dialogues().filter((one) => one.command === command)[nth];
  if (said === undefined) throw new Error(`no words of "${command}" are kept`);
  return said.stdout;
}
