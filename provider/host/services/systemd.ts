/** systemd.unit(5), systemd.service(5), systemd-run(1). Shell text; pure. */
import { lines, sh } from "../../shell";
import type { BootHook, InitSystem } from "./init-system";

const UNITS = "/etc/systemd/system";
const WANTED = `${UNITS}/multi-user.target.wants`;

export const systemd: InitSystem = {
  name: "systemd",
  runs: sh`[ -d /run/systemd/system ]`,
  atBoot: (hook) => {
    const { unit, wanted } = placesOf(hook.name);
    return sh`printf '%s\n' ${unitOf(hook)} >${unit}
mkdir -p ${WANTED}
chmod 644 ${unit}
ln -sf ${unit} ${wanted}
sync ${unit} 2>/dev/null || sync`;
  },
  notAtBoot: (name) => {
    const { unit, wanted } = placesOf(name);
    return sh`rm -f ${wanted} ${unit}`;
  },
  later: ({ name, seconds, command }) =>
    lines([
      systemd.notLater(name),
      sh`systemctl reset-failed ${`${name}.service`} 2>/dev/null || :
systemd-run --quiet --collect --unit=${name} --on-active=${seconds} --timer-property=AccuracySec=1s ${command}`,
    ]),
  notLater: (name) => sh`systemctl stop ${`${name}.timer`} 2>/dev/null || :`,
};

function unitOf({ about, when, onlyWith, command }: BootHook): string[] {
  const isBefore = when === "before-network";
  return [
    "[Unit]",
    `Description=${about}`,
    ...(isBefore ? ["DefaultDependencies=no"] : []),
    // Any of them.
    ...onlyWith.map((path) => `ConditionPathExists=|${path}`),
    ...(isBefore
      ? [
          "After=local-fs.target",
          "Before=network-pre.target networking.service network.service systemd-networkd.service",
          "Wants=network-pre.target",
        ]
      : ["After=network.target"]),
    "[Service]",
    `Type=${isBefore ? "oneshot" : "simple"}`,
    `ExecStart=${command.join(" ")}`,
  ];
}

function placesOf(name: string): { unit: string; wanted: string } {
  return { unit: `${UNITS}/${name}.service`, wanted: `${WANTED}/${name}.service` };
}
