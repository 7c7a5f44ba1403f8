/** Two at work on one host: while a run goes on, another stack or a colleague does something. */
import type { Run } from "../engine/run";
import { liesOfUp } from "../judge/truth";
import type { Program } from "../programs/program";
import type { Meanwhile } from "./history";
import { kindOfMeanwhile } from "./kinds";
import type { Stack } from "./stack";
import { type Table, destroyed, told } from "./table";

/** An up that has succeeded, and what it was to make. */
interface Made {
  readonly run: Run;
  readonly program: Program;
}

/** @param makes - the run that goes on: an up of this program, or a destroy */
export async function playedMeanwhile(
  table: Table,
  stack: Stack,
  meanwhile: Meanwhile,
  makes: Program | undefined,
  act: () => Promise<Run>,
): Promise<void> {
  const { who, does, look, isHeld } = meanwhile;
  const { host, judge, provider, say } = table;
  const other = who === "colleague" ? table.colleagueOf(stack) : table.stacks.get(who);
  if (other === undefined || other === stack) {
    say(told(await act()));
    return;
  }
  const others = async (): Promise<Made> => {
    const program = other.program;
    const run = await playedBy(table, other, does);
    say(`   meanwhile ${does} of ${who}: ${told(run)}`);
    return { run, program };
  };
  let looks = 0;
  let going: Promise<Made> | undefined;
  host.onLook = () => {
    looks += 1;
    if (looks !== look) return;
    host.onLook = undefined;
    table.count(kindOfMeanwhile(meanwhile));
    if (isHeld) provider.hold();
    going = others().finally(() => provider.goOn());
  };
  const run = await act();
  host.onLook = undefined;
  say(`   ${makes === undefined ? "destroy" : "up"}: ${told(run)}`);
  const made = await (going ?? others());
  // Two who share a stack take from each other what both had; an up that began with nothing may keep what it has made.
  if (who === "colleague") stack.isRewound = true;
  if (does === "up") judgeMade(table, made);
  if (makes !== undefined && !(who === "colleague" && does === "destroy")) judgeMade(table, { run, program: makes });
  for (const { fault } of [run, made.run])
    if (fault !== undefined) judge.judgeText(fault.message, `the error of ${fault.key}`);
}

/** With calls of its own provider: the other's may be held. */
async function playedBy(table: Table, other: Stack, does: Meanwhile["does"]): Promise<Run> {
  other.through = table.otherProvider();
  try {
    if (does === "destroy") return await destroyed(table, other);
    const preview = await other.preview();
    if (preview.fault !== undefined) {
      other.takeBackUntried();
      return preview;
    }
    other.markTried();
    return await other.up();
  } finally {
    other.through = table.provider;
  }
}

/** What an up that succeeded has made is there, whatever the other did. */
function judgeMade({ host, judge }: Table, { run, program }: Made): void {
  if (run.fault !== undefined) return;
  const changed = new Set(run.announced.filter(({ op }) => op !== "same").map(({ key }) => key));
  for (const text of liesOfUp(host, program, changed)) judge.note("lie", `while two were at work: ${text}`);
}
