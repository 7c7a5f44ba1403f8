/**
 * create, read, update and delete of a guest. Follow, observe, plan, perform, observe again.
 *
 * A guest's life is on its host: a job goes on when we die, and whoever comes next attaches to it or goes on from
 * the phase that the host tells. Saved inputs are never mistaken for what the host has.
 */
import { CommandError, DriftError, NotOwnedError } from "../../errors";
import { type Claim, type Claimant, refuseAnothers, standingOf } from "../../host/claim";
import type { ResourceKind, Unfinished } from "../../pulumi";
import { openHost } from "../../remote";
import { forgetLeft } from "../left-jobs";
import { ofGuest } from "../spelled";
import { domuCreation } from "./domu.creation";
import type { Guest } from "./domu.guest";
import { hasDomain } from "./domu.guest";
import { cancelJob, removalJob } from "./domu.jobs";
import { leftToDo } from "./domu.left";
import { isBegun } from "./domu.life";
import { type ObservedDomU, asMade } from "./domu.observe";
import { cancelObject, guestObject } from "./domu.place";
import { fileDrift, guestDrift, guestPlan } from "./domu.plan";
import { type DomUInputs, type DomUOutputs, domuSchema } from "./domu.properties";
import { completeDomU, domuRules } from "./domu.rules";
import { veiledJob, withoutSecrets } from "./domu.secrets";
import { idOf, observe, observeSettled, outputsOf, walk } from "./domu.walk";

export const domuKind: ResourceKind<DomUInputs, DomUOutputs> = {
  kind: "domu",
  title: "DomU",
  label: ({ name }) => name,
  inputs: domuSchema,
  ruled: (inputs) => completeDomU(inputs),
  faults: domuRules,
  complete: completeDomU,
  computed: ["config", "consoleCommand", "configPath", "ip", "vncAddress"],
  changes: (olds, news) => guestPlan(asMade(olds), news),
  creation: domuCreation,
  creationEffect: () => "live",
  spelled: ofGuest,
  allowable: ["restart", "migrate", "replace", "dataLoss"],
  defaultAllow: ["restart", "migrate"],
  isFinished: ({ phase }) => phase === "done",

  create: (inputs) => withoutSecrets([inputs], () => create(inputs)),
  read: (_id, inputs, outputs) => withoutSecrets([inputs], () => read(inputs, outputs)),
  update: (id, olds, news) => withoutSecrets([olds.inputs, news], () => update(id, olds, news)),
  delete: (_id, inputs, outputs) => withoutSecrets([inputs], () => remove(inputs, outputs)),
};

async function create(inputs: DomUInputs): Promise<{ id: string; outputs: DomUOutputs }> {
  const host = openHost(inputs.connection);
  const claimant = { owner: inputs.owner, claimId: undefined, hasState: false };
  const observed = await observeSettled(host, inputs);
  refuseAnothers(observed.claim, claimant, `The guest ${inputs.name}`);
  const outputs = await walk(host, inputs, observed, { isKnown: false, announced: "live" });
  return { id: idOf(inputs), outputs };
}

type Seen = Awaited<ReturnType<ResourceKind<DomUInputs, DomUOutputs>["read"]>>;

async function read(inputs: DomUInputs, outputs: DomUOutputs): Promise<Seen> {
  const host = openHost(inputs.connection, { machineId: outputs.machineId });
  const observed = await observe(host, inputs);
  const standing = standingOf(observed.claim, claimantOf(inputs, outputs));
  // Another resource manages it now; or nothing of it is left, neither domain nor claim nor its file.
  if (standing === "another") return undefined;
  if (isGone(observed, inputs)) return forgetLeft(host, observed.claim, ...jobsOf(inputs));
  const now = outputsOf(observed, inputs, outputs.machineId);
  const isUpdating = now.phase === "updating";
  // What is half made differs by its nature: the phase tells the next up to finish it. A change of a whole guest shows how far it came.
  if (now.phase !== "done" && !isUpdating) return { inputs, outputs: now, unfinished: leftToDo(observed, inputs) };
  const { inputs: seen, left } = lookedAt(observed.guest, inputs);
  const unfinished = isUpdating ? leftToDo(observed, inputs) : left;
  return { inputs: seen, outputs: now, ...(unfinished.length === 0 ? {} : { unfinished }) };
}

/** The inputs as the host shows them, and what no input can show. */
export function lookedAt(guest: Guest, declared: DomUInputs): { inputs: DomUInputs; left: Unfinished[] } {
  const drift = guestDrift(guest, declared);
  const inputs =
    Object.keys(drift).length === 0
      ? declared
      : // Also what the host has not, where completing fills in a default.
        { ...completeDomU({ ...declared, ...drift }, declared), ...drift };
  // Such as another name or a kernel in the file of a guest that is down, which no file made of inputs would hold.
  const told = guestPlan(asMade(inputs), declared).map(({ text }) => text);
  const untold = guestPlan(guest, declared).filter(
    ({ property, text }) => !told.includes(text) && (property !== "config" || guest.domain === undefined),
  );
  const left = new Map([...untold, ...fileDrift(guest, declared)].map(({ text, effect }) => [text, effect] as const));
  return { inputs, left: [...left].map(([text, effect]) => ({ text, effect })) };
}

interface Saved {
  readonly inputs: DomUInputs;
  readonly outputs: DomUOutputs;
}

async function update(id: string, olds: Saved, news: DomUInputs): Promise<{ outputs: DomUOutputs }> {
  const { machineId } = olds.outputs;
  const host = openHost(news.connection, { machineId });
  const observed = await observeSettled(host, news);
  refuseFormerState(observed.claim, news, olds.outputs);
  refuseAnothers(observed.claim, claimantOf(news, olds.outputs), `The guest ${news.name}`);
  if (isGone(observed, news)) {
    throw new DriftError(`${news.name} is no longer on the host: neither its domain nor its files are there.`, {
      hint: "Run refresh: up then creates it again. Nothing was touched.",
    });
  }
  return {
    outputs: await walk(host, news, observed, { isKnown: true, announced: news.effect ?? "none", id, machineId }),
  };
}

async function remove(inputs: DomUInputs, outputs: DomUOutputs): Promise<void> {
  const host = openHost(inputs.connection, { machineId: outputs.machineId });
  const isOwn = (observed: ObservedDomU): boolean => {
    const standing = standingOf(observed.claim, claimantOf(inputs, outputs));
    // Its claim was lost, and it is there: as for a refresh.
    const isThere = hasDomain(observed.guest) || isItsFile(observed, inputs);
    return (
      standing === "own" ||
      standing === "same-owner" ||
      (standing === "free" && outputs.claimId !== undefined && isThere)
    );
  };
  // Claimed by another resource, or by none: nothing is touched, and for us it is gone.
  const leave = async (seen: ObservedDomU): Promise<void> => {
    if (isGone(seen, inputs)) await forgetLeft(host, seen.claim, ...jobsOf(inputs));
  };
  const before = await observe(host, inputs);
  if (!isOwn(before)) return leave(before);
  if (isBegun(before.phase)) await host.perform(cancelJob(inputs));
  const observed = await observeSettled(host, inputs);
  // Meanwhile somebody may have claimed it, or the job of a run that was killed has removed it: what is removed is what was looked at
  // last, and the job looks once more.
  if (!isOwn(observed)) return leave(observed);
  await host.perform(veiledJob(removalJob(inputs, observed.guest, observed.claim?.id), inputs));
  const after = await observe(host, inputs);
  if (isOwn(after)) throw new CommandError(`${inputs.name} is still on the host after its removal.`);
  for (const object of jobsOf(inputs)) await host.forget(object);
}

/** Neither domain nor claim nor its file. */
function isGone(observed: ObservedDomU, inputs: DomUInputs): boolean {
  return !hasDomain(observed.guest) && observed.claim === undefined && !isItsFile(observed, inputs);
}

function jobsOf({ uuid }: DomUInputs): string[] {
  return [guestObject(uuid), cancelObject(uuid)];
}

/** Does the file where its configuration belongs bear its uuid? */
function isItsFile({ guest }: ObservedDomU, { uuid }: DomUInputs): boolean {
  return guest.file?.uuid !== undefined && guest.file.uuid === uuid;
}

/**
 * By the claim id of the state alone: whoever has lost the id manages the guest no more, whatever its name. State of before
 * claims had ids goes by the owner: an update may have carried its mark over without living to tell.
 */
function claimantOf({ owner }: DomUInputs, { claimId }: DomUOutputs): Claimant {
  return { owner: claimId === undefined ? owner : undefined, claimId, hasState: true };
}

/** @throws NotOwnedError where the same resource has claimed the guest again since this state was written. */
function refuseFormerState(claim: Claim | undefined, { name, owner }: DomUInputs, { claimId }: DomUOutputs): void {
  if (claim?.id === undefined || claim.owner !== owner || claimId === undefined || claim.id === claimId) return;
  throw new NotOwnedError(
    `The guest ${name} was claimed again by ${String(owner)} after this state was written; nothing was touched.`,
    {
      hint: "Another copy of the state manages it, or this state is an older one. Run refresh: up then takes the guest over as it is.",
    },
  );
}
