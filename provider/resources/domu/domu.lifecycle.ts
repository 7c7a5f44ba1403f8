/**
 * create, read, update and delete of a guest. Follow, observe, plan, perform, observe again.
 *
 * A guest's life is on its host: a job goes on when we die, and whoever comes next attaches to it or goes on from
 * the phase that the host tells.
 */
import { strongest } from "../../effect";
import { CommandError, JobError } from "../../errors";
import { type ResourceKind, UnfinishedError } from "../../pulumi";
import { type RemoteHost, openHost, settleFormerJob } from "../../remote";
import type { Job } from "../../shell";
import { assertAnnounced } from "../announced";
import { refuse } from "../refusal";
import { completeDomU, domuFaults } from "./domu.complete";
import { inputsOnHost, mismatches } from "./domu.drift";
import { cancelJob, creationJob, removalJob, updateJob } from "./domu.jobs";
import { type ObservedDomU, observeDomU, ownDomain } from "./domu.observe";
import { configPath, guestObject, isInstalled } from "./domu.place";
import { domuChanges, domuCreation } from "./domu.plan";
import { preflightFaults } from "./domu.preflight";
import { type DomUInputs, type DomUOutputs, domuSchema } from "./domu.schema";
import { isCreation, leftToDo } from "./domu.unfinished";

export const domuKind: ResourceKind<DomUInputs, DomUOutputs> = {
  kind: "domu",
  title: "DomU",
  label: ({ name }) => name,
  inputs: domuSchema,
  faults: domuFaults,
  complete: completeDomU,
  computed: ["config"],
  changes: domuChanges,
  creation: domuCreation,
  defaultAllow: ["restart", "migrate"],
  isFinished: ({ phase }) => phase === "done",

  async create(inputs) {
    const host = openHost(inputs.connection);
    await settleFormerJob(host, guestObject(inputs.name));
    const observed = await observe(host, inputs);
    refuse(preflightFaults(inputs, observed));
    // A guest of ours that is there already: we were cut short before Pulumi heard of it. Go on from there.
    const seen = await perform(host, inputs, creationJob(inputs, observed.phase));
    return { id: inputs.uuid ?? inputs.name, outputs: seen };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const observed = await observe(host, inputs);
    const isThere = ownDomain(observed, inputs) !== undefined || observed.ownerUuid === inputs.uuid;
    if (!isThere) return undefined;
    const now = outputsOf(observed, inputs, outputs.machineId);
    if (now.phase === "done") return { inputs: inputsOnHost(observed, inputs), outputs: now };
    // What is half made differs by its nature: the phase tells the next up to finish it.
    return { inputs, outputs: now, unfinished: leftToDo(observed, inputs) };
  },

  async update(id, olds, news) {
    const host = openHost(news.connection, { machineId: olds.outputs.machineId });
    await settleFormerJob(host, guestObject(news.name));
    // Looked for under the old name: it may be renamed.
    const observed = await observe(host, { ...news, name: olds.inputs.name });
    refuse(preflightFaults(news, observed));
    const isUnfinished = olds.outputs.phase !== "done";
    if (isUnfinished && isCreation(observed, olds.inputs)) {
      return { outputs: await perform(host, news, creationJob(news, observed.phase), id) };
    }
    const job = updateJob(observed, olds.inputs, news, { isUnfinished });
    // Of a guest that is left half made, the plan of its creation said that it will be booted.
    assertAnnounced(job.steps, strongest([news.effect ?? "none", ...(isUnfinished ? (["live"] as const) : [])]));
    return { outputs: await perform(host, news, job, id) };
  },

  async delete(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const before = await observe(host, inputs);
    if (before.phase !== undefined && !isInstalled(before.phase)) await host.perform(cancelJob(inputs.name));
    await settleFormerJob(host, guestObject(inputs.name));
    const observed = await observe(host, inputs);
    await host.perform(removalJob(inputs, ownDomain(observed, inputs)));
    const after = await observe(host, inputs);
    if (ownDomain(after, inputs) !== undefined || after.ownerUuid === inputs.uuid) {
      throw new CommandError(`${inputs.name} is still on the host after its removal.`);
    }
    await host.forget(guestObject(inputs.name));
    await host.forget(`domu-cancel/${inputs.name}`);
  },
};

async function perform(
  host: RemoteHost,
  inputs: DomUInputs,
  job: Job,
  id = inputs.uuid ?? inputs.name,
): Promise<DomUOutputs> {
  const { machineId } = await host.identity();
  try {
    await host.perform(job);
    const observed = await observe(host, inputs);
    const wrong = mismatches(observed, inputs);
    if (wrong.length > 0) {
      throw new CommandError(`All steps ended well, but the host shows something else: ${wrong.join(" ")}`, {
        hint: "Somebody may have changed it at the same time. Run refresh and look.",
      });
    }
    return outputsOf(observed, inputs, machineId);
  } catch (error) {
    const seen = await observe(host, inputs).catch(() => undefined);
    const outputs =
      seen === undefined
        ? unheardOutputs(inputs, machineId)
        : { ...outputsOf(seen, inputs, machineId), phase: unfinished(seen) };
    throw new UnfinishedError(id, outputs, explained(error, seen));
  }
}

/** Never `done`: something went wrong, and the next up must look. */
function unfinished({ phase }: ObservedDomU): string {
  return phase === undefined || phase === "done" ? "updating" : phase;
}

function unheardOutputs({ name }: DomUInputs, machineId: string): DomUOutputs {
  return { machineId, phase: "updating", consoleCommand: `xl console ${name}`, configPath: configPath(name) };
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
  const { name, vifs = [], vfb } = inputs;
  const domain = ownDomain(observed, inputs);
  const ip = vifs[0]?.ip ?? observed.address;
  return {
    machineId,
    phase: observed.phase ?? "disk-ready",
    ...(domain === undefined ? {} : { domid: domain.domid }),
    ...(ip === undefined ? {} : { ip }),
    ...(vfb === undefined || observed.vncPort === undefined
      ? {}
      : { vncAddress: `${vfb.vncListen ?? "127.0.0.1"}:${observed.vncPort}` }),
    consoleCommand: `xl console ${name}`,
    configPath: configPath(name),
  };
}

/** Three calls of xl, which a busy host takes its time for. */
function observe(host: RemoteHost, inputs: DomUInputs): Promise<ObservedDomU> {
  return host.ask(observeDomU(inputs), { timeoutSeconds: 180 });
}
