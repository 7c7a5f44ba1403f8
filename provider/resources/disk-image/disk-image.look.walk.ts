/** Looking for the image of a resource on its host, wherever it is by now, when no job of an earlier run is at work on it any more. */
import { BadInputError, DriftError } from "../../errors";
import { isOnlyInLoops } from "../../host/image-users";
import type { StorageFormat } from "../../host/storage/storage";
import type { RemoteHost } from "../../remote";
import { keyringsFor } from "./disk-image.distribution";
import { isElsewhere, isAimOf, settleMoveJob } from "./disk-image.move";
import { type ObservedImage, imageQuestion, releaseQuestion } from "./disk-image.observe";
import type { DiskImageInputs } from "./disk-image.properties";
import { isImage } from "./disk-image.source";
import { imageObject } from "./disk-image.steps";
import { type Found, type Located, type Sought, whereQuestion } from "./disk-image.where";

const RELEASE_TIMEOUT_SECONDS = 120;

/** What the saved state says; of a run that did not come to its end only a hint. */
export interface Former {
  readonly path: string;
  readonly format: StorageFormat;
  readonly isFinished: boolean;
}

export interface Looked {
  /** What is at the declared path. */
  readonly before: ObservedImage;
  /** The image, where the host has it elsewhere or as something else. */
  readonly elsewhere?: (Located & { readonly format: StorageFormat; readonly seen: ObservedImage }) | undefined;
}

export function observe(host: RemoteHost, { path, format = "raw" }: DiskImageInputs): Promise<ObservedImage> {
  return host.ask(imageQuestion(path, format, false));
}

/** Before a change, and with who uses the image. */
export function observeSettled(host: RemoteHost, inputs: DiskImageInputs): Promise<ObservedImage> {
  const { path, format = "raw", source, backing } = inputs;
  const from = source !== undefined && isImage(source) ? source.image : backing?.path;
  return host.askOnceSettled(imageObject(path), imageQuestion(path, format, true, from, keyringsFor(inputs)));
}

/** The back ends of a guest that has just ended let go of its image a moment later: waits for that, and looks again. */
export async function observeReleased(
  host: RemoteHost,
  inputs: DiskImageInputs,
  before: ObservedImage,
): Promise<ObservedImage> {
  if (!isOnlyInLoops(before.users)) return before;
  await host.ask(releaseQuestion(inputs.path), { timeoutSeconds: RELEASE_TIMEOUT_SECONDS });
  return observeSettled(host, inputs);
}

/** Before an update: what is at the declared path, and the image where that is another one. */
export async function look(
  host: RemoteHost,
  inputs: DiskImageInputs,
  { claimId, owner, former }: Pick<Sought, "claimId" | "owner"> & { readonly former: Former },
): Promise<Looked> {
  const sought = { claimId, owner, formerPath: former.path };
  const [before, { located, isOldMark }] = await Promise.all([
    observeSettled(host, inputs),
    whereIsSettled(host, inputs, sought),
  ]);
  if (located === undefined) {
    const isOther = former.path !== inputs.path || former.format !== (inputs.format ?? "raw");
    if (isOldMark && isOther) throw tooOld(former);
    if (isLost(former, claimId, isOther, before)) throw claimGone(former);
    return { before };
  }
  const at = await settled(host, inputs, located, sought);
  if (at === undefined) return { before: await observeSettled(host, inputs) };
  const { format = formatOf(former, at, inputs) } = at;
  if (!isElsewhere({ path: at.path, format }, inputs)) {
    // The one of today, where something was waited for or settled; and of a format that its file does not have.
    const seen = at === located ? before : await observeSettled(host, inputs);
    const isOther = seen.format !== undefined && isElsewhere({ path: at.path, format: seen.format }, inputs);
    // Of a device that is another one than the declared volume its own storage says more.
    if (!isOther || seen.format === undefined || seen.format === "block") return { before: seen };
    return { before: seen, elsewhere: { ...at, format: seen.format, seen } };
  }
  const there = { ...inputs, path: at.path, format };
  const seen = await observeReleased(host, there, await observeSettled(host, there));
  // What was settled may have been at the declared path.
  const target = at === located ? before : await observeSettled(host, inputs);
  return { before: target, elsewhere: { ...at, format: seen.format ?? format, seen } };
}

/** Waits for a job of its former path, and comes to the end of a move that is not the one that the program asks for. */
async function settled(
  host: RemoteHost,
  inputs: DiskImageInputs,
  located: Located,
  sought: Sought,
): Promise<Located | undefined> {
  let at: Located | undefined = located;
  const objects = [located.path, located.moving?.from.path, located.moving?.to.path];
  const others = new Set(objects.filter((path) => path !== undefined && path !== inputs.path));
  for (const path of others)
    at = (await host.askOnceSettled(imageObject(path ?? ""), whereQuestion(sought))).located ?? at;
  if (at.moving === undefined || (!at.moving.isSwitched && isAimOf(at.moving, inputs))) return at;
  return settle(host, at, sought);
}

/** Before a removal. */
export async function settledFor(host: RemoteHost, located: Located, sought: Sought): Promise<Located | undefined> {
  const object = imageObject(located.moving?.to.path ?? located.path);
  const at = (await host.askOnceSettled(object, whereQuestion(sought))).located;
  return at === undefined ? undefined : settle(host, at, sought);
}

/** Nothing is under way afterwards: the image is at one place. */
export async function settle(host: RemoteHost, at: Located, sought: Sought): Promise<Located | undefined> {
  if (at.moving === undefined) return at;
  await host.perform(settleMoveJob(at, at.moving));
  await host.forget(imageObject(at.moving.to.path)).catch(() => undefined);
  return (await host.ask(whereQuestion(sought))).located;
}

/** Before formats were written down on the host the state of a run that came to its end is what there is. */
function formatOf(former: Former, { path }: Located, { format = "raw" }: DiskImageInputs): StorageFormat {
  if (former.isFinished && former.path === path) return former.format;
  return format;
}

/** Of an image whose claim somebody took away: an empty one would be made where it was to go, and it would stay behind. */
function isLost({ isFinished }: Former, claimId: string | undefined, isOther: boolean, before: ObservedImage): boolean {
  if (before.claim !== undefined) return false;
  return isOther
    ? isFinished || claimId !== undefined
    : !isFinished && claimId !== undefined && before.type === "absent";
}

function claimGone({ path }: Former): DriftError {
  return new DriftError(
    `The claim by which the image of ${path} is known is not on the host any more, so it cannot be told where the image is; nothing was touched.`,
    { hint: "Run refresh, then look at the preview: up makes a new image, or takes one over with adopt: true." },
  );
}

function tooOld({ path, format }: Former): BadInputError {
  return new BadInputError(
    `${path} was made by an earlier version of pulumi-xen, whose mark has no id by which the image is known when it moves; nothing was touched.`,
    { hint: `Run up once with path ${path} and format ${format}, then change them.` },
  );
}

export function whereIs(host: RemoteHost, sought: Sought): Promise<Found> {
  return host.ask(whereQuestion(sought));
}

/** When no job for its path runs any more. */
export function whereIsSettled(host: RemoteHost, { path }: DiskImageInputs, sought: Sought): Promise<Found> {
  return host.askOnceSettled(imageObject(path), whereQuestion(sought));
}
