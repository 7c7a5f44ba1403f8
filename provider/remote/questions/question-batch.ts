/**
 * Many questions as one script, and the way back. Pure. Each runs in its own subshell: one that fails, or says what it
 * should not, spoils only its own answer.
 */
import { Answer, type ShellText, libraryText, lines, saidIn, sh } from "../../shell";
import type { Mark } from "../host-script";

export interface BatchAnswers {
  /** What the host said about itself; `undefined`: the script never came that far. */
  readonly host: { machineId: string; bootId: string } | undefined;
  /** By the question's place in the batch; missing where the script ended before. */
  readonly answers: ReadonlyMap<number, QuestionEnd>;
  /** The question that had begun and not ended. */
  readonly unfinished: number | undefined;
}

export interface QuestionEnd {
  readonly exitCode: number;
  readonly stderr: string;
  readonly answer: Answer;
}

/** What a batch counts on beside the preamble and host.sh: library/batch.sh. */
export const batchFunctions: ShellText = libraryText(__dirname, "batch.sh");

export function batchScript(scripts: readonly ShellText[]): string {
  return lines([sh`px_begin`, ...scripts.map(question), sh`px_end`]).text;
}

function question(script: ShellText, index: number): ShellText {
  return sh`px_begin_question ${index}
px_err=$(exec 2>&1 >&4 4>&-; set -eu
${script}
)
px_end_question ${index} $?`;
}

export function readBatch(mark: Mark, stdout: Buffer): BatchAnswers {
  let host: BatchAnswers["host"];
  const answers = new Map<number, QuestionEnd>();
  const shared = new Map<string, readonly [output: string, exitCode: string, complaint: string]>();
  let current: { index: number; values: Map<string, string> } | undefined;
  // What follows the last newline was cut on its way: `end 0` may have been the beginning of `end 0 127`.
  for (const line of stdout.toString("latin1").split("\n").slice(0, -1)) {
    if (line.startsWith(`${mark} `)) {
      const [what, first = "", second = "", third = "", fourth = ""] = line.slice(mark.length + 1).split(" ");
      if (what === "host") host = { machineId: first, bootId: second };
      if (what === "shared") shared.set(first, [decode(third), second, decode(fourth)]);
      if (what === "begin") current = { index: Number(first), values: new Map() };
      if (what === "end" && current !== undefined) {
        answers.set(current.index, {
          exitCode: Number(second),
          stderr: decode(third),
          answer: new Answer(current.values),
        });
        current = undefined;
      }
    } else if (current !== undefined) {
      const once = shared.get(/^(\S+)=@$/.exec(line)?.[1] ?? "");
      if (once !== undefined) {
        const key = line.slice(0, -"=@".length);
        current.values.set(key, once[0]).set(`${key}.rc`, once[1]).set(`${key}.err`, once[2]);
      }
      const said = saidIn(line);
      if (said !== undefined) current.values.set(said.key, said.value);
    }
  }
  return { host, answers, unfinished: current?.index };
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
