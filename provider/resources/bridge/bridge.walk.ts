/**
 * The way of a host to a bridge: look, switch the network with the way back armed on the host, come back over a fresh
 * connection, confirm, look again. Where we do not come back, the host restores its old network by itself.
 */
import {
  AlreadyExistsError,
  JobError,
  NotOwnedError,
  UnsupportedError,
  type XenProviderError,
  messageOf,
} from "../../errors";
import type { Effect } from "../../effect";
import { AT_REST_STEP } from "../../host/network/at-rest";
import { ROLLBACK_SECONDS } from "../../host/network/network-switch";
import { UnfinishedError } from "../../pulumi";
import { type RemoteHost, settleFormerJob } from "../../remote";
import type { Job } from "../../shell";
import { assertAnnounced } from "../announced";
import { listed } from "../refusal";
import { bridgeDifferences, outputsOf } from "./bridge.drift";
import { filesDiffer } from "./bridge.files";
import { type ObservedNetwork, bridgeLink, observeNetwork } from "./bridge.observe";
import {
  adoptionJob,
  awaitOthersJob,
  bridgeObject,
  confirmJob,
  needsOnlySettings,
  settingsJob,
  switchJob,
} from "./bridge.plan";
import { bridgePreflight } from "./bridge.preflight";
import type { BridgeInputs, BridgeOutputs } from "./bridge.schema";

/** A program has few bridges, and each change of another one is a reason to look again. */
const LOOKS_AT_MOST = 10;

/** `announced`: the strongest effect that the preview spoke of. */
export async function walkToBridge(
  host: RemoteHost,
  inputs: BridgeInputs,
  machineId: string,
  announced: Effect,
): Promise<BridgeOutputs> {
  await settleFormerJob(host, bridgeObject(inputs.name));
  return onNetworkAtRest(host, inputs.name, (network) => walkFrom(host, network, inputs, machineId, announced));
}

/**
 * Looks, and does `work` with what was seen; looks anew where another bridge's change came in between, since both write the
 * same files.
 */
export async function onNetworkAtRest<T>(
  host: RemoteHost,
  name: string,
  work: (network: ObservedNetwork) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let network = await host.ask(observeNetwork(name));
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

async function walkFrom(
  host: RemoteHost,
  before: ObservedNetwork,
  inputs: BridgeInputs,
  machineId: string,
  announced: Effect,
): Promise<BridgeOutputs> {
  const { name } = inputs;
  let network = before;
  const isForeign = bridgeLink(network, name) !== undefined && !network.isOurs;
  if (network.isAdopted || (isForeign && inputs.adopt === true)) return adopt(host, network, inputs, machineId);
  if (isForeign) throw notOwned(name, "changed");
  const faults = bridgePreflight(network, inputs);
  if (faults.length > 0) throw preflightError(host, faults);

  const differs = bridgeDifferences(network, inputs).length > 0 || filesDiffer(network, inputs);
  const staysUp = needsOnlySettings(network, inputs) && !lacksAddress(network, inputs);
  const job = staysUp ? settingsJob(network, inputs) : switchJob(network, inputs);
  if (differs) assertAnnounced(job.steps, announced);

  try {
    if (differs && staysUp) await host.perform(job);
    else if (differs) await switchNetwork(host, name, job, "ready");
    else if (network.phase !== "ready") await host.perform(confirmJob(name, "ready"));
    network = await host.ask(observeNetwork(name));
    const outputs = outputsOf(network, inputs, machineId);
    if (outputs.phase === "ready") return outputs;
    const differences = bridgeDifferences(network, inputs);
    throw new UnsupportedError(
      `It is not on ${host.label} as it was just made: ${differences.join("; ") || "its files differ"}.`,
    );
  } catch (error) {
    if (isOvertaken(error)) throw error;
    throw new UnfinishedError(name, { ...outputsOf(network, inputs, machineId), phase: "applying" }, error);
  }
}

export async function switchNetwork(
  host: RemoteHost,
  name: string,
  job: Job,
  phase: "ready" | undefined,
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
  await host.perform(confirmJob(name, phase));
}

async function adopt(
  host: RemoteHost,
  network: ObservedNetwork,
  inputs: BridgeInputs,
  machineId: string,
): Promise<BridgeOutputs> {
  const differences = bridgeDifferences(network, inputs);
  if (differences.length > 0) {
    throw new UnsupportedError(
      `It is there on ${host.label} and was made by somebody else, but not as declared: ${differences.join("; ")}.`,
      {
        hint: "Declare it as it is, or change it on the host: an adopted bridge's own configuration is never touched.",
      },
    );
  }
  if (!network.isAdopted || network.phase !== "ready") await host.perform(adoptionJob(inputs.name));
  return outputsOf(await host.ask(observeNetwork(inputs.name)), inputs, machineId);
}

function lacksAddress(network: ObservedNetwork, inputs: BridgeInputs): boolean {
  return bridgeDifferences(network, inputs).some((difference) => /^it (lacks|has) /.test(difference));
}

function preflightError(host: RemoteHost, faults: readonly string[]): XenProviderError {
  const isTaken = faults.every((fault) => fault.includes("already"));
  const what = `${host.label} cannot have this bridge; nothing was touched.\n${listed(faults)}`;
  return isTaken ? new AlreadyExistsError(what) : new UnsupportedError(what);
}

export function notOwned(name: string, what: string): NotOwnedError {
  return new NotOwnedError(`A bridge ${name} is there and was not made by us; it is not ${what}.`, {
    hint: "Choose another name, or set `adopt: true` to use it as it is.",
  });
}
