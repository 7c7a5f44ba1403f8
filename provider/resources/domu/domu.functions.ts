/**
 * Shell functions of the steps of one guest's job. They count on the variables `guest` and `folder`,
 * and travel as a file of the job, so that the steps themselves stay short enough to read.
 *
 *   phase, set_phase PHASE       how far the guest's life has come, on the host
 *   give_up SENTENCE HINT        writes both down for the client and ends the step
 *   watch_console ID             reads the domain's console into console.log, in the background
 *   show_console                 prints what is new in console.log, whole lines, for the job's log
 *   end_watch                    ends the reading
 */
import { type JobFile, type ShellText, lines, sh } from "../../shell";
import { addPygrubUser } from "../../host/pygrub-user";
import { pygrubFunctions, xlFunctions } from "../../toolstack";
import { guestFolder } from "./domu.place";

/** Larger than any installer's own log; a guest that writes without end is not followed for ever. */
const CONSOLE_LIMIT_BYTES = 16 * 1024 * 1024;

/** A step's script: it knows `guest` and `folder` and has the functions of GUEST_FILE. */
export function guestScript(name: string, script: ShellText): ShellText {
  return sh`guest=${name} folder=${guestFolder(name)}
. "$JOB_FILES"/${GUEST_FILE.name}
${script}
`;
}

const guestFunctions = sh`phase() { cat "$folder/phase" 2>/dev/null || echo none; }
set_phase() {
  printf '%s\n' "$1" >"$folder/phase.new"; mv -f "$folder/phase.new" "$folder/phase"
  echo "phase: $1"
}
give_up() { printf '%s\n%s\n' "$1" "$2" >"$folder/failure"; printf '%s\n%s\n' "$1" "$2" >&2; exit 1; }
console_log=$folder/console.log console_shown=0 console_pid= console_of=
# The reader opens the console's terminal by itself: it is not "xl console", which would keep people's own out.
# It ends by itself with the domain. What the guest wrote before waits in xenconsoled.
watch_console() {
  [ "$1" != "$console_of" ] || return 0
  end_watch
  console_tty=$(xenstore-read "/local/domain/$1/console/tty" 2>/dev/null) || return 0
  [ -c "$console_tty" ] || return 0
  cat "$console_tty" >>"$console_log" 2>/dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
  console_pid=$! console_of=$1
}
show_console() {
  [ -f "$console_log" ] || return 0
  sc_bytes=$(wc -c <"$console_log")
  [ "$sc_bytes" -le ${CONSOLE_LIMIT_BYTES} ] || end_watch
  sc_lines=$(wc -l <"$console_log")
  if [ "$sc_lines" -gt "$console_shown" ]; then
    tail -n +"$((console_shown + 1))" "$console_log" | head -n "$((sc_lines - console_shown))" | tail -n 20 |
      sed 's/\x1b\[[0-9;?]*[A-Za-z]//g; s/\x1b[()][A-Z0-9]//g' | tr -d '\r' | tr -cd '\n\40-\176' | cut -c 1-200 |
      grep -v '^ *$' | sed 's/^/| /' || true
    console_shown=$sc_lines
  fi
}
end_watch() {
  if [ -n "$console_pid" ]; then kill "$console_pid" 2>/dev/null || true; wait "$console_pid" 2>/dev/null || true; fi
  console_pid= console_of=
}`;

const pygrubUserFunction = sh`pygrub_user() {
${addPygrubUser}
}`;

/** Travels with every job of a guest, once for all its steps. */
export const GUEST_FILE: JobFile = {
  name: "guest.sh",
  content: lines([xlFunctions, pygrubUserFunction, pygrubFunctions, guestFunctions, sh``]).text,
};
