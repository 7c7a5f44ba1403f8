/** What running scripts in a shell of this machine gives, and how it is read. */
import type { ChildProcess } from "node:child_process";
import { Answer, type Question, saidIn } from "../../provider/shell";

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What a child prints and how it ends.
 * @param isOver - `close`: when its pipes are closed too; `exit`: a moment after its end, for a child that leaves
 *   processes behind which hold the pipes open.
 */
export function ranOf(child: ChildProcess, isOver: "close" | "exit"): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const out: string[] = [];
    const err: string[] = [];
    child.stdout?.on("data", (data: Buffer) => out.push(data.toString()));
    child.stderr?.on("data", (data: Buffer) => err.push(data.toString()));
    child.on("error", reject);
    child.on(isOver, (exitCode: number | null) => {
      const end = (): void => resolve({ exitCode, stdout: out.join(""), stderr: err.join("") });
      if (isOver === "close") end();
      else setTimeout(end, 50);
    });
  });
}

/** Runs one after the other, up to the first that fails; what they printed, together. */
export async function runInOrder<T>(scripts: readonly T[], run: (script: T) => Promise<Ran>): Promise<Ran> {
  let all: Ran = { exitCode: 0, stdout: "", stderr: "" };
  for (const script of scripts) {
    const ran = await run(script);
    all = { exitCode: ran.exitCode, stdout: all.stdout + ran.stdout, stderr: all.stderr + ran.stderr };
    if (ran.exitCode !== 0) break;
  }
  return all;
}

/** @param reword - for values that hold paths of this machine. */
export function readAnswer<T>(question: Question<T>, ran: Ran, reword = (value: string): string => value): T {
  if (ran.exitCode !== 0) throw new Error(`${question.about}: ${ran.stderr}`);
  const said = ran.stdout
    .split("\n")
    .flatMap((line) => saidIn(line) ?? [])
    .map(({ key, value }): [string, string] => [key, reword(value)]);
  return question.read(new Answer(new Map(said)));
}
