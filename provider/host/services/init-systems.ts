/** The init systems that we know, and what the host's own does: found where the shell runs, by what is there. Shell text; pure. */
import { type ShellText, lines, sh } from "../../shell";
import type { BootHook, InitSystem, Later } from "./init-system";
import { openrc } from "./openrc";
import { systemd } from "./systemd";
import { sysv } from "./sysv";

/** The first that runs counts: systemd and OpenRC leave folders of System V's beside theirs. */
export const INIT_SYSTEMS: readonly InitSystem[] = [systemd, openrc, sysv];

/** A condition of the shell: a program can be run at a boot. */
export const runsAtBoot: ShellText = INIT_SYSTEMS.map(({ runs }) => runs).reduce(
  (all, one) => sh`${all} || { ${one}; }`,
);

/** Where none of them runs the host, nothing is done. */
export function atBoot(hook: BootHook): ShellText {
  return byTheOneThatRuns((system) => system.atBoot(hook), sh`:`);
}

export function notAtBoot(name: string): ShellText {
  return lines(INIT_SYSTEMS.map((system) => system.notAtBoot(name)));
}

export function later(what: Later): ShellText {
  return byTheOneThatRuns((system) => system.later(what), sysv.later(what));
}

export function notLater(name: string): ShellText {
  return byTheOneThatRuns((system) => system.notLater(name), sysv.notLater(name));
}

function byTheOneThatRuns(does: (system: InitSystem) => ShellText, otherwise: ShellText): ShellText {
  return INIT_SYSTEMS.reduceRight(
    (rest, system) => sh`if ${system.runs}; then
  ${does(system)}
else
  ${rest}
fi`,
    otherwise,
  );
}
