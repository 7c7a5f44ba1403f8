/** The table that a history is played at, and the engine's operations with an eye on what they did. */
import { posix } from "node:path";
import type { Run } from "../engine/run";
import type { ProviderClient } from "../engine/provider-client";
import type { PretendHost } from "../host/pretend-host";
import type { Judge } from "../judge/judge";
import { faultsOfPreview } from "../judge/announced";
import { liesOfRefresh, liesOfUp, restartsThatWereNone } from "../judge/truth";
import { isDisk } from "../programs/program";
import type { StackName } from "./history";
import type { Foreign } from "./operator";
import type { Stack } from "./stack";

export interface Table {
  readonly host: PretendHost;
  readonly judge: Judge;
  readonly provider: ProviderClient;
  readonly stacks: ReadonlyMap<StackName, Stack>;
  readonly foreign: readonly Foreign[];
  /** For whoever works at the same time. */
  readonly otherProvider: () => ProviderClient;
  /** The same stack at somebody's whose state of it is empty. */
  readonly colleagueOf: (stack: Stack) => Stack;
  readonly say: (line: string) => void;
  /** Something of this kind was played (kinds.ts). */
  readonly count: (kind: string) => void;
}

/** Is there a plan? */
export async function judgedPreview(
  { host, judge, say, provider }: Table,
  stack: Stack,
  program = stack.program,
): Promise<boolean> {
  await provider.killedAreGone();
  const connections = host.connections();
  const run = await stack.preview(program);
  say(`   preview: ${told(run)}`);
  if (host.connections() !== connections) judge.note("preview", "a preview connected to the host");
  const { fault } = run;
  if (fault !== undefined && fault.method !== "check")
    judge.note("preview", `${fault.method} of ${fault.key}: ${fault.message}`);
  for (const text of faultsOfPreview(run)) judge.note("stale", text);
  for (const { plan, key, inputs } of run.announced)
    judge.judgeText(`${plan}\n${textOf(inputs["config"])}`, `the plan of ${key}`);
  if (fault !== undefined) judge.judgeText(fault.message, `what check said about ${fault.key}`);
  if (fault === undefined) stack.markTried();
  return fault === undefined;
}

export async function judgedUp(
  { host, judge, say }: Table,
  stack: Stack,
  program = stack.program,
  isParallel = false,
): Promise<Run> {
  const before = host.xen.all();
  const run = await stack.up(program, isParallel);
  say(`   up: ${told(run)}`);
  if (run.fault !== undefined) {
    judge.judgeText(run.fault.message, `the error of ${run.fault.key}`);
    return run;
  }
  const changed = new Set(run.announced.filter(({ op }) => op !== "same").map(({ key }) => key));
  for (const text of liesOfUp(host, program, changed)) judge.note("lie", text);
  if (!stack.hasFailed && !stack.isRewound)
    for (const text of restartsThatWereNone(host, run, before)) judge.note("lie", text);
  return run;
}

export async function judgedRefresh({ host, judge, say }: Table, stack: Stack): Promise<Run> {
  const before = stack.engine.state;
  const run = await stack.refresh();
  say(`   refresh: ${run.fault === undefined ? "ok" : `FAILED ${run.fault.key}: ${run.fault.message}`}`);
  if (run.fault === undefined && !stack.isRewound)
    for (const text of liesOfRefresh(host, before, stack.engine.state, judge.isForeign)) judge.note("lie", text);
  return run;
}

/** To destroy a stack is to consent, for what is its own. */
export async function destroyed({ judge }: Table, stack: Stack): Promise<Run> {
  stack.isLeaving = true;
  const run = await stack.destroy();
  judge.judgeDisks();
  stack.isLeaving = false;
  return run;
}

/**
 * Which paths of images their programs name. A program of another stack counts where that stack has the image: one that was
 * refused it keeps nobody from removing what is their own.
 */
export function declaredBy(stacks: readonly Stack[]): (path: string, owner: string) => boolean {
  return (path, owner) =>
    stacks.some(
      ({ name, engine, program, isLeft, isLeaving }) =>
        !isLeft &&
        !isLeaving &&
        (name === owner || engine.state.some(({ kind, inputs }) => kind === "disk-image" && inputs["path"] === path)) &&
        program.resources.some((one) => isDisk(one) && posix.normalize(one.args.path) === path),
    );
}

export function told({ announced, fault }: Run): string {
  const parts = announced
    .filter(({ op }) => op !== "same")
    .map(
      ({ op, key, effect, plan }) =>
        `${op} ${key} (${effect})${op === "update" ? ` [${plan.replaceAll("\n", "; ")}]` : ""}`,
    );
  return [
    ...(parts.length === 0 ? ["nothing"] : parts),
    ...(fault === undefined ? [] : [`FAILED ${fault.method} ${fault.key}: ${fault.message}`]),
  ].join("; ");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
