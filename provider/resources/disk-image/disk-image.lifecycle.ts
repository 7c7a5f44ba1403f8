/** create, read, update and delete of a disk image. Follow, observe, plan, perform, observe again. */
import { driftOf, planOf } from "../../change";
import { BadInputError, CommandError, NotOwnedError, hasCode } from "../../errors";
import { type Claimant, standingOf } from "../../host/claim";
import { isOnlyInLoops } from "../../host/image-users";
import { storageOf } from "../../host/storage/storages";
import { type ResourceKind, type Unfinished, UnfinishedError } from "../../pulumi";
import { type RemoteHost, openHost } from "../../remote";
import { type Kept, isManaged, mayRelease, refuseOtherClaims } from "../claimed";
import { forgetLeft } from "../left-jobs";
import { refuse } from "../refusal";
import { bring, verifiedSize } from "../source-file/source-file.local";
import { isSecretSource } from "../source-file/source-file.schema";
import { onHost } from "../spelled";
import { sourceAt } from "./disk-image.make";
import { isImage, isLocal } from "./disk-image.source";
import { localCompression } from "./disk-image.source.local";
import { type ObservedImage, asMade, imageOf, imageQuestion, isOurs, releaseQuestion } from "./disk-image.observe";
import { type DiskImageInputs, type DiskImageOutputs, diskImageSchema, diskImageTable } from "./disk-image.properties";
import { type Judgement, faultsOfRemoving, judgeImage } from "./disk-image.refusals";
import { completeDiskImage, diskImageCreation, diskImageFaults } from "./disk-image.rules";
import { claimJob, claimOf, imageObject, jobFor, makeJob, removeJob } from "./disk-image.steps";

export const diskImageKind: ResourceKind<DiskImageInputs, DiskImageOutputs> = {
  kind: "disk-image",
  title: "DiskImage",
  label: (inputs) => inputs.path,
  inputs: diskImageSchema,
  faults: [diskImageFaults],
  complete: completeDiskImage,
  computed: [],
  changes: (olds, news) =>
    planOf(diskImageTable, asMade(olds), news, {
      secrets: [...(olds.secretProperties ?? []), ...(news.secretProperties ?? [])],
    }),
  creation: diskImageCreation,
  spelled: onHost,
  allowable: ["replace", "dataLoss"],
  defaultAllow: [],
  isFinished: ({ phase }) => phase === "ready",

  async create(inputs) {
    const host = openHost(inputs.connection);
    const { machineId } = await host.identity();
    const claimant = { owner: ownerOf(inputs), claimId: undefined, hasState: false };
    return { id: inputs.path, outputs: await ensureImage(host, inputs, { machineId, claimant }) };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const seen = await observe(host, inputs);
    return refreshed(seen, inputs, outputs) ?? forgetLeft(host, seen.claim, imageObject(inputs.path));
  },

  async update(_id, { inputs, outputs }, news) {
    const { machineId, claimId } = outputs;
    const host = openHost(news.connection, { machineId });
    const claimant = { owner: ownerOf(news), claimId, hasState: true };
    return { outputs: await ensureImage(host, news, { machineId, claimant, state: keptOf(inputs, outputs) }) };
  },

  async delete(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const { path } = inputs;
    const storage = storageOf(inputs.format);
    const keeps = inputs.keepOnDelete === true || storage.makes === undefined;
    const mayGo = ({ claim, phase }: ObservedImage): boolean =>
      mayRelease(claim, keptOf(inputs, outputs), phase === "ready");
    let before = await observeSettled(host, inputs);
    if (!keeps && mayGo(before) && isOnlyInLoops(before.users)) {
      await host.ask(releaseQuestion(path), { timeoutSeconds: 120 });
      before = await observeSettled(host, inputs);
    }
    if (!mayGo(before)) return forgetLeft(host, before.claim, imageObject(path));
    if (!keeps) refuse([...storage.outOfSight(before, path), ...faultsOfRemoving(before, path)]);
    const id = before.claim?.id;
    await host.perform(removeJob(inputs, id, keeps));
    const after = await observe(host, inputs);
    if (
      (after.claim !== undefined && after.claim.id === id) ||
      (!keeps && before.type !== "absent" && isOurs(before) && after.type !== "absent" && after.claim === undefined)
    ) {
      throw new CommandError(`${path} is still on the host after its removal.`);
    }
    await host.forget(imageObject(path));
  },
};

/**
 * What a refresh makes of a look at the host; `undefined`: there is no such image, or it is not this resource's.
 * @throws where the image may only be out of sight
 */
export function refreshed(
  seen: ObservedImage,
  inputs: DiskImageInputs,
  outputs: DiskImageOutputs,
): { inputs: DiskImageInputs; outputs: DiskImageOutputs; unfinished?: Unfinished[] } | undefined {
  if (!isManaged(seen.claim, keptOf(inputs, outputs))) return undefined;
  const isUnfinished = seen.claim !== undefined && seen.phase !== "ready";
  const now: DiskImageOutputs = {
    ...outputs,
    phase: isUnfinished ? "making" : "ready",
    ...(seen.claim?.id === undefined ? {} : { claimId: seen.claim.id }),
  };
  const asSeen = { ...inputs, ...driftOf(diskImageTable, imageOf(seen, inputs.path), inputs) };
  refuse(storageOf(inputs.format).outOfSight(seen, inputs.path));
  // Another volume of its name is not the image.
  if (seen.type === "absent" || (seen.isAnother === true && !isUnfinished)) {
    // Half-made: the next update finishes it. What was whole and only growing is gone.
    return isUnfinished && seen.phase !== "growing" ? { inputs: asSeen, outputs: now } : undefined;
  }
  return {
    inputs: asSeen,
    outputs: { ...now, ...(seen.sizeBytes === undefined ? {} : { sizeBytes: seen.sizeBytes }) },
    ...(seen.phase === "growing"
      ? { unfinished: [{ text: `the users of ${inputs.path} may not know its size yet`, effect: "live" }] }
      : {}),
  };
}

function ownerOf({ owner, path }: DiskImageInputs): string {
  // Only state of earlier versions has none.
  return owner ?? `unknown::DiskImage::${path}`;
}

function keptOf(inputs: DiskImageInputs, { claimId, phase }: DiskImageOutputs): Kept {
  return { owner: ownerOf(inputs), claimId, isFinished: phase === "ready" };
}

interface Asker {
  readonly machineId: string;
  readonly claimant: Claimant;
  /** Of an update. */
  readonly state?: Kept;
}

/** Makes it so that the image is as declared, whatever is there now; nothing is decided by what was declared before. */
async function ensureImage(host: RemoteHost, inputs: DiskImageInputs, asker: Asker): Promise<DiskImageOutputs> {
  const { path } = inputs;
  const { machineId, claimant } = asker;
  const before = await observeSettled(host, inputs);
  refuseOtherClaims(before.claim, claimant, path);
  const source = localSource(inputs, before);
  const sourceBytes = source && (await verifiedSize(source, isSecretSource("source", inputs.secretProperties)));
  const found = source && (await localCompression(source.path));
  const judgement = judgeImage(before, inputs, before.claim !== undefined, sourceBytes, found);
  assertPossible(judgement);
  const job = jobFor(inputs, before, judgement, asker);
  if (job === undefined) return outputsOf(before, machineId);
  try {
    if (source !== undefined && sourceBytes !== undefined) {
      await host.perform(claimJob(inputs, claimOf(before, claimant, "making")));
      await bring(host, source, sourceBytes, { path: sourceAt(inputs), mode: "0600" });
      const claimed = await observe(host, inputs);
      await host.perform(makeJob(inputs, { ...claimOf(claimed, claimant, "making"), renews: false }));
    } else {
      await host.perform(job);
    }
    const after = await observe(host, inputs);
    const isDevice = storageOf(inputs.format).isDevice;
    const wrong = planOf(diskImageTable, imageOf(after, path), inputs, { secrets: inputs.secretProperties ?? [] });
    if (after.type !== (isDevice ? "block" : "file") || after.phase !== "ready" || wrong.length > 0) {
      const texts = wrong.map(({ text }) => text).join(", ");
      throw new CommandError(
        `The host made something else of ${path}: ${after.type}, ${after.sizeBytes ?? 0} bytes. ${texts}`,
      );
    }
    return outputsOf(after, machineId);
  } catch (error) {
    throw await leftBehind(host, inputs, asker, error);
  }
}

function localSource({ source }: DiskImageInputs, seen: ObservedImage) {
  return source !== undefined && isLocal(source) && seen.type === "absent" ? source : undefined;
}

function assertPossible(judgement: Judgement): asserts judgement is Exclude<Judgement, { verdict: "refuse" }> {
  if (judgement.verdict !== "refuse") return;
  const text = judgement.faults.join("\n");
  throw judgement.why === "notOwned" ? new NotOwnedError(text) : new BadInputError(text);
}

/** What a failure leaves: the error alone where nothing on the host is ours, else what Pulumi has to keep as well. */
async function leftBehind(
  host: RemoteHost,
  inputs: DiskImageInputs,
  { machineId, claimant }: Asker,
  error: unknown,
): Promise<unknown> {
  // Where the host answered with a failure it can be asked; after a lost link the next run asks.
  const canAsk = hasCode(error, "job") || hasCode(error, "command");
  const seen = canAsk ? await observe(host, inputs).catch(() => undefined) : undefined;
  if (seen !== undefined && ["free", "another"].includes(standingOf(seen.claim, claimant))) {
    if (!claimant.hasState) await forgetLeft(host, seen.claim, imageObject(inputs.path));
    return error;
  }
  const claimId = seen?.claim?.id ?? claimant.claimId;
  const outputs: DiskImageOutputs = { machineId, phase: "making", ...(claimId === undefined ? {} : { claimId }) };
  return new UnfinishedError(inputs.path, outputs, error);
}

function outputsOf(seen: ObservedImage, machineId: string): DiskImageOutputs {
  return {
    machineId,
    ...(seen.claim?.id === undefined ? {} : { claimId: seen.claim.id }),
    phase: "ready",
    ...(seen.sizeBytes === undefined ? {} : { sizeBytes: seen.sizeBytes }),
  };
}

function observe(host: RemoteHost, { path, format = "raw" }: DiskImageInputs): Promise<ObservedImage> {
  return host.ask(imageQuestion(path, format, false));
}

/** Before a change, and with who uses the image. */
function observeSettled(host: RemoteHost, { path, format = "raw", source }: DiskImageInputs): Promise<ObservedImage> {
  const from = source !== undefined && isImage(source) ? source.image : undefined;
  return host.askOnceSettled(imageObject(path), imageQuestion(path, format, true, from));
}
