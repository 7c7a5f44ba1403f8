/**
 * How every history ends: the host is at peace, users have taken back what cannot be done. Then up converges in at most two
 * runs, one more changes nothing, and destroy leaves nothing of ours.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Table, destroyed, judgedPreview, judgedRefresh, judgedUp, told } from "./table";
import type { RunFault } from "../engine/run";
import { liesOfUp } from "../judge/truth";
import { guestNameOf, isGuest, keyOf } from "../programs/program";
import { adviceIn } from "./advice";
import { clear } from "./operator";
import type { Stack } from "./stack";

const RUNS = 2;

export async function playEnding(table: Table): Promise<void> {
  const { host, judge, stacks, foreign, say } = table;
  say("the ending");
  await judge.byOperator(async () => {
    host.xen.unreadable.clear();
    host.xen.deaf.clear();
    for (const one of foreign) clear(host, one);
    clearOrphans(table);
    destroyDoubles(table);
  });
  const all = [...stacks.values()];
  const [first, ...others] = all;
  // Only one of two teams can have what both want.
  for (const other of others) await leaves(table, other);
  if (first === undefined || judge.violations.length > 0) return;
  if (!(await converged(table, first)) || judge.violations.length > 0) return;
  await changesNothing(table, first);
  if (judge.violations.length > 0) return;
  await leaves(table, first);
  // Nobody can remove what no state knows.
  if (all.some(({ isRewound, hasLostOrphans }) => isRewound || hasLostOrphans)) return;
  if (others.some(({ hasOrphans }) => hasOrphans)) return;
  for (const left of leftOvers(table)) judge.note("ending", `destroy left ${left}`);
}

/**
 * What the refusal of two domains with one uuid advises: a host that restored a guest which somebody had renamed has also
 * started the one that /etc/xen/auto names.
 */
function destroyDoubles({ host }: Table): void {
  const uuids = new Set<string>();
  for (const domain of host.xen.all()) {
    if (uuids.has(domain.uuid)) host.xen.destroy(domain, "operator");
    uuids.add(domain.uuid);
  }
}

/** A state that was put back, or whose create was killed, does not know of all guests; what no program declares either, an operator has to remove. */
function clearOrphans({ host, stacks }: Table): void {
  const all = [...stacks.values()];
  if (!all.some(({ isRewound, hasLostOrphans }) => isRewound || hasLostOrphans)) return;
  const names = new Set(all.flatMap(({ program }) => program.resources.filter(isGuest).map(guestNameOf)));
  const uuids = new Set(all.flatMap(({ engine }) => engine.state.map(({ inputs }) => inputs["uuid"])));
  for (const domain of host.xen.all()) {
    if (!names.has(domain.name) && !uuids.has(domain.uuid)) host.xen.destroy(domain, "operator");
  }
  // As docs/claims.md tells; the configurations would still have disks.
  const claims = host.at("/var/lib/pulumi-xen/domu");
  for (const uuid of existsSync(claims) ? readdirSync(claims) : []) {
    const claim = host.read(`/var/lib/pulumi-xen/domu/${uuid}/claim`) ?? "";
    const name = /^of=(.*)$/m.exec(claim)?.[1];
    // Another stack's guest of that name is another guest.
    const owners = all.filter((one) => claim.includes(`\nowner=shop/${one.name}::`));
    const isDeclared = owners.some(({ program }) =>
      program.resources.some((one) => isGuest(one) && guestNameOf(one) === name),
    );
    if (name === undefined || isDeclared || uuids.has(uuid)) continue;
    for (const domain of host.xen.all()) if (domain.uuid === uuid) host.xen.destroy(domain, "operator");
    for (const path of [join(claims, uuid), host.at(`/etc/xen/${name}.cfg`), host.at(`/etc/xen/auto/${name}`)])
      rmSync(path, { recursive: true, force: true });
  }
}

async function converged(table: Table, stack: Stack): Promise<boolean> {
  const { judge } = table;
  const { didTheHopeless } = stack;
  const said: string[] = [];
  let runs = RUNS;
  for (let run = 0; run < runs; run += 1) {
    const refreshed = await judgedRefresh(table, stack);
    if (refreshed.fault !== undefined) {
      said.push(`refresh of ${refreshed.fault.key}: ${refreshed.fault.message}`);
      continue;
    }
    // What the refresh has dropped, since its claim is newer than the state that was put back, no state knows any more.
    await judge.byOperator(() => {
      clearOrphans(table);
    });
    while (!(await judgedPreview(table, stack, stack.settledProgram()))) if (!stack.takeBackUntried()) break;
    // At the same time, as Pulumi does: who is to give something up does so though another, who waits for it, is refused.
    const { fault } = await judgedUp(table, stack, stack.settledProgram(), true);
    if (fault === undefined) return true;
    said.push(`${fault.method} of ${fault.key}: ${fault.message}`);
    // Each refusal is followed by itself, so this takes a run for each.
    const isLast = run === runs - 1;
    if (followed(stack, fault) || (isLast && stack.takeBackHopeless(true))) runs += 1;
  }
  // A guest was made with the other disk after all: the one that it then goes back to was never installed, or is that of the guest
  // whose place it was to take, which goes only after it.
  if (didTheHopeless && /pygrub finds no kernel|two writers would destroy it/.test(said.at(-1) ?? "")) return false;
  judge.note("ending", `up does not converge: ${said.join(" | ")}`);
  return false;
}

/** Users take back what cannot be done, and follow what they are advised. False: there was nothing (more) of that. */
function followed(stack: Stack, { key, message }: RunFault): boolean {
  if (stack.takeBackHopeless(false)) return true;
  const advice = adviceIn(message);
  return advice !== undefined && stack.follow(key, advice);
}

async function changesNothing(table: Table, stack: Stack): Promise<void> {
  const program = stack.settledProgram();
  await judgedPreview(table, stack, program);
  const run = await judgedUp(table, stack, program);
  if (run.fault !== undefined || run.announced.some(({ op }) => op !== "same"))
    table.judge.note("ending", `one more up is not content: ${told(run)}`);
  const all = new Set(program.resources.map(keyOf));
  for (const text of liesOfUp(table.host, program, all)) table.judge.note("ending", text);
}

async function leaves(table: Table, stack: Stack): Promise<void> {
  // What a colleague has taken over, or was made after the state that was put back, this state does not know: the next up takes it
  // over, or nobody could ever have it.
  if (stack.isRewound) {
    await stack.refresh();
    await previewedUp(table, stack);
  }
  const { fault } = await destroyed(table, stack);
  table.say(`   destroy of ${stack.name}: ${fault === undefined ? "ok" : `FAILED ${fault.key}: ${fault.message}`}`);
  stack.isLeft = true;
  if (fault === undefined) return;
  // Once more: what was in the way may have been a job that still ran.
  await stack.refresh();
  let again = await destroyed(table, stack);
  // What a killed create has made no state knows: the next up takes it over.
  if (again.fault !== undefined && stack.hasOrphans) {
    await previewedUp(table, stack);
    again = await destroyed(table, stack);
  }
  if (again.fault !== undefined)
    table.judge.note("ending", `destroy fails: ${again.fault.key}: ${again.fault.message}`);
}

/** What an up may do, its preview must have said. */
async function previewedUp(table: Table, stack: Stack): Promise<void> {
  const program = stack.settledProgram();
  await judgedPreview(table, stack, program);
  await judgedUp(table, stack, program);
}

/** What of ours is on a host that should be as it was. */
function leftOvers({ host }: Table): string[] {
  return [
    ...namesBelow(host.at("/var/lib/pulumi-xen")).map((name) => `/var/lib/pulumi-xen/${name}`),
    ...namesBelow(host.at("/etc/xen")).map((name) => `/etc/xen/${name}`),
    ...namesBelow(host.at("/xen/vm")).map((name) => `/xen/vm/${name}`),
    ...host.xen.all().map(({ name }) => `the domain ${name}`),
  ];
}

function namesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  } catch {
    return [];
  }
}
