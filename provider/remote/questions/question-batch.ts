/**
 * Many questions as one script, and the way back. Pure. Each runs in its own subshell: one that fails, or says what it
 * should not, spoils only its own answer.
 */
import { Answer, type ShellText, lines, saidIn, sh } from "../../shell";
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

/**
 * What a batch counts on beside preamble.ts and host-script.ts; the shell on the host knows it before the first one comes.
 * px_mark and px_shared are set for each batch (observer-program.ts).
 *
 * say_once: what is asked alike is kept in the folder px_shared for the time of this batch, which was sent after each of
 * its questions: so an answer from there is no older than any of them. The folder's name is as little to be guessed as
 * the mark, and tells whose it is.
 * px_clear_away: removes such folders of shells that were killed.
 */
export const batchFunctions: ShellText = sh`px_folders=\${TMPDIR:-/tmp}/pulumi-xen
px_clear_away() {
  for px_old in "$px_folders".[0-9]*.????????????????; do
    px_pid=\${px_old#"$px_folders."}; px_pid=\${px_pid%.*}
    # Nothing but what is surely named by us: others may keep things in that folder.
    case $px_pid in *[!0-9]*) continue ;; esac
    if [ -d "$px_old" ] && [ ! -d "/proc/$px_pid" ]; then rm -rf "$px_old"; fi
  done
}
say_once() {
  px_once=$1; shift
  if [ ! -e "$px_shared/$px_once.rc" ]; then
    mkdir -p "$px_shared"
    px_once_rc=0
    "$@" >"$px_shared/$px_once" 2>"$px_shared/$px_once.err" </dev/null || px_once_rc=$?
    printf '%s\n' "$px_once_rc" >"$px_shared/$px_once.rc"
    printf '%s shared %s %s ' "$px_mark" "$px_once" "$px_once_rc"; b64 <"$px_shared/$px_once"
    printf ' '; if [ -s "$px_shared/$px_once.err" ]; then b64 <"$px_shared/$px_once.err"; fi; echo
  fi
  printf '%s=@\n' "$px_once"
}
px_begin() {
  if [ -z "$px_machine_id" ]; then px_identify || exit 1; fi
  printf '\n%s host %s %s\n' "$px_mark" "$px_machine_id" "$px_boot_id"
  exec 4>&1
}
px_begin_question() { printf '%s begin %s\n' "$px_mark" "$1"; }
px_end_question() {
  if [ -n "$px_err" ]; then px_err=$(printf %s "$px_err" | b64); fi
  printf '\n%s end %s %s %s\n' "$px_mark" "$1" "$2" "$px_err"
}
px_end() { if [ -d "$px_shared" ]; then rm -rf "$px_shared"; fi; }
`;

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
