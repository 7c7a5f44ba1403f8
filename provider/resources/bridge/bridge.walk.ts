/**
 * How a host gets a bridge: look, plan, switch the network with the way back armed on the host, come back over a fresh
 * connection, confirm, look again. Where we do not come back, the host restores its old network by itself.
 */
import type { Effect } from "../../effect";
import { JobError, UnsupportedError, messageOf } from "../../errors";
import { AT_REST_STEP } from "../../host/network/at-rest";
import { ROLLBACK_SECONDS } from "../../host/network/network-switch";
import { UnfinishedError } from "../../pulumi";
import type { RemoteHost } from "../../remote";
import type { Job, Step } from "../../shell";
import { assertAnnounced } from "../announced";
import { type Kept, mustTakeClaim, ownerOf, refuseOtherClaims } from "../claimed";
import { type BridgePlan, bridgePlan, isAsDeclared, outputsOf, wordsOf } from "./bridge.findings";
import { type ObservedNetwork, asItStands, bridgeLink, observeNetwork, seenFor, toItsSystem } from "./bridge.observe";
import type { BridgeInputs, BridgeOutputs } from "./bridge.properties";
import { bridgeRefusals, downRefusals, notOwned, refuseBridge } from "./bridge.refusals";
import {
  type Claiming,
  adoptionJob,
  awaitOthersJob,
  beginningSteps,
  bridgeObject,
  claimJob,
  confirmJob,
  needsOnlySettings,
  settingsJob,
  switchJob,
} from "./bridge.steps";

/** A program has few bridges, and each change of another one is a reason to look again. */
const LOOKS_AT_MOST = 10;

export interface BridgeWalk {
  readonly host: RemoteHost;
  readonly inputs: BridgeInputs;
  readonly machineId: string;
  /** The strongest effect that the preview spoke of. */
  readonly announced: Effect;
  /** What the state says of the claim; absent for a create. */
  readonly kept?: Kept;
}

export async function walkToBridge(walk: BridgeWalk): Promise<BridgeOutputs> {
  const { host, inputs } = walk;
  return onNetworkAtRest(host, inputs.name, (network) => walkFrom(walk, network));
}

/**
 * Looks, and does `work` with what was seen; looks again where another bridge's change came in between, since both write the
 * same files.
 */
export async function onNetworkAtRest<T>(
  host: RemoteHost,
  name: string,
  work: (network: ObservedNetwork) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let network = await host.askOnceSettled(bridgeObject(name), observeNetwork(name));
    if (network.pending.length > 0) {
      await host.perform(awaitOthersJob(name));
      network = await host.ask(observeNetwork(name));
    }
    try {
      return await work(network);
    } catch (error) {
      if (!isOvertaken(error) || attempt >= LOOKS_AT_MOST) throw error;
    }
  }
}

function isOvertaken(error: unknown): boolean {
  return error instanceof JobError && error.step === AT_REST_STEP;
}

function isHeld({ system, files }: ObservedNetwork, name: string): boolean {
  return system.holdsBridge(files, name);
}

async function walkFrom(walk: BridgeWalk, observed: ObservedNetwork): Promise<BridgeOutputs> {
  const { host, inputs, machineId, announced } = walk;
  const network = seenFor(toItsSystem(observed, inputs), inputs);
  const { name } = inputs;
  const claiming = claimFor(walk, network);
  const plan = bridgePlan(network, inputs);
  const isThere = bridgeLink(network, name) !== undefined;
  // Without a claim only our marks in the files tell that we made it; a create does not go by them alone.
  const isForeign =
    isThere && network.claim === undefined && (walk.kept === undefined || !isHeld(asItStands(network), name));
  if (network.isAdopted || (isForeign && inputs.adopt === true)) return adopt(walk, network, claiming);
  if (isForeign) throw notOwned(name);
  refuseBridge(host.label, bridgeRefusals(network, inputs));

  const job = jobFor(network, inputs, plan, claiming);
  if (job !== undefined) assertAnnounced(job.steps, announced);
  if (job?.switches === true) refuseBridge(host.label, downRefusals(network, name));
  try {
    if (job?.switches === true) await switchNetwork(host, name, job, "ready", beginningSteps(network, inputs));
    else if (job !== undefined) await host.perform(job);
    const now = job === undefined ? network : toItsSystem(await host.ask(observeNetwork(name)), inputs);
    const outputs = outputsOf(now, inputs, machineId);
    if (outputs.phase === "ready") return outputs;
    throw new UnsupportedError(
      `${host.label} does not match what was just applied: ${wordsOf(bridgePlan(now, inputs)).join("; ")}.`,
    );
  } catch (error) {
    if (isOvertaken(error)) throw error;
    const last = await lastLook(host, network, name);
    throw new UnfinishedError(name, { ...outputsOf(last, inputs, machineId), phase: "applying" }, error);
  }
}

/** What is to be done, in one job; nothing where all is as declared. */
function jobFor(
  network: ObservedNetwork,
  inputs: BridgeInputs,
  plan: BridgePlan,
  claiming: Claiming,
): (Job & { switches?: true }) | undefined {
  const { name } = inputs;
  const claims = mustTakeClaim(network.claim, claiming.owner, claiming.renews);
  const isQuiet = [...plan.changes, ...plan.findings].every(({ effect }) => effect === "none");
  if (!isQuiet) {
    if (needsOnlySettings(network, inputs, plan)) return settingsJob(network, inputs, claiming);
    return { ...switchJob(network, inputs, claiming), switches: true };
  }
  if (network.phase === "ready") return claims ? claimJob(network, name, claiming) : undefined;
  const confirmed = confirmJob(name, "ready");
  return claims ? { ...confirmed, steps: [...claimJob(network, name, claiming).steps, ...confirmed.steps] } : confirmed;
}

/** Refuses what is another's. A create gives the claim a new id: an older state then touches nothing any more. */
function claimFor({ inputs, kept }: BridgeWalk, { claim }: ObservedNetwork): Claiming {
  const owner = ownerOf(inputs);
  // With aliases the claim still names the former owner.
  const asker = kept?.owner ?? owner;
  const claimant = { owner: asker, claimId: kept?.claimId, hasState: kept !== undefined };
  refuseOtherClaims(claim, claimant, `The bridge ${inputs.name}`);
  return { owner, renews: kept === undefined && claim !== undefined };
}

/** After a failure: the claim that was made must be known, or the next run would refuse it as somebody else's. */
async function lastLook(host: RemoteHost, before: ObservedNetwork, name: string): Promise<ObservedNetwork> {
  return host.ask(observeNetwork(name)).catch(() => before);
}

export async function switchNetwork(
  host: RemoteHost,
  name: string,
  job: Job,
  phase: "ready" | undefined,
  begins: readonly Step[] = [],
): Promise<void> {
  await host.perform(job);
  try {
    await host.reconnect({ timeoutSeconds: ROLLBACK_SECONDS - 15 });
  } catch (cause) {
    throw new UnsupportedError(
      `${host.label} could not be reached over its new network, and restores the old one by itself ${ROLLBACK_SECONDS} seconds after the change. ${messageOf(cause)}`,
      { cause, hint: "Look at ports and addresses, and run `pulumi up` again when the host answers." },
    );
  }
  await host.perform(confirmJob(name, phase, begins));
}

async function adopt(
  { host, inputs, machineId }: BridgeWalk,
  network: ObservedNetwork,
  claiming: Claiming,
): Promise<BridgeOutputs> {
  const { name } = inputs;
  const plan = bridgePlan({ ...network, isAdopted: true, phase: "ready" }, inputs);
  const differences = { ...plan, findings: plan.findings.filter(({ kind }) => kind !== "unclaimed") };
  if (!isAsDeclared(differences)) {
    throw new UnsupportedError(
      `It exists on ${host.label}, made by somebody else, and differs from what is declared: ${wordsOf(differences).join("; ")}.`,
      {
        hint: "Declare what is there, or change it on the host: an adopted bridge's own configuration is never touched.",
      },
    );
  }
  const isNoted = network.isAdopted && network.phase === "ready";
  if (isNoted && !mustTakeClaim(network.claim, claiming.owner, claiming.renews))
    return outputsOf(network, inputs, machineId);
  await host.perform(adoptionJob(network, name, claiming));
  return outputsOf(await host.ask(observeNetwork(name)), inputs, machineId);
}
