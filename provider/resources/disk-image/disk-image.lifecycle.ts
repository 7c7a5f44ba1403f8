/** create, read, update and delete of a disk image. Follow, observe, plan, perform, observe again. */
import { driftOf, planOf } from "../../change";
import { CommandError } from "../../errors";
import { storageOf } from "../../host/storage/storages";
import type { ResourceKind, Unfinished } from "../../pulumi";
import { openHost } from "../../remote";
import { type Kept, isManaged, mayRelease } from "../claimed";
import { forgetLeft } from "../left-jobs";
import { refuse } from "../refusal";
import { onHost } from "../spelled";
import { observe, observeReleased, observeSettled, settledFor, whereIs, whereIsSettled } from "./disk-image.look.walk";
import { imageInMotion, isElsewhere } from "./disk-image.move";
import { type ObservedImage, asMade, imageOf, isOurs } from "./disk-image.observe";
import { type DiskImageInputs, type DiskImageOutputs, diskImageSchema, diskImageTable } from "./disk-image.properties";
import { faultsOfRemoving } from "./disk-image.refusals";
import { trashOf } from "./disk-image.trash";
import { completeDiskImage, diskImageCreation, diskImageFaults } from "./disk-image.rules";
import { imageObject, removeJob } from "./disk-image.steps";
import { ensureImage, ownerOf } from "./disk-image.walk";
import type { Located, Sought } from "./disk-image.where";

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
  allowable: ["migrate", "replace", "dataLoss"],
  effectWords: { migrate: "move the image, with all it holds" },
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
    const sought = soughtOf(inputs, outputs);
    const [there, { located }] = await Promise.all([observe(host, inputs), whereIs(host, sought)]);
    if (located === undefined || (located.moving === undefined && !isElsewhere(located, inputs)))
      return refreshed(there, inputs, outputs) ?? forgetLeft(host, there.claim, imageObject(inputs.path));
    const { path, format = inputs.format } = located;
    const seen = await observe(host, { ...inputs, path, ...(format === undefined ? {} : { format }) });
    return refreshed(seen, inputs, outputs, located);
  },

  async update(id, { inputs, outputs }, news) {
    const { machineId, claimId } = outputs;
    const host = openHost(news.connection, { machineId });
    const claimant = { owner: ownerOf(news), claimId, hasState: true };
    const { path, format = "raw" } = inputs;
    const kept = keptOf(inputs, outputs);
    const state = { ...kept, id, former: { path, format, isFinished: kept.isFinished } };
    return { outputs: await ensureImage(host, news, { machineId, claimant, state }) };
  },

  async delete(_id, saved, outputs) {
    const host = openHost(saved.connection, { machineId: outputs.machineId });
    const sought = soughtOf(saved, outputs);
    const [there, { located }] = await Promise.all([observeSettled(host, saved), whereIsSettled(host, saved, sought)]);
    // Of a move that has not come to its end one of the two images is left, and that one is removed.
    const at = located?.moving === undefined ? located : await settledFor(host, located, sought);
    const inputs = at === undefined ? saved : { ...saved, path: at.path, ...(at.format && { format: at.format }) };
    const { path } = inputs;
    const storage = storageOf(inputs.format);
    const keeps = inputs.keepOnDelete === true || storage.makes === undefined;
    const mayGo = ({ claim, phase }: ObservedImage): boolean =>
      mayRelease(claim, keptOf(inputs, outputs), phase === "ready");
    let before =
      at === undefined || (at === located && !isElsewhere(at, saved)) ? there : await observeSettled(host, inputs);
    if (!keeps && mayGo(before)) before = await observeReleased(host, inputs, before);
    if (!mayGo(before)) return forgetLeft(host, before.claim, imageObject(path));
    if (!keeps)
      refuse([
        ...storage.outOfSight(before, path),
        ...faultsOfRemoving(before, path, { trash: trashOf(inputs) !== undefined }),
      ]);
    const id = before.claim?.id;
    await host.perform(removeJob(inputs, id, keeps));
    const after = await observe(host, inputs);
    if (
      (after.claim !== undefined && after.claim.id === id) ||
      (!keeps && before.type !== "absent" && isOurs(before) && after.type !== "absent" && after.claim === undefined)
    ) {
      throw new CommandError(`${path} is still on the host after its removal.`);
    }
    for (const object of new Set([path, saved.path])) await host.forget(imageObject(object));
  },
};

/**
 * What a refresh makes of a look at the host; `undefined`: there is no such image, or it is not this resource's. `located`: where the image is
 * that was seen, if not where and as what the inputs say.
 * @throws where the image may only be out of sight
 */
export function refreshed(
  seen: ObservedImage,
  inputs: DiskImageInputs,
  outputs: DiskImageOutputs,
  located?: Located,
): { inputs: DiskImageInputs; outputs: DiskImageOutputs; unfinished?: Unfinished[] } | undefined {
  if (!isManaged(seen.claim, keptOf(inputs, outputs))) return undefined;
  const isUnfinished = seen.claim !== undefined && seen.phase !== "ready";
  const now: DiskImageOutputs = {
    ...outputs,
    phase: isUnfinished ? "making" : "ready",
    ...(seen.claim?.id === undefined ? {} : { claimId: seen.claim.id }),
  };
  const { path, format, moving } = located ?? { path: inputs.path, format: inputs.format, moving: undefined };
  if (located !== undefined && moving !== undefined) {
    const inMotion = driftOf(diskImageTable, imageInMotion(located, seen, inputs), inputs);
    const text = `the move of ${moving.from.path} to ${moving.to.path} has not come to its end`;
    return { inputs: { ...inputs, ...inMotion }, outputs: now, unfinished: [{ text, effect: "none" }] };
  }
  const asSeen = { ...inputs, ...driftOf(diskImageTable, imageOf(seen, path), inputs) };
  refuse(storageOf(format ?? inputs.format).outOfSight(seen, path));
  // Another volume of its name is not the image.
  if (seen.type === "absent" || (seen.isAnother === true && !isUnfinished)) {
    // Half-made: the next update finishes it. What was whole and only growing is gone.
    return isUnfinished && seen.phase !== "growing" ? { inputs: asSeen, outputs: now } : undefined;
  }
  return {
    inputs: asSeen,
    outputs: { ...now, ...(seen.sizeBytes === undefined ? {} : { sizeBytes: seen.sizeBytes }) },
    ...(seen.phase === "growing"
      ? { unfinished: [{ text: `the users of ${path} may not know its size yet`, effect: "live" }] }
      : {}),
  };
}

function keptOf(inputs: DiskImageInputs, { claimId, phase }: DiskImageOutputs): Kept {
  return { owner: ownerOf(inputs), claimId, isFinished: phase === "ready" };
}

/** By what the image of a state is found on its host. */
function soughtOf(inputs: DiskImageInputs, { claimId }: DiskImageOutputs): Sought {
  return { claimId, owner: ownerOf(inputs), formerPath: inputs.path };
}
