/** Whether the image that is there is the declared one, or another that this one takes the place of. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Outcome, UNSEEN, isUnknown } from "../../property";
import type { Step } from "../../shell";
import { type DiskImageShall, type Differing, type Image, losesData } from "./disk-image.shall";
import { type ImageSource, isImage, markOf, sourceOfMark } from "./disk-image.source";

/** Does the program declare an image with another content than this one, which takes its place? */
export function isReplaced(is: Image, shall: DiskImageShall): boolean {
  const from = sourceOf(is, shall);
  const hasOtherContent = from !== UNSEEN && sourceOutcome({ from, to: shall.source, is, shall }).effect === "replace";
  // Of what is only half-made no format shows.
  const hasOtherBase = is.format !== undefined && !isDeepStrictEqual(is.backing, shall.backing);
  return hasOtherContent || hasOtherBase;
}

/** Or is this one not where, or not as what, it is declared? */
export function isAnother(is: Image, shall: DiskImageShall): boolean {
  const hasOtherFormat = is.format !== undefined && is.format !== shall.format;
  return is.path !== shall.path || hasOtherFormat || isReplaced(is, shall);
}

/**
 * What the image began as. Of an observed image only the content is known, and it counts only where the program declares
 * one: a source that was taken out of the program says nothing about an image that is made. Of another image of the host the content is
 * known to nobody.
 */
export function sourceOf(
  { declared, madeOf, format }: Image,
  { source }: DiskImageShall,
): ImageSource | undefined | typeof UNSEEN {
  if (format === "block") return UNSEEN;
  if (declared !== undefined) return declared.source;
  if (madeOf === undefined || source === undefined || isUnknown(source) || isImage(source)) return UNSEEN;
  return madeOf === "empty" ? undefined : sourceOfMark(madeOf, source);
}

/** Where the content comes from is no matter while it is the same. */
export function sourceOutcome({ from, to, is }: Differing<ImageSource>): Outcome<Step> {
  if (to === undefined) return { effect: "none" };
  // Another image's content is not known by a sum: it counts when the copy is made, and no later.
  if (isImage(to) || (from !== undefined && !isUnknown(from) && !isUnknown(to) && markOf(from) === markOf(to)))
    return { effect: "none" };
  return { effect: "replace", losesData: losesData(is) };
}
