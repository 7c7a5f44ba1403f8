/**
 * From what there is of a guest to what is declared: plan, perform, observe again. Whatever is under way is finished, and what
 * an earlier walk left is gone on with.
 */
import { type Effect, isStronger, strongest } from "../../effect";
import { CommandError, DriftError, JobError } from "../../errors";
import { standingOf } from "../../host/claim";
import { UnfinishedError } from "../../pulumi";
import type { RemoteHost } from "../../remote";
import type { Job } from "../../shell";
import { assumedToolstack } from "../../toolstack";
import { assertAnnounced } from "../announced";
import { forgetLeft } from "../left-jobs";
import { refuse } from "../refusal";
import { shownConfig } from "./domu.config";
import { type ClaimSeen, creationJob, takeOverJob, updateJob } from "./domu.jobs";
import { takesMore, whoElseHas } from "./domu.in-use";
import { leftToDo } from "./domu.left";
import { isBegun, isInstalled } from "./domu.life";
import { type ObservedDomU, observeDomU, whetherBuilt } from "./domu.observe";
import { guestObject, guestShownAs } from "./domu.place";
import { effectOf, guestPlan } from "./domu.plan";
import type { DomUInputs, DomUOutputs } from "./domu.properties";
import { guestRefusals } from "./domu.refusals";
import { veiledJob } from "./domu.secrets";
import { firstAddress } from "./domu.vifs";

/** Four calls of xl, which a busy host takes its time for. */
const LOOK_TIMEOUT_SECONDS = 180;

interface Walk {
  /** Saved state knows the guest. */
  readonly isKnown: boolean;
  /** The strongest effect that the preview spoke of. */
  readonly announced: Effect;
  readonly id?: string;
  /** Of saved state; every answer of the host has been compared with it. */
  readonly machineId?: string;
}

/** @throws UnfinishedError after the first side effect, DriftError before one. */
export async function walk(
  host: RemoteHost,
  inputs: DomUInputs,
  observed: ObservedDomU,
  { isKnown, announced, id, machineId }: Walk,
): Promise<DomUOutputs> {
  const { guest, phase, claim } = observed;
  const whoElse = (): Promise<readonly string[]> =>
    host.ask(whoElseHas(guest.on, inputs, { isKnown }), { timeoutSeconds: LOOK_TIMEOUT_SECONDS });
  const nameNow = guest.name ?? inputs.name;
  const seen: ClaimSeen = {
    seen: claim,
    // Also of an unfinished one: where it is being replaced, the delete of the former state must not take it for its own.
    renews: !isKnown && claim !== undefined,
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
        inUse: await whoElse(),
      }),
    );
    return perform(host, inputs, creationJob(guest.on, inputs, phase, seen), { isKnown, id, machineId });
  }
  const changes = guestPlan(guest, inputs);
  const isUnfinished = phase !== "done";
  const job = updateJob(guest, changes, inputs, { ...seen, isUnfinished });
  const needed = strongest([effectOf(changes), ...job.steps.map(({ effect }) => effect)]);
  if (!isKnown && isStronger(needed, announced)) {
    // Of the same owner, and built: its state was lost. It is taken over as it is; what differs is for a preview to show.
    return perform(host, inputs, takeOverJob(guest.on, inputs, seen), {
      isKnown,
      id,
      machineId,
      differs: changes.map(({ text }) => text),
    });
  }
  refuse(
    guestRefusals(inputs, observed, {
      builds: job.steps.some(({ name }) => name === "boot"),
      inUse: takesMore(guest, changes, inputs) ? await whoElse() : [],
    }),
  );
  // Of a guest that is left half made, the plan of its creation said that it will be booted.
  assertAnnounced(
    job.steps,
    strongest([announced, ...(isUnfinished && !wasUpdating(phase) ? (["live"] as const) : [])]),
  );
  return perform(host, inputs, job, { isKnown, id, machineId });
}

function wasUpdating(phase: string | undefined): boolean {
  return phase === "updating" || phase === undefined;
}

interface Performance {
  readonly isKnown: boolean;
  readonly id?: string | undefined;
  readonly machineId?: string | undefined;
  /** What differs of a guest that was only taken over. */
  readonly differs?: readonly string[];
}

async function perform(
  host: RemoteHost,
  inputs: DomUInputs,
  job: Job,
  { isKnown, id = idOf(inputs), machineId: knownMachine, differs }: Performance,
): Promise<DomUOutputs> {
  const machineId = knownMachine ?? (await host.identity()).machineId;
  try {
    await host.perform(veiledJob(job, inputs));
    const observed = await observe(host, inputs);
    const left = differs ?? guestPlan(observed.guest, inputs).map(({ text }) => text);
    if (differs !== undefined) {
      throw new DriftError(
        `${inputs.name} was on the host already and has been taken over as it is. It differs from what is declared: ${left.join("; ")}.`,
        {
          hint: "Run refresh, look at the preview, and run up again: it changes the guest in place. Where the preview says replace again, take replaceOnChanges out: no second guest is made beside the one that is there.",
        },
      );
    }
    if (left.length > 0) {
      throw new CommandError(`All steps succeeded, but the host does not match the declaration: ${left.join("; ")}.`, {
        hint: "Somebody may have changed it at the same time. Run refresh, then look at the preview.",
      });
    }
    return outputsOf(observed, inputs, machineId);
  } catch (error) {
    const seen = await observe(host, inputs).catch(() => undefined);
    // Refused in its first step: nothing is ours, and nothing is left behind.
    if (
      !isKnown &&
      seen !== undefined &&
      standingOf(seen.claim, { owner: inputs.owner, claimId: undefined, hasState: false }) !== "same-owner"
    ) {
      await forgetLeft(host, seen.claim, guestObject(inputs.uuid));
      throw explained(error, seen);
    }
    const outputs =
      seen === undefined
        ? { machineId, phase: "updating" }
        : { ...outputsOf(seen, inputs, machineId), phase: unfinished(seen) };
    throw new UnfinishedError(id, outputs, explained(error, seen), seen && leftToDo(seen, inputs));
  }
}

/** Never `done`: something went wrong, and the next up must look. */
function unfinished({ phase }: ObservedDomU): string {
  return phase === undefined || phase === "done" ? "updating" : phase;
}

export function idOf({ uuid, name }: DomUInputs): string {
  return uuid ?? name;
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

export function outputsOf(observed: ObservedDomU, inputs: DomUInputs, machineId: string): DomUOutputs {
  const { vifs = [], vfb } = inputs;
  const { domain, on } = observed.guest;
  // An output is no secret of Pulumi's: what comes of a secret stays out of it.
  const isSecret = ["vifs", "waitFor"].some((name) => inputs.secretProperties?.includes(name) === true);
  const ip = isSecret ? undefined : (firstAddress(vifs[0]) ?? observed.address);
  const port = vfb?.vncDisplay === undefined ? observed.vncPort : 5900 + vfb.vncDisplay;
  return {
    machineId,
    phase: observed.phase ?? "updating",
    ...(observed.claim?.id === undefined ? {} : { claimId: observed.claim.id }),
    toolstack: on.name,
    // What a preview could not know: this host's own words.
    ...(on === assumedToolstack
      ? {}
      : { config: shownConfig(inputs, on), consoleCommand: on.typed.console(inputs.name) }),
    ...(domain === undefined ? {} : { domid: domain.domid }),
    ...(ip === undefined ? {} : { ip }),
    ...(vfb === undefined || port === undefined || domain === undefined
      ? {}
      : { vncAddress: `${vfb.vncListen ?? "127.0.0.1"}:${port}` }),
  };
}

export async function observe(host: RemoteHost, inputs: DomUInputs): Promise<ObservedDomU> {
  return notBeingBuilt(host, inputs, await host.ask(observeDomU(inputs), { timeoutSeconds: LOOK_TIMEOUT_SECONDS }));
}

/** Before a change. */
export async function observeSettled(host: RemoteHost, inputs: DomUInputs): Promise<ObservedDomU> {
  const observed = await host.askOnceSettled(guestObject(inputs.uuid), observeDomU(inputs), {
    timeoutSeconds: LOOK_TIMEOUT_SECONDS,
    shownAs: guestShownAs(inputs.name),
  });
  return notBeingBuilt(host, inputs, observed);
}

/** @throws CommandError while somebody builds its domain, or it restarts: it is neither down nor up then. */
async function notBeingBuilt(host: RemoteHost, inputs: DomUInputs, observed: ObservedDomU): Promise<ObservedDomU> {
  const { on, unbuilt } = observed.guest;
  if (unbuilt === undefined) return observed;
  if ((await host.ask(whetherBuilt(on, inputs), { timeoutSeconds: LOOK_TIMEOUT_SECONDS })) === "left") return observed;
  throw new CommandError(
    `The domain ${unbuilt.name} (id ${unbuilt.domid}) is just being built: ${inputs.name} is neither down nor up.`,
    {
      hint: `Run the same again in a moment. If it stays so, look at \`${on.typed.list}\` and for an ${on.name} that hangs on the host.`,
    },
  );
}
