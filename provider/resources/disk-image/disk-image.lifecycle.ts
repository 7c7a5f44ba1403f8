/** create, read, update and delete of a disk image. Follow, observe, judge, perform, observe again. */
import { BadInputError, CommandError, NotOwnedError } from "../../errors";
import { type ResourceKind, UnfinishedError } from "../../pulumi";
import { type RemoteHost, openHost, settleFormerJob } from "../../remote";
import { refuse } from "../refusal";
import { bring, verifiedSize } from "../source-file/source-file.local";
import { isUrl } from "../source-file/source-file.schema";
import { faultsOfRemoving, isNotMounted, judgeImage } from "./disk-image.judge";
import { type ObservedImage, imageQuestion } from "./disk-image.observe";
import {
  completeDiskImage,
  diskImageChanges,
  diskImageCreation,
  diskImageFaults,
  sizeBytesOf,
  sizeGiBOf,
} from "./disk-image.plan";
import { type DiskImageInputs, type DiskImageOutputs, diskImageSchema } from "./disk-image.schema";
import { claimJob, imageJob, imageObject, removeJob, unfinishedPath } from "./disk-image.steps";

export const diskImageKind: ResourceKind<DiskImageInputs, DiskImageOutputs> = {
  kind: "disk-image",
  title: "DiskImage",
  label: (inputs) => inputs.path,
  inputs: diskImageSchema,
  faults: diskImageFaults,
  complete: completeDiskImage,
  computed: [],
  changes: diskImageChanges,
  creation: diskImageCreation,
  defaultAllow: [],
  isFinished: ({ phase }) => phase === "ready",

  async create(inputs) {
    const host = openHost(inputs.connection);
    const { machineId } = await host.identity();
    return { id: inputs.path, outputs: await ensureImage(host, inputs, machineId, "walk") };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const seen = await observe(host, inputs, false);
    if (seen.type === "absent") {
      refuse(isNotMounted(seen, inputs.path));
      // Half-made: the next update finishes it.
      return outputs.phase === "making" && seen.isOurs ? { inputs, outputs } : undefined;
    }
    return {
      inputs: { ...inputs, ...drift(inputs, seen) },
      outputs: { ...outputs, ...(seen.sizeBytes === undefined ? {} : { sizeBytes: seen.sizeBytes }) },
    };
  },

  async update(_id, olds, news) {
    const host = openHost(news.connection, { machineId: olds.outputs.machineId });
    const isUnfinished = olds.outputs.phase !== "ready";
    return { outputs: await ensureImage(host, news, olds.outputs.machineId, isUnfinished ? "walk" : "look") };
  },

  async delete(_id, inputs, outputs) {
    if (inputs.format === "block") return;
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const { path } = inputs;
    await settleFormerJob(host, imageObject(path));
    const before = await observe(host, inputs, true);
    const keeps = inputs.keepOnDelete === true;
    if (!keeps) refuse(isNotMounted(before, path));
    if (!keeps) refuse(faultsOfRemoving(before, path));
    if (before.isOurs) await host.perform(removeJob(path, keeps));
    const after = await observe(host, inputs, false);
    if (after.isOurs || (!keeps && before.type !== "absent" && after.type !== "absent")) {
      throw new CommandError(`${path} is still on the host after its removal.`);
    }
    await host.forget(imageObject(path));
  },
};

/** `look`: a job only where something differs. `walk`: all steps, to finish what may be half-done. */
async function ensureImage(
  host: RemoteHost,
  inputs: DiskImageInputs,
  machineId: string,
  how: "look" | "walk",
): Promise<DiskImageOutputs> {
  const { path, source } = inputs;
  await settleFormerJob(host, imageObject(path));
  const before = await observe(host, inputs, true);
  const isLocal = source !== undefined && !isUrl(source) && before.type === "absent";
  const sourceBytes = isLocal ? await verifiedSize(source) : undefined;
  const judgement = judgeImage(before, inputs, sourceBytes);
  if (judgement.verdict === "refuse") {
    const text = judgement.faults.join("\n");
    throw judgement.why === "notOwned" ? new NotOwnedError(text) : new BadInputError(text);
  }
  if (inputs.format === "block" || (judgement.verdict === "asDeclared" && how === "look"))
    return ready(before, machineId);
  try {
    if (isLocal && sourceBytes !== undefined) {
      await host.perform(claimJob(inputs));
      await bring(host, source, sourceBytes, { path: unfinishedPath(path), mode: "0600" });
    }
    await host.perform(imageJob(inputs));
    const after = await observe(host, inputs, false);
    if (after.type !== "file" || after.format !== inputs.format || after.sizeBytes !== sizeBytesOf(inputs)) {
      throw new CommandError(
        `The host made something else of ${path}: ${after.type}, ${after.format ?? "no format"}, ${after.sizeBytes ?? 0} bytes.`,
      );
    }
    return ready(after, machineId);
  } catch (error) {
    throw new UnfinishedError(path, { machineId, phase: "making" } satisfies DiskImageOutputs, error);
  }
}

function ready(seen: ObservedImage, machineId: string): DiskImageOutputs {
  return { machineId, phase: "ready", ...(seen.sizeBytes === undefined ? {} : { sizeBytes: seen.sizeBytes }) };
}

function observe(
  host: RemoteHost,
  { path, format = "raw" }: DiskImageInputs,
  withUsers: boolean,
): Promise<ObservedImage> {
  return host.ask(imageQuestion(path, format, withUsers));
}

function drift(inputs: DiskImageInputs, seen: ObservedImage): Partial<DiskImageInputs> {
  const declared = sizeBytesOf(inputs);
  const found = seen.sizeBytes;
  const isOtherSize =
    found !== undefined &&
    declared !== undefined &&
    (inputs.format === "block" ? found < declared : found !== declared);
  return {
    ...(isOtherSize ? { sizeGiB: sizeGiBOf(found) } : {}),
    ...(seen.format !== undefined && seen.format !== inputs.format ? { format: seen.format } : {}),
  };
}
