/**
 * Many questions as one script, and the way back. Pure. Each runs in its own subshell: one that fails, or says what it
 * should not, spoils only its own answer.
 */
import { Answer, type ShellText, lines, saidIn, sh } from "../../shell";
import { type Mark, framed, introduction } from "../host-script";

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

export function batchScript(mark: Mark, scripts: readonly ShellText[]): string {
  const asked = scripts.map((script, index) => question(mark, index, script));
  return framed(
    lines([
      introduction(mark, undefined),
      sayOnce(mark),
      sh`exec 4>&1; set +e`,
      ...asked,
      sh`if [ -d "$px_shared" ]; then rm -rf "$px_shared"; fi`,
    ]),
  );
}

/**
 * What is asked alike is kept in a folder for the time of this script, which was sent after each of its questions: so an
 * answer from there is no older than any of them. The folder's name is as little to be guessed as the mark, and tells
 * whose it is: the next script clears away those of shells that were killed.
 */
function sayOnce(mark: Mark): ShellText {
  return sh`px_folders=\${TMPDIR:-/tmp}/pulumi-xen
px_shared=$px_folders.$$.${mark.slice(1)}
trap 'rm -rf "$px_shared"; exit 1' HUP INT TERM
for px_old in "$px_folders".[0-9]*.????????????????; do
  px_pid=\${px_old#"$px_folders."}; px_pid=\${px_pid%.*}
  # Nothing but what is surely named by us: others may keep things in that folder.
  case $px_pid in *[!0-9]*) continue ;; esac
  if [ -d "$px_old" ] && [ ! -d "/proc/$px_pid" ]; then rm -rf "$px_old"; fi
done
say_once() {
  px_once=$1; shift
  if [ ! -e "$px_shared/$px_once.rc" ]; then
    mkdir -p "$px_shared"
    px_once_rc=0
    "$@" >"$px_shared/$px_once" 2>"$px_shared/$px_once.err" </dev/null || px_once_rc=$?
    printf '%s\n' "$px_once_rc" >"$px_shared/$px_once.rc"
    printf '%s shared %s %s ' ${mark} "$px_once" "$px_once_rc"; b64 <"$px_shared/$px_once"
    printf ' '; if [ -s "$px_shared/$px_once.err" ]; then b64 <"$px_shared/$px_once.err"; fi; echo
  fi
  printf '%s=@\n' "$px_once"
}`;
}

function question(mark: Mark, index: number, script: ShellText): ShellText {
  return sh`printf '%s begin %s\n' ${mark} ${index}
px_err=$(exec 2>&1 >&4 4>&-; set -eu
${script}
)
px_rc=$?
printf '\n%s end %s %s ' ${mark} ${index} "$px_rc"
if [ -n "$px_err" ]; then printf %s "$px_err" | b64; fi; echo`;
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
