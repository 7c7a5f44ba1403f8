/**
 * Which toolstack a host has: xm where xend runs, else xl. The two must not be mixed (xl refuses every change beside a running
 * xend; libxl 4.2 to 4.4), so that the daemon decides and nothing else is asked. It is observed in the script of whatever is
 * asked of the host: one file is looked for, and no process is started for it. Pure.
 */
import { CommandError } from "../errors";
import { type Answer, type ShellText, libraryText, sh } from "../shell";
import type { Toolstack } from "./toolstack";
import { xl } from "./xl/xl";
import { xm } from "./xm/xm";

const xendRuns = libraryText(__dirname, "xend-runs.sh");

/** All that we know; xl is the one where nothing tells otherwise. */
export const TOOLSTACKS: readonly Toolstack[] = [xl, xm];

/** Where no host was asked, as in a preview. */
export const assumedToolstack: Toolstack = xl;

/** Shell text that runs `part` of the toolstack that the host has, and says which one that is where it is not xl. */
export function withToolstack(part: (on: Toolstack) => ShellText): ShellText {
  return sh`${xendRuns}
if xend_runs; then
  say toolstack xm
  ${part(xm)}
else
  if ! command -v xl >/dev/null && command -v xm >/dev/null; then say toolstack stopped; fi
  ${part(xl)}
fi`;
}

/** The toolstack that answered. @throws CommandError where the host's own toolstack does not run. */
export function observedToolstack(answer: Answer): Toolstack {
  const found = answer.get("toolstack");
  if (found === "stopped") {
    throw new CommandError("xend does not run on this host, and there is no xl beside its xm.", {
      hint: "Start it (service xend start), look at /var/log/xen/xend.log where it does not stay, then run the same again.",
    });
  }
  return found === "xm" ? xm : xl;
}

/** Until the toolstack answers, two minutes at most: sshd is there before Xen's daemons are. */
export const awaitToolstack: ShellText = sh`${xendRuns}
answers() { if xend_runs; then ${xm.answers}; else ${xl.answers}; fi; }
waited=0
until answers >/dev/null 2>&1 || [ "$waited" -ge 60 ]; do sleep 2; waited=$((waited + 1)); done`;
