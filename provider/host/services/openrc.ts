/** OpenRC (Alpine, Gentoo): openrc-run(8). A service in a runlevel is a link in its folder. Shell text; pure. */
import { sh } from "../../shell";
import type { BootHook, InitSystem } from "./init-system";
import { sleeping } from "./sleeping";

export const openrc: InitSystem = {
  name: "openrc",
  runs: sh`[ -d /run/openrc ]`,
  atBoot: (hook) => {
    const script = scriptPath(hook.name);
    const folder = `/etc/runlevels/${hook.when === "before-network" ? "boot" : "default"}`;
    return sh`printf '%s\n' ${scriptOf(hook)} >${script}
chmod 755 ${script}
mkdir -p ${folder}
ln -sf ${script} ${`${folder}/${hook.name}`}
sync`;
  },
  notAtBoot: (name) =>
    sh`rm -f ${`/etc/runlevels/boot/${name}`} ${`/etc/runlevels/default/${name}`}
! grep -q '^#!/sbin/openrc-run$' ${scriptPath(name)} 2>/dev/null || rm -f ${scriptPath(name)}`,
  ...sleeping,
};

function scriptOf({ about, when, onlyWith, command }: BootHook): string[] {
  const isBefore = when === "before-network";
  const absent = onlyWith.map((path) => sh`[ ! -e ${path} ]`.text).join(" && ");
  return [
    "#!/sbin/openrc-run",
    sh`description=${about}`.text,
    "depend() {",
    ...(isBefore ? ["  need localmount", "  before net networking"] : ["  after net networking"]),
    "}",
    "start() {",
    `  if ${absent}; then return 0; fi`,
    isBefore ? sh`  ${command}`.text : sh`  setsid ${command} </dev/null >/dev/null 2>&1 &`.text,
    "  return 0",
    "}",
  ];
}

function scriptPath(name: string): string {
  return `/etc/init.d/${name}`;
}
