/**
 * create, read, update and delete of a guest. Follow, observe, plan, perform, observe again.
 *
 * A guest's life is on its host: a job goes on when we die, and whoever comes next attaches to it or goes on from
 * the phase that the host tells. Saved inputs are never taken for what the host has.
 */
import { type Effect, isStronger, strongest } from "../../effect";
import { CommandError, DriftError, JobError } from "../../errors";
import { type Claimant, refuseAnothers, standingOf } from "../../host/claim";
import { type ResourceKind, type Unfinished, UnfinishedError } from "../../pulumi";
import { type RemoteHost, openHost, settleFormerJob } from "../../remote";
import type { Job } from "../../shell";
import { assertAnnounced } from "../announced";
import { refuse } from "../refusal";
import { domuCreation } from "./domu.creation";
import { type ClaimSeen, cancelJob, creationJob, removalJob, takeOverJob, updateJob } from "./domu.jobs";
import { isBegun, isInstalled } from "./domu.life";
import { type ObservedDomU, asMade, observeDomU } from "./domu.observe";
import { cancelObject, guestObject } from "./domu.place";
import { effectOf, fileDrift, guestDrift, guestPlan } from "./domu.plan";
import { type DomUInputs, type DomUOutputs, domuSchema } from "./domu.properties";
import { guestRefusals } from "./domu.refusals";
import { completeDomU, domuFaults } from "./domu.rules";

export const domuKind: ResourceKind<DomUInputs, DomUOutputs> = {
  kind: "domu",
  title: "DomU",
  label: ({ name }) => name,
  inputs: domuSchema,
  faults: domuFaults,
  complete: completeDomU,
  computed: ["config", "consoleCommand", "configPath"],
  changes: (olds, news) => guestPlan(asMade(olds), news),
  creation: domuCreation,
  creationEffect: () => "live",
  defaultAllow: ["restart", "migrate"],
  isFinished: ({ phase }) => phase === "done",

  async create(inputs) {
    const host = openHost(inputs.connection);
    const claimant = { owner: inputs.owner, claimId: undefined, hasState: false };
    await settleFormerJob(host, guestObject(inputs.uuid));
    const observed = await observe(host, inputs, { beforeChange: true, isKnown: false });
    refuseAnothers(observed.claim, claimant, `The guest ${inputs.name}`);
    const outputs = await walk(host, inputs, observed, { isKnown: false, announced: "live" });
    return { id: idOf(inputs), outputs };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const observed = await observe(host, inputs, { beforeChange: false, isKnown: true });
    const standing = standingOf(observed.claim, claimantOf(inputs, outputs));
    // Another resource manages it now; or nothing of it is left, neither domain nor claim nor its file.
    if (standing === "another" || standing === "same-owner") return undefined;
    if (observed.guest.domain === undefined && observed.claim === undefined && !isItsFile(observed, inputs))
      return undefined;
    const now = outputsOf(observed, inputs, outputs.machineId);
    // What is half made differs by its nature: the phase tells the next up to finish it.
    if (now.phase !== "done") return { inputs, outputs: now, unfinished: leftToDo(observed, inputs) };
    const drift = guestDrift(observed.guest, inputs);
    const seen = Object.keys(drift).length === 0 ? inputs : completeDomU({ ...inputs, ...drift }, inputs);
    // Beside what was declared: what the drift already shows is no second difference.
    const left = fileDrift(observed.guest, inputs).map(({ text, effect }): Unfinished => ({ text, effect }));
    return { inputs: seen, outputs: now, ...(left.length === 0 ? {} : { unfinished: left }) };
  },

  async update(id, olds, news) {
    const host = openHost(news.connection, { machineId: olds.outputs.machineId });
    await settleFormerJob(host, guestObject(news.uuid));
    const observed = await observe(host, news, { beforeChange: true, isKnown: true });
    refuseAnothers(observed.claim, updater(news, olds.outputs), `The guest ${news.name}`);
    if (observed.claim === undefined && observed.guest.domain === undefined && !isItsFile(observed, news)) {
      throw new DriftError(`${news.name} is no longer on the host: neither its domain nor its files are there.`, {
        hint: "Run refresh: up then creates it again. Nothing was touched.",
      });
    }
    return { outputs: await walk(host, news, observed, { isKnown: true, announced: news.effect ?? "none", id }) };
  },

  async delete(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const isOwn = (observed: ObservedDomU): boolean => {
      const standing = standingOf(observed.claim, byId(outputs));
      // Its claim was lost, and it is there: as for a refresh.
      const isThere = observed.guest.domain !== undefined || isItsFile(observed, inputs);
      return standing === "own" || (standing === "free" && outputs.claimId !== undefined && isThere);
    };
    const before = await observe(host, inputs, { beforeChange: false, isKnown: true });
    // Another resource's, or nobody's: nothing is touched, and for us it is gone.
    if (!isOwn(before)) return;
    if (isBegun(before.phase)) await host.perform(cancelJob(inputs));
    await settleFormerJob(host, guestObject(inputs.uuid));
    const observed = await observe(host, inputs, { beforeChange: false, isKnown: true });
    await host.perform(removalJob(inputs, observed.guest, observed.claim?.id));
    const after = await observe(host, inputs, { beforeChange: false, isKnown: true });
    if (isOwn(after)) throw new CommandError(`${inputs.name} is still on the host after its removal.`);
    await host.forget(guestObject(inputs.uuid));
    await host.forget(cancelObject(inputs.uuid));
  },
};

interface Walk {
  /** Saved state knows the guest. */
  readonly isKnown: boolean;
  /** The strongest effect that the preview spoke of. */
  readonly announced: Effect;
  readonly id?: string;
}

/** From what is there to what is declared. What is under way is finished; what an earlier walk left is gone on with. */
async function walk(
  host: RemoteHost,
  inputs: DomUInputs,
  observed: ObservedDomU,
  { isKnown, announced, id }: Walk,
): Promise<DomUOutputs> {
  const { guest, phase, claim } = observed;
  const nameNow = guest.name ?? inputs.name;
  const seen: ClaimSeen = {
    seen: claim,
    renews: !isKnown && claim !== undefined && phase === "done",
    isKnown,
    nameNow,
  };
  const isNew = claim === undefined && !isKnown;
  // An install, or a first boot, that was begun and not finished; or nothing yet.
  if (isNew || (isBegun(phase) && (inputs.install !== undefined || guest.domain === undefined))) {
    const installs = inputs.install !== undefined && !isInstalled(phase);
    refuse(
      guestRefusals(inputs, observed, {
        builds: guest.domain === undefined && (installs || inputs.powerState !== "stopped"),
      }),
    );
    return perform(host, inputs, creationJob(inputs, phase, seen), { isKnown, id });
  }
  const changes = guestPlan(guest, inputs);
  const isUnfinished = phase !== "done";
  const job = updateJob(guest, changes, inputs, { ...seen, isUnfinished });
  const needed = strongest([effectOf(changes), ...job.steps.map(({ effect }) => effect)]);
  if (!isKnown && isStronger(needed, announced)) {
    // Of the same owner, and built: its state was lost. It is taken over as it is; what differs is for a preview to show.
    return perform(host, inputs, takeOverJob(inputs, seen), { isKnown, id, differs: changes.map(({ text }) => text) });
  }
  refuse(guestRefusals(inputs, observed, { builds: job.steps.some(({ name }) => name === "boot") }));
  // Of a guest that is left half made, the plan of its creation said that it will be booted.
  assertAnnounced(
    job.steps,
    strongest([announced, ...(isUnfinished && !wasUpdating(phase) ? (["live"] as const) : [])]),
  );
  return perform(host, inputs, job, { isKnown, id });
}

function wasUpdating(phase: string | undefined): boolean {
  return phase === "updating" || phase === undefined;
}

interface Performance {
  readonly isKnown: boolean;
  readonly id?: string | undefined;
  /** What differs of a guest that was only taken over. */
  readonly differs?: readonly string[];
}

async function perform(
  host: RemoteHost,
  inputs: DomUInputs,
  job: Job,
  { isKnown, id = idOf(inputs), differs }: Performance,
): Promise<DomUOutputs> {
  const { machineId } = await host.identity();
  try {
    await host.perform(job);
    const observed = await observe(host, inputs, { beforeChange: false, isKnown: true });
    const left = differs ?? guestPlan(observed.guest, inputs).map(({ text }) => text);
    if (differs !== undefined) {
      throw new DriftError(
        `${inputs.name} was on the host already and has been taken over as it is. It differs from what is declared: ${left.join("; ")}.`,
        {
          hint: "Run refresh, look at the preview, and run up again.",
        },
      );
    }
    if (left.length > 0) {
      throw new CommandError(`All steps ended well, but the host shows something else: ${left.join("; ")}.`, {
        hint: "Somebody may have changed it at the same time. Run refresh and look.",
      });
    }
    return outputsOf(observed, inputs, machineId);
  } catch (error) {
    const seen = await observe(host, inputs, { beforeChange: false, isKnown: true }).catch(() => undefined);
    // Refused in its first step: nothing is ours, and nothing is left behind.
    if (
      !isKnown &&
      seen !== undefined &&
      standingOf(seen.claim, { owner: inputs.owner, claimId: undefined, hasState: false }) !== "same-owner"
    )
      throw explained(error, seen);
    const outputs =
      seen === undefined
        ? { machineId, phase: "updating" }
        : { ...outputsOf(seen, inputs, machineId), phase: unfinished(seen) };
    throw new UnfinishedError(id, outputs, explained(error, seen));
  }
}

/** Never `done`: something went wrong, and the next up must look. */
function unfinished({ phase }: ObservedDomU): string {
  return phase === undefined || phase === "done" ? "updating" : phase;
}

/** For the preview after a refresh. `inputs`: as they were declared when the guest was left. */
function leftToDo(observed: ObservedDomU, inputs: DomUInputs): Unfinished[] {
  const { guest, phase, claim } = observed;
  const seen: ClaimSeen = { seen: claim, renews: false, isKnown: true, nameNow: guest.name ?? inputs.name };
  const job =
    isBegun(phase) && (inputs.install !== undefined || guest.domain === undefined)
      ? creationJob(inputs, phase, seen)
      : updateJob(guest, guestPlan(guest, inputs), inputs, { ...seen, isUnfinished: true });
  const noticed = job.steps
    .filter(({ name, effect }) => effect !== "none" || name === "install")
    .map(({ title }) => title);
  return [
    {
      text: `finish what was begun (${phase ?? "its claim is gone"})${noticed.length === 0 ? "" : `, which will ${noticed.join(", ")}`}`,
      effect: strongest(job.steps.map(({ effect }) => effect)),
    },
  ];
}

/** Does the file where its configuration belongs bear its uuid? */
function isItsFile({ guest }: ObservedDomU, { uuid }: DomUInputs): boolean {
  return guest.file?.uuid !== undefined && guest.file.uuid === uuid;
}

function idOf({ uuid, name }: DomUInputs): string {
  return uuid ?? name;
}

function claimantOf({ owner }: DomUInputs, { claimId }: DomUOutputs): Claimant {
  return { owner, claimId, hasState: true };
}

/** By the claim id of the state alone: whoever has lost the id manages the guest no more, whatever its name. */
function byId({ claimId }: DomUOutputs): Claimant {
  return { owner: undefined, claimId, hasState: true };
}

/** State from before claims had ids, whose mark an update has carried over already without living to tell. */
function updater({ owner }: DomUInputs, { claimId }: DomUOutputs): Claimant {
  return { owner: claimId === undefined ? owner : undefined, claimId, hasState: true };
}

/** The step's own sentence and, of an installer, the end of its console, in place of the job's log. */
function explained(error: unknown, seen: ObservedDomU | undefined): unknown {
  if (!(error instanceof JobError) || seen?.failure === undefined) return error;
  const isInstall = error.step === "install" && seen.consoleTail !== undefined;
  const tail = isInstall ? `\nThe end of its console:\n${indented(seen.consoleTail ?? "")}` : "";
  return new JobError(`${seen.failure}${tail}`, error, { cause: error });
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .slice(-15)
    .map((line) => `  | ${line}`)
    .join("\n");
}

function outputsOf(observed: ObservedDomU, inputs: DomUInputs, machineId: string): DomUOutputs {
  const { vifs = [], vfb } = inputs;
  const { domain } = observed.guest;
  const ip = vifs[0]?.ip ?? observed.address;
  const port = vfb?.vncDisplay === undefined ? observed.vncPort : 5900 + vfb.vncDisplay;
  return {
    machineId,
    phase: observed.phase ?? "updating",
    ...(observed.claim?.id === undefined ? {} : { claimId: observed.claim.id }),
    ...(domain === undefined ? {} : { domid: domain.domid }),
    ...(ip === undefined ? {} : { ip }),
    ...(vfb === undefined || port === undefined || domain === undefined
      ? {}
      : { vncAddress: `${vfb.vncListen ?? "127.0.0.1"}:${port}` }),
  };
}

/** Four calls of xl, which a busy host takes its time for. */
function observe(
  host: RemoteHost,
  inputs: DomUInputs,
  options: { readonly beforeChange: boolean; readonly isKnown: boolean },
): Promise<ObservedDomU> {
  return host.ask(observeDomU(inputs, options), { timeoutSeconds: 180 });
}
