/**
 * System V's init scripts, also where upstart runs them (EL 6): chkconfig(8), /etc/rc.d/rc of initscripts 9.03. What `rc` starts is the
 * links of a runlevel's folder in the order of their numbers, so ours stand right before that of the network's script, or last.
 * Shell text; pure.
 */
import { sh } from "../../shell";
import type { BootHook, InitSystem } from "./init-system";
import { sleeping } from "./sleeping";

export const sysv: InitSystem = {
  name: "sysv",
  runs: sh`[ -d /etc/init.d ] && [ -d /etc/rc3.d ]`,
  atBoot: (hook) => {
    const script = `/etc/init.d/${hook.name}`;
    const link = sh`ln -sf ${`../init.d/${hook.name}`} "$rc_folder/S$rc_number"${hook.name}`;
    const links =
      hook.when === "after-network"
        ? sh`rc_number=99
for rc_folder in /etc/rc[2345].d; do
  ${link}
done`
        : sh`rc_found=
for rc_script in /etc/rc[S2345].d/S[0-9][0-9]network /etc/rc[S2345].d/S[0-9][0-9]networking; do
  [ -L "$rc_script" ] || [ -e "$rc_script" ] || continue
  rc_found=yes
  rc_folder=\${rc_script%/*}
  rc_number=\${rc_script##*/S}
  rc_number=\${rc_number%%[!0-9]*}
  rc_number=\${rc_number#0}
  [ "$rc_number" = 0 ] || rc_number=$((rc_number - 1))
  [ "$rc_number" -gt 9 ] || rc_number=0$rc_number
  ${link}
done
if [ -z "$rc_found" ]; then
  rc_number=01
  for rc_folder in /etc/rc[2345].d; do
    ${link}
  done
fi`;
    return sh`printf '%s\n' ${scriptOf(hook)} >${script}
chmod 755 ${script}
${links}
sync`;
  },
  notAtBoot: (name) => sh`rm -f /etc/rc[S2345].d/S[0-9][0-9]${name}
! grep -q '^# chkconfig: ' ${`/etc/init.d/${name}`} 2>/dev/null || rm -f ${`/etc/init.d/${name}`}`,
  ...sleeping,
};

function scriptOf({ name, about, when, onlyWith, command }: BootHook): string[] {
  const isBefore = when === "before-network";
  const absent = onlyWith.map((path) => sh`[ ! -e ${path} ]`.text).join(" && ");
  return [
    "#!/bin/sh",
    `# chkconfig: 2345 ${isBefore ? "09 91" : "99 01"}`,
    `# description: ${about}`,
    "### BEGIN INIT INFO",
    `# Provides: ${name}`,
    isBefore ? "# Required-Start: $local_fs" : "# Required-Start: $network",
    "# Required-Stop:",
    ...(isBefore ? ["# X-Start-Before: network networking NetworkManager"] : []),
    "# Default-Start: 2 3 4 5",
    "# Default-Stop:",
    `# Short-Description: ${about}`,
    "### END INIT INFO",
    '[ "${1:-start}" = start ] || exit 0',
    `if ${absent}; then exit 0; fi`,
    isBefore ? sh`exec ${command}`.text : sh`setsid ${command} </dev/null >/dev/null 2>&1 &`.text,
  ];
}
