/**
 * "In so many seconds" where no init system has timers: a process of its own session that sleeps. Its number is kept, so that it can be
 * replaced and ended: one that was left from an earlier change would strike in the middle of the next. Shell text; pure.
 */
import { lines, sh } from "../../shell";
import type { InitSystem } from "./init-system";

export const sleeping: Pick<InitSystem, "later" | "notLater"> = {
  later: ({ name, seconds, command }) =>
    lines([
      sleeping.notLater(name),
      // The name is a word of its own, by which notLater knows it again.
      sh`setsid /bin/sh -c ${'sleep "$3"; rm -f "$1"; shift 3; exec "$@"'} sh ${[pidFile(name), name, String(seconds), ...command]} </dev/null >/dev/null 2>&1 &
echo $! >${pidFile(name)}`,
    ]),
  // Its number may be another process's by now. What it runs afterwards has not the name.
  notLater: (
    name,
  ) => sh`if [ -f ${pidFile(name)} ] && { read -r later_pid <${pidFile(name)} || [ -n "$later_pid" ]; }; then
  ! tr '\0' '\n' 2>/dev/null <"/proc/$later_pid/cmdline" | grep -qxF -- ${name} ||
    kill -TERM -- "-$later_pid" 2>/dev/null || kill -TERM "$later_pid" 2>/dev/null || :
  rm -f ${pidFile(name)}
fi`,
};

function pidFile(name: string): string {
  return `/var/run/${name}.pid`;
}
