/** Sentences for a job that is no longer followed, though it may go on. Pure. */
import { CommandError, ConnectError } from "../../errors";
import { noShell, told } from "../link/no-shell";
import type { Outcome } from "../link/outcome";
import type { JobLog } from "./job-log";

/** Our own end, not the job's. */
export function stoppedWaiting(label: string, title: string, job: string | undefined): CommandError {
  return new CommandError(
    `Stopped waiting for "${title}" on ${label}; ${job === undefined ? "a job that was begun" : `job ${job}`} goes on there.`,
    { hint: "Run the same again: it follows the job to its end." },
  );
}

/** Why what a script did is not known: `job` and its log as far as they are. */
export function notFollowed(
  label: string,
  title: string,
  outcome: Outcome,
  followed?: { readonly job: string | undefined; readonly log: JobLog },
): Error {
  const goesOn = followed?.job === undefined ? "" : `; job ${followed.job} goes on there`;
  if (outcome.kind === "exit") {
    const shell = noShell(label, outcome);
    if (shell !== undefined) return shell;
    return new CommandError(
      `${title} on ${label} could not be started or followed: exit code ${String(outcome.code)}${told(outcome.stderr)}`,
      { hint: "Cure that on the host (see its disk with df and mount), then run the same again." },
    );
  }
  if (outcome.kind === "lost") {
    return new ConnectError(
      `The connection with ${label} was lost again and again during "${title}", before the host said anything.`,
      { hint: "See that the host stays reachable, then run the same again: what was begun is followed." },
    );
  }
  const how = outcome.kind === "signal" ? `its shell was ended by SIG${outcome.signal}` : outcome.kind;
  const tail = followed?.log.lastLines(5) ?? "";
  return new CommandError(
    `${title} on ${label} could not be followed: ${how}${goesOn}${tail === "" ? "." : `:\n${tail}`}`,
    { hint: "See what ends processes there (dmesg), then run the same again: what was begun is followed." },
  );
}
