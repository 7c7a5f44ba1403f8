/** From what the host has of an image to what is declared: look, judge, perform, look again. Nothing is decided by what was declared before. */
import { planOf } from "../../change";
import { BadInputError, CommandError, NotOwnedError, hasCode } from "../../errors";
import { type Claimant, ownerLine, standingOf } from "../../host/claim";
import type { Space } from "../../host/storage/space";
import { storageOf } from "../../host/storage/storages";
import { UnfinishedError } from "../../pulumi";
import type { RemoteHost } from "../../remote";
import { assertAnnounced } from "../announced";
import { type Kept, refuseOtherClaims } from "../claimed";
import { forgetLeft } from "../left-jobs";
import { refuse } from "../refusal";
import { bring, verifiedSize } from "../source-file/source-file.local";
import { isSecretSource } from "../source-file/source-file.schema";
import { NO_GUESTS, guestsQuestion } from "./disk-image.guests";
import { type Former, type Looked, look, observe, observeSettled, settle, whereIs } from "./disk-image.look.walk";
import { sourceAt } from "./disk-image.make";
import { imageInMotion, moveJob, relocateJob } from "./disk-image.move";
import { type Going, faultsOfMoving, isMovedByHand, takesSpace } from "./disk-image.move.refusals";
import { type ObservedImage, imageOf, isOurs } from "./disk-image.observe";
import { type DiskImageInputs, type DiskImageOutputs, diskImageTable } from "./disk-image.properties";
import { type Judgement, judgeImage } from "./disk-image.refusals";
import { faultsOfSpace, spaceOutputs, spaceQuestion } from "./disk-image.space";
import { isLocal } from "./disk-image.source";
import { localCompression } from "./disk-image.source.local";
import { claimJob, claimOf, imageObject, jobFor, makeJob } from "./disk-image.steps";

interface Asker {
  readonly machineId: string;
  readonly claimant: Claimant;
  /** Of an update. */
  readonly state?: Kept & { readonly id: string; readonly former: Former };
}

export function ownerOf({ owner, path }: DiskImageInputs): string {
  // Only state of earlier versions has none.
  return owner ?? `unknown::DiskImage::${path}`;
}

/** Makes it so that the image is as declared, whatever is there now. */
export async function ensureImage(host: RemoteHost, inputs: DiskImageInputs, asker: Asker): Promise<DiskImageOutputs> {
  const { path } = inputs;
  const { machineId, claimant, state } = asker;
  const [{ before, elsewhere }, space] = await Promise.all([
    lookedAt(host, inputs, asker),
    host.ask(spaceQuestion(inputs)),
  ]);
  if (elsewhere === undefined || elsewhere.path !== path) refuseOtherClaims(before.claim, claimant, path);
  if (elsewhere !== undefined && state !== undefined) {
    if (elsewhere.moving !== undefined || isOurs(elsewhere.seen) || elsewhere.seen.phase !== "making")
      return moveImage(host, inputs, { before, elsewhere, space }, asker);
    await host.perform(relocateJob(inputs, elsewhere));
    await host.forget(imageObject(elsewhere.path)).catch(() => undefined);
    return ensureImage(host, inputs, asker);
  }
  const source = localSource(inputs, before);
  const sourceBytes = source && (await verifiedSize(source, isSecretSource("source", inputs.secretProperties)));
  const found = source && (await localCompression(source.path));
  const judgement = judgeImage(before, inputs, before.claim !== undefined, sourceBytes, found);
  assertPossible(judgement);
  refuse(faultsOfSpace(inputs, judgement, space));
  const job = jobFor(inputs, before, judgement, asker);
  if (job === undefined) return outputsOf(before, machineId, space);
  return finished(host, inputs, asker, async () => {
    if (source !== undefined && sourceBytes !== undefined) {
      await host.perform(claimJob(inputs, claimOf(before, claimant, "making")));
      const shownAs = { object: imageObject(path), label: "image" };
      await bring(host, source, sourceBytes, { path: sourceAt(inputs), mode: "0600", shownAs });
      const claimed = await observe(host, inputs);
      await host.perform(makeJob(inputs, { ...claimOf(claimed, claimant, "making"), renews: false }));
    } else {
      await host.perform(job);
    }
  });
}

async function lookedAt(
  host: RemoteHost,
  inputs: DiskImageInputs,
  { claimant: { claimId, owner = "" }, state }: Asker,
): Promise<Looked> {
  if (state !== undefined) return look(host, inputs, { claimId, owner, former: state.former });
  const before = await observeSettled(host, inputs);
  // Of a state that was lost in the middle of a move.
  if (before.phase !== "moving" || before.claim?.owner !== ownerLine(owner)) return { before };
  const sought = { claimId: before.claim.id, owner, formerPath: inputs.path };
  const { located } = await whereIs(host, sought);
  if (located !== undefined) await settle(host, located, sought);
  return { before: await observeSettled(host, inputs) };
}

/** The image goes to the declared path, or becomes what is declared. */
async function moveImage(
  host: RemoteHost,
  inputs: DiskImageInputs,
  { before, elsewhere, space }: Required<Looked> & { readonly space: Space | undefined },
  asker: Asker,
): Promise<DiskImageOutputs> {
  if (elsewhere === undefined) return outputsOf(before, asker.machineId, space);
  const { path, format, seen, moving } = elsewhere;
  const guests = seen.configured.length === 0 ? NO_GUESTS : await host.ask(guestsQuestion());
  const isThere = isMovedByHand({ seen, target: before, path, format }, inputs);
  const image =
    moving === undefined
      ? { ...imageOf(isThere ? before : seen, path), format }
      : imageInMotion(elsewhere, seen, inputs);
  const plan = planOf(diskImageTable, image, inputs, { secrets: inputs.secretProperties ?? [] });
  const going: Going = { path, format, seen, target: before, plan, guests, isBegun: moving !== undefined };
  refuse([
    ...faultsOfMoving(going, inputs),
    ...(takesSpace(going, inputs) ? faultsOfSpace(inputs, { verdict: "make" }, space) : []),
  ]);
  const job = moveJob(inputs, elsewhere, going);
  // Also of what an earlier run has left: an image moves only where the preview says so.
  assertAnnounced(job.steps, inputs.effect ?? "none");
  return finished(host, inputs, asker, async () => {
    await host.perform(job);
    await host.forget(imageObject(path)).catch(() => undefined);
  });
}

/** Works, and looks at what has become of it. @throws UnfinishedError where something of ours is left on the host */
async function finished(
  host: RemoteHost,
  inputs: DiskImageInputs,
  asker: Asker,
  work: () => Promise<void>,
): Promise<DiskImageOutputs> {
  try {
    await work();
    const [after, left] = await Promise.all([observe(host, inputs), host.ask(spaceQuestion(inputs))]);
    const isDevice = storageOf(inputs.format).isDevice;
    const wrong = planOf(diskImageTable, imageOf(after, inputs.path), inputs, {
      secrets: inputs.secretProperties ?? [],
    });
    if (after.type !== (isDevice ? "block" : "file") || after.phase !== "ready" || wrong.length > 0) {
      const texts = wrong.map(({ text }) => text).join(", ");
      throw new CommandError(
        `The host made something else of ${inputs.path}: ${after.type}, ${after.sizeBytes ?? 0} bytes. ${texts}`,
      );
    }
    return outputsOf(after, asker.machineId, left);
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

/** What a failure leaves: the error alone where nothing on the host is ours, or has begun; else what Pulumi has to keep as well. */
async function leftBehind(
  host: RemoteHost,
  inputs: DiskImageInputs,
  { machineId, claimant, state }: Asker,
  error: unknown,
): Promise<unknown> {
  // Where the host answered with a failure it can be asked; after a lost link the next run asks.
  const canAsk = hasCode(error, "job") || hasCode(error, "command");
  const seen = canAsk ? await observe(host, inputs).catch(() => undefined) : undefined;
  if (seen !== undefined && ["free", "another"].includes(standingOf(seen.claim, claimant))) {
    if (!claimant.hasState) await forgetLeft(host, seen.claim, imageObject(inputs.path));
    if (state === undefined || !(await isMoving(host, inputs, claimant, state))) return error;
  }
  const claimId = claimant.claimId ?? seen?.claim?.id;
  const outputs: DiskImageOutputs = { machineId, phase: "making", ...(claimId === undefined ? {} : { claimId }) };
  return new UnfinishedError(state?.id ?? inputs.path, outputs, error);
}

/** Has the image, which is not at its new path yet, begun to move there? */
async function isMoving(
  host: RemoteHost,
  inputs: DiskImageInputs,
  { claimId }: Claimant,
  { former }: NonNullable<Asker["state"]>,
): Promise<boolean> {
  const sought = { claimId, owner: ownerOf(inputs), formerPath: former.path };
  const found = await whereIs(host, sought).catch(() => undefined);
  return found === undefined || found.located?.moving !== undefined;
}

function outputsOf(seen: ObservedImage, machineId: string, space: Space | undefined): DiskImageOutputs {
  return {
    machineId,
    ...(seen.claim?.id === undefined ? {} : { claimId: seen.claim.id }),
    phase: "ready",
    ...(seen.sizeBytes === undefined ? {} : { sizeBytes: seen.sizeBytes }),
    ...spaceOutputs(space, seen.sizeBytes),
  };
}
