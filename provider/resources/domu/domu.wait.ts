/** Waiting until the guest answers, asked from its own host. Pure. */
import { type Step, libraryText, sh } from "../../shell";
import type { Toolstack } from "../../toolstack";
import { waitWords } from "./domu.creation";
import { guestScript } from "./domu.functions";
import type { DomUWait } from "./domu.install.schema";
import type { DomUInputs } from "./domu.properties";
import { firstAddress } from "./domu.vifs";

const waitProgram = libraryText(__dirname, "wait.py");

export function waitSeconds(wait: DomUWait | undefined): number {
  return wait === undefined ? 0 : (wait.timeoutSeconds ?? 300);
}

/** What wait.py reads, as JSON: it may be secret. */
export const WAIT_FILE = "wait.json";

export function waitWanted({ vifs = [] }: DomUInputs, wait: DomUWait): object {
  return {
    seconds: waitSeconds(wait),
    ip: wait.ip ?? (wait.ipInCidr === undefined ? firstAddress(vifs[0]) : undefined),
    cidr: wait.ipInCidr,
    macs: vifs.map(({ mac }) => mac),
    tcp: wait.tcpPort,
    http: wait.http === undefined ? undefined : { port: 80, path: "/", contains: "", ...wait.http },
    text: wait.consoleText,
  };
}

/** Ends when all that `waitFor` names has been seen; fails when the time is over. */
export function waitStep(on: Toolstack, inputs: DomUInputs, wait: DomUWait): Step {
  const words = waitWords(inputs);
  return {
    name: "wait-for",
    title: `wait for ${words}`,
    effect: "none",
    script: guestScript(
      inputs,
      sh`trap end_watch EXIT
row=$(domain_row)
[ -n "$row" ] || give_up "$guest went away before it answered." "Look at "${on.typed.log(inputs.name)}" on the host."
${wait.consoleText === undefined ? sh`:` : sh`watch_console "\${row%% *}"`}
said=$(${on.python} -c ${waitProgram} "$folder" "$guest" <"$JOB_FILES"/${WAIT_FILE}) || {
  show_console
  give_up "$guest runs, but the wait for "${words}" has failed: $said" "The guest stays as it is. Look at its console ("${on.typed.console(inputs.name)}"), then run up again."
}
veil "$said"
set_phase reachable`,
    ),
  };
}
