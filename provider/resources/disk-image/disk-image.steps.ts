/** The jobs that claim, make, grow and remove an image. Every step may be run again after any interruption. Pure. */
import { type Claim, type Claimant, claimLock, setPhase, standingOf, takeClaim, unlessClaimed } from "../../host/claim";
import { imageUsersFunction } from "../../host/image-users";
import { lostMounts } from "../../host/lost-mounts";
import { folderNameOf, folderOfKind, releaseFolder } from "../../host/owned-folder";
import { folderOfImage, placeOfImage } from "../../host/storage/place";
import { MADE_FOLDERS } from "../../host/storage/file";
import { TRASH_SCRIPT, tendTrash } from "../../host/trash/trash";
import type { StoredImage, Trash } from "../../host/storage/storage";
import { storageOf } from "../../host/storage/storages";
import { type Job, type ShellText, type Step, libraryText, lines, sh } from "../../shell";
import { assertAnnounced } from "../announced";
import type { Kept } from "../claimed";
import { growStep } from "./disk-image.grow";
import type { ImagePhase, ObservedImage } from "./disk-image.observe";
import { fetching, makeStep, sumFileOf, wantedOf } from "./disk-image.make";
import { type DiskImageInputs, sizeBytesOf } from "./disk-image.properties";
import type { Judgement } from "./disk-image.refusals";
import { filesOfSnapshots, inOrder, makeSnapshotsStep, snapshotChange, tellsSnapshots } from "./disk-image.snapshots";
import { trashFiles, trashOf } from "./disk-image.trash";

/** A download of an image may take long; the job ends by itself after this time. */
export const MAKE_TIMEOUT_SECONDS = 6 * 3600;

/** For messages and locks: `disk-image/guest1.img-1f0c9a2b3c4d`. */
export function imageObject(path: string): string {
  return `disk-image/${folderNameOf(path)}`;
}

/** The claim as it must be once the job has begun. */
export interface ImageClaim {
  readonly owner: string;
  readonly seen: Claim | undefined;
  readonly renews: boolean;
  /** Where the claim is new, or was an older mark. */
  readonly phase: ImagePhase;
}

/**
 * What makes the image as declared; `undefined`: nothing is to be done.
 * @throws DriftError where an update would do more than its preview announced
 */
export function jobFor(
  inputs: DiskImageInputs,
  seen: ObservedImage,
  judgement: Exclude<Judgement, { verdict: "refuse" }>,
  { claimant, state }: { readonly claimant: Claimant; readonly state?: Kept },
): Job | undefined {
  const claim = claimOf(seen, claimant, judgement.verdict === "make" ? "making" : "ready");
  if (judgement.verdict === "make") return makeJob(inputs, claim);
  const planned = judgement.plan.flatMap(({ steps = [] }) => steps);
  // What a failed run had announced it may finish: Pulumi keeps that run's inputs, so this preview could not see it.
  if (state?.isFinished === true) assertAnnounced(planned, inputs.effect ?? "none");
  const isUnfinished = seen.claim !== undefined && (seen.phase !== "ready" || state?.isFinished === false);
  // A growth that an earlier run announced and began: it goes on until the image's users know the size.
  const again = planned.length === 0 && isUnfinished && storageOf(inputs.format).makes !== undefined;
  const steps = again ? [growAgain(inputs), ...tellsSnapshots(inputs, seen)] : planned;
  if (steps.length > 0 || judgement.adopts)
    return changeJob(inputs, claim, { steps, adopted: judgement.adopts ? seen : undefined });
  const isOwnClaim = seen.claim?.id !== undefined && !claim.renews && seen.claim.owner === claim.owner;
  return isOwnClaim ? undefined : claimJob(inputs, claim);
}

function growAgain(inputs: DiskImageInputs): Step {
  const { path, format, preallocation, overcommit } = inputs;
  return growStep({ path, format, preallocation, overcommit, bytes: sizeBytesOf(inputs) ?? 0 });
}

export function claimOf(seen: ObservedImage, claimant: Claimant, phase: ImageClaim["phase"]): ImageClaim {
  // Without state the former one was lost, or it is being replaced: its id must not manage the image any more.
  const renews = !claimant.hasState && standingOf(seen.claim, claimant) === "same-owner";
  return { owner: claimant.owner ?? "", seen: seen.claim, renews, phase };
}

/** The claim alone: before a local file is brought, and where an image becomes ours as it is. */
export function claimJob(inputs: DiskImageInputs, claim: ImageClaim): Job {
  const { path } = inputs;
  return { object: imageObject(path), title: `claim ${path}`, steps: [claimStep(inputs, claim)] };
}

/** Makes the image. A local source lies at `sourceAt` already. */
export function makeJob(inputs: DiskImageInputs, claim: ImageClaim): Job {
  const { path, format = "raw" } = inputs;
  const { steps, files } = fetching(inputs);
  const { makes } = snapshotChange([], inputs.snapshots ?? []);
  const snapshots =
    makes.length === 0 ? [] : [{ ...makeSnapshotsStep(placeOfImage(path), format, makes), effect: "none" as const }];
  return {
    object: imageObject(path),
    title: `make disk image ${path}`,
    steps: [
      withEnd(
        claimStep(inputs, claim),
        // What stands at the path later is ours only by the inode that is written down then.
        sh`rm -f ${`${folderOfImage(path)}/made`} ${`${folderOfImage(path)}/made-of`}
${setPhase(sh`${folderOfImage(path)}`, "making")}`,
      ),
      ...steps,
      makeStep(inputs),
      ...snapshots,
      permitStep(inputs),
    ],
    files: [...files, ...filesOfSnapshots(snapshots, placeOfImage(path), format)],
    timeoutSeconds: MAKE_TIMEOUT_SECONDS,
  };
}

/** Claims the image and does to it what the plan says. `adopted`: as it was seen, where it was not made by us. */
export function changeJob(
  inputs: DiskImageInputs,
  claim: ImageClaim,
  { steps, adopted }: { readonly steps: readonly Step[]; readonly adopted: StoredImage | undefined },
): Job {
  const { path, format } = inputs;
  const makes = storageOf(format).makes;
  const adopt =
    adopted === undefined || makes === undefined ? sh`` : makes.adopt(placeOfImage(path), adopted, wantedOf(inputs));
  return {
    object: imageObject(path),
    title: `change disk image ${path}`,
    steps: [withEnd(claimStep(inputs, claim), adopt), ...inOrder(steps), permitStep(inputs)],
    files: filesOfSnapshots(steps, placeOfImage(path), format ?? "raw"),
  };
}

function withEnd(step: Step, end: ShellText): Step {
  return { ...step, script: lines([step.script, end]) };
}

/**
 * @param claimId - of the claim that is to be released; `undefined`: an older mark. Under any other claim nothing is touched
 * @param keeps - the image stays, only the claim goes
 */
export function removeJob(inputs: DiskImageInputs, claimId: string | undefined, keeps: boolean): Job {
  const { path, format } = inputs;
  const trash = trashOf(inputs);
  const release: Step = {
    name: "release",
    title: "release the claim",
    effect: "none",
    script: sh`${claimLock}
${unlessClaimed(sh`${folderOfImage(path)}`, claimId)}
${keeps ? (storageOf(format).makes?.release(placeOfImage(path)) ?? sh``) : sh``}
${storageOf(format).lets?.forbid(placeOfImage(path)) ?? sh``}
rm -rf ${folderOfImage(path)}
if ! ls -d ${folderOfKind("disk-image")}/*/ >/dev/null 2>&1 && [ ! -e ${TRASH_SCRIPT} ]; then rm -f ${MADE_FOLDERS}; fi
${releaseFolder("disk-image", folderNameOf(path))}`,
  };
  return {
    object: imageObject(path),
    title: `${keeps ? "release" : "remove"} disk image ${path}`,
    steps: keeps
      ? [release]
      : [removeStep(inputs, claimId, trash), release, ...(trash === undefined ? [] : [tendStep])],
    ...(keeps || trash === undefined ? {} : { files: trashFiles }),
  };
}

/** What is ours of the image is gone, or in the trash. */
export function removeStep({ path, format }: DiskImageInputs, claimId: string | undefined, trash?: Trash): Step {
  return {
    name: "remove",
    title: trash === undefined ? `remove ${path}` : `move ${path} into the trash`,
    effect: "none",
    script: sh`${claimLock}
${unlessClaimed(sh`${folderOfImage(path)}`, claimId)}
if [ ! -f ${`${folderOfImage(path)}/claim`} ] && [ ! -f ${`${folderOfImage(path)}/owner`} ]; then echo "it is not claimed: nothing is touched"; exit 0; fi
${imageUsersFunction}
${storageOf(format).makes?.remove(placeOfImage(path), trash) ?? sh``}`,
  };
}

const tendStep: Step = {
  name: "tend-trash",
  title: "see that the trash is emptied in time",
  effect: "none",
  script: tendTrash,
};

function claimStep({ path, format }: DiskImageInputs, claim: ImageClaim): Step {
  const folder = folderOfImage(path);
  return {
    name: "claim",
    title: `claim ${path}`,
    effect: "none",
    script: sh`${takeClaim({ ...claim, folder, of: path, guard: lines([lostMounts, libraryText(__dirname, "same-image.sh")]) })}
chmod 755 ${folder}
${writeFormat(folder, claim.phase === "making" ? "new" : "unknown", format)}
${storageOf(format).makes?.prepare(placeOfImage(path)) ?? sh``}`,
  };
}

/** What the image is: a later change of format begins with that, and not with what the program said once. */
function writeFormat(folder: string, image: "new" | "unknown", format = "raw"): ShellText {
  const file = `${folder}/format`;
  const write = sh`note_down ${file} ${format} 644`;
  return image === "new" ? write : sh`if [ ! -f ${file} ]; then ${write}; fi`;
}

/** The last step: the image is whole, and what was written down of its source on the way is not needed any more. */
export function permitStep({ path, format }: DiskImageInputs): Step {
  return {
    name: "permit",
    title: "let the boot loader read it",
    effect: "none",
    script: sh`${storageOf(format).makes?.permit(placeOfImage(path)) ?? sh``}
rm -f ${sumFileOf(path)}
${setPhase(sh`${folderOfImage(path)}`, "ready")}
sync ${folderOfImage(path)} 2>/dev/null || sync`,
  };
}
