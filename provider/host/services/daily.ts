/**
 * Once a day, until it is taken away: a timer of systemd, which makes up for a day on which the host was off; elsewhere a file in the
 * folder that the host's cron runs daily. Shell text; pure.
 */
import { type ShellText, sh } from "../../shell";
import { systemd } from "./systemd";

export interface DailyTask {
  /** Of ours on the host: letters, digits, `_` and `-`; run-parts(8) leaves out a name with a dot. */
  readonly name: string;
  /** For people. */
  readonly about: string;
  /** Without blanks: each is one word. */
  readonly command: readonly string[];
}

const UNITS = "/etc/systemd/system";
/** busybox' crond (Alpine), then cron and cronie. */
const CRON_FOLDERS = ["/etc/periodic/daily", "/etc/cron.daily"] as const;

/** Where nothing on the host runs daily, it says so and goes on. */
export function daily(task: DailyTask): ShellText {
  const { timer, service, wanted } = unitsOf(task.name);
  const said = sh`echo ${`note: nothing on this host is known to run ${task.command.join(" ")} once a day; run it by hand or from cron`}`;
  return sh`if ${systemd.runs}; then
  printf '%s\n' ${serviceUnit(task)} >${service}
  printf '%s\n' ${timerUnit(task)} >${timer}
  chmod 644 ${service} ${timer}
  mkdir -p ${`${UNITS}/timers.target.wants`}
  ln -sfn ${timer} ${wanted}
  { systemctl daemon-reload && systemctl start ${`${task.name}.timer`}; } || ${said}
else
  daily_folder=
  for daily_each in ${CRON_FOLDERS}; do
    if [ -z "$daily_folder" ] && [ -d "$daily_each" ]; then daily_folder=$daily_each; fi
  done
  if [ -n "$daily_folder" ]; then
    printf '%s\n' '#!/bin/sh' ${`# ${task.about}`} ${sh`exec ${task.command}`.text} >"$daily_folder"/${task.name}
    chmod 755 "$daily_folder"/${task.name}
  else ${said}
  fi
fi`;
}

/** Succeeds where there is none. A run that is under way goes on. */
export function notDaily(name: string): ShellText {
  const { timer, service, wanted } = unitsOf(name);
  return sh`if [ -e ${timer} ]; then
  systemctl stop ${`${name}.timer`} 2>/dev/null || :
  rm -f ${wanted} ${timer} ${service}
  systemctl daemon-reload 2>/dev/null || :
fi
rm -f ${CRON_FOLDERS.map((folder) => `${folder}/${name}`)}`;
}

function unitsOf(name: string): { timer: string; service: string; wanted: string } {
  const timer = `${UNITS}/${name}.timer`;
  return { timer, service: `${UNITS}/${name}.service`, wanted: `${UNITS}/timers.target.wants/${name}.timer` };
}

function timerUnit({ about }: DailyTask): string[] {
  return ["[Unit]", `Description=${about}`, "[Timer]", "OnCalendar=daily", "Persistent=true"];
}

function serviceUnit({ about, command }: DailyTask): string[] {
  return ["[Unit]", `Description=${about}`, "[Service]", "Type=oneshot", `ExecStart=${command.join(" ")}`];
}
