/**
 * The shell on the host that stays to answer questions: one script for all the questions of a connection. Pure.
 *
 * It reads a line `MARK FORM SIZE` and a batch of questions (question-batch.ts), runs that in a subshell, says
 * `MARK done EXITCODE`, and waits for the next. We send the next only then, so it does not matter when a `head` reads
 * on beyond its bytes (busybox's does). It ends with its stdin, and whatever it still asks ends with it.
 *
 * What every batch needs is defined once, here. A small batch comes as lines and is read and run without starting any
 * program: four of them took 5 ms a question on a host next door, 300 ms on an emulated one.
 */
import { type ShellText, preamble, sh } from "../../shell";
import { type Mark, hostFunctions, packed } from "../host-script";
import { batchFunctions } from "./question-batch";

/** The shell reads a line byte by byte; from about here on it is dearer than to start two programs. */
const PLAIN_AT_MOST_BYTES = 6_000;

/** What every batch finds there. */
export const batchGround: ShellText = sh`${preamble}
${hostFunctions}
${batchFunctions}
set +e
px_identify 2>/dev/null
`;

/**
 * `plain`: SIZE lines. `packed`: SIZE bytes, for gzip. Of a batch that arrives cut in half nothing runs.
 *
 * px_end_below PID: ends what PID has started, and what that has. Its stop comes first, so that it starts no more
 * meanwhile. No process group would do: a shell without a terminal makes none for what it starts.
 */
export const observerProgram: ShellText = sh`${batchGround}
px_read_lines() {
  px_left=$1
  while [ "$px_left" -gt 0 ]; do
    IFS= read -r px_line || return 1
    px_script="$px_script$px_line
"
    px_left=$((px_left - 1))
  done
}
px_end_below() {
  for px_stat in /proc/[0-9]*/stat; do
    { read -r px_line <"$px_stat"; } 2>/dev/null || continue
    # PID (NAME) STATE PARENT …, and the name may hold anything.
    px_parent=\${px_line##*) ? }; px_parent=\${px_parent%% *}
    if [ "$px_parent" != "$1" ]; then continue; fi
    px_pid=\${px_line%% *}
    kill -STOP "$px_pid"
    (px_end_below "$px_pid")
    kill -KILL "$px_pid"
  done
}
px_clear_away
px_shared=
while read -r px_mark px_form px_size; do
  wait
  px_script=
  case $px_form in
    plain) px_read_lines "$px_size" || break ;;
    *) px_script=$(head -c "$px_size" | gzip -dc) || px_script='exit 127' ;;
  esac
  px_shared=$px_folders.$$.\${px_mark#@}
  (
    trap 'px_rc=$?; printf "\n%s done %s\n" "$px_mark" "$px_rc"' 0
    eval "$px_script"
  ) </dev/null &
done
px_end_below $$ 2>/dev/null
if [ -n "$px_shared" ] && [ -d "$px_shared" ]; then rm -rf "$px_shared"; fi
exit 0
`;

/** One request, for its stdin. */
export function request(mark: Mark, script: string): Buffer {
  if (script.length <= PLAIN_AT_MOST_BYTES && /^[\n\t -~]*$/.test(script)) {
    const ended = script.endsWith("\n") ? script : `${script}\n`;
    return Buffer.from(`${mark} plain ${String(ended.split("\n").length - 1)}\n${ended}`);
  }
  const body = packed(script);
  return Buffer.concat([Buffer.from(`${mark} packed ${String(body.length)}\n`), body]);
}

/** The exit code of the request's shell, from the end of what was said; `undefined`: it has not ended yet. */
export function endCode(mark: Mark, tail: Buffer): number | undefined {
  const code = new RegExp(`\\n${mark} done (\\d+)\\n`).exec(tail.toString("latin1"))?.[1];
  return code === undefined ? undefined : Number(code);
}
