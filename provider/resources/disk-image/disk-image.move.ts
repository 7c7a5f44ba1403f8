/** The jobs that move an image, and that come to the end of a move of an earlier run or take it back (ADR 17). Pure. */
import { type Claim, claimLock, setPhase, takeClaimUnderLock } from "../../host/claim";
import { type ClaimOfMove, type Move, beginMove, carryOut, settle } from "../../host/storage/move/move";
import { lostMounts } from "../../host/lost-mounts";
import { folderOfImage, placeOfImage } from "../../host/storage/place";
import { sizeGiBOf } from "../../host/storage/size";
import { storageOf } from "../../host/storage/storages";
import { type Job, type Step, libraryText, lines, sh } from "../../shell";
import { wantedOf } from "./disk-image.make";
import { type Going, isMovedByHand, linesOf, notesOfMoving } from "./disk-image.move.refusals";
import type { ObservedImage } from "./disk-image.observe";
import { type DiskImageInputs, type Image, sizeBytesOf } from "./disk-image.properties";
import { filesOfSnapshots, inOrder, tellsSnapshots } from "./disk-image.snapshots";
import { MAKE_TIMEOUT_SECONDS, imageObject, permitStep, removeStep } from "./disk-image.steps";
import { type Located, type Moving } from "./disk-image.where";

const guard = lines([lostMounts, libraryText(__dirname, "same-image.sh")]);

/** Is the image of this claim another one than the declared one only by its path or format? */
export function isElsewhere({ path, format }: Pick<Located, "path" | "format">, inputs: DiskImageInputs): boolean {
  return path !== inputs.path || (format !== undefined && format !== (inputs.format ?? "raw"));
}

/** Is this the move that the program asks for? */
export function isAimOf({ to }: Moving, { path, format = "raw" }: DiskImageInputs): boolean {
  return to.path === path && to.format === format;
}

/**
 * An image with a record of a move: for a moment it has no name, and what its folder says of it is of both. What it shares is as declared:
 * a move with another one is never begun.
 */
export function imageInMotion(
  { path, format, moving }: Located,
  { madeOf, snapshots }: ObservedImage,
  { backing }: DiskImageInputs,
): Image {
  const sizeGiB = moving === undefined ? undefined : sizeGiBOf(moving.askedBytes);
  return {
    path,
    format,
    sizeGiB,
    unitBytes: undefined,
    snapshots,
    madeOf,
    backing,
    isReadable: undefined,
    needsNoReader: false,
    declared: undefined,
  };
}

/** The image as declared: moved, and then what else its plan says. */
export function moveJob(inputs: DiskImageInputs, { claimId, owner }: Located, going: Going): Job {
  const { path, seen, target } = going;
  const format = inputs.format ?? "raw";
  const { source: _, ...empty } = inputs;
  const bytes = seen.sizeBytes ?? target.sizeBytes ?? 0;
  const identity = isMovedByHand(going, inputs) ? target.identity : (seen.lvm?.made ?? seen.identity);
  const move: Move = {
    from: { path, format: going.format, folder: folderOfImage(path) },
    to: { path: inputs.path, format, folder: folderOfImage(inputs.path) },
    claimId,
    identity: identity ?? "",
    bytes,
    askedBytes: Math.min(bytes, sizeBytesOf(inputs) ?? bytes),
    named: linesOf(seen.configured),
    wanted: wantedOf(empty),
  };
  const after = inOrder(going.plan.flatMap(({ steps = [] }) => steps));
  const told = tellsSnapshots(inputs, seen);
  const notes = notesOfMoving(going, inputs).map((note) => sh`echo ${note}`);
  return {
    object: imageObject(inputs.path),
    title: `move disk image ${path} to ${inputs.path}`,
    steps: [
      {
        name: "begin-move",
        title: `write down that ${path} moves`,
        effect: "none",
        script: lines([beginMove(move, guard), ...notes]),
      },
      {
        name: "move",
        title:
          path === inputs.path ? `convert ${path} from ${going.format} to ${format}` : `move ${path} to ${inputs.path}`,
        effect: "migrate",
        script: carryOut(move, claimOfMove({ id: claimId, owner: inputs.owner ?? owner, of: path })),
      },
      // For whoever is ended between this and the last step.
      grown(inputs),
      ...after,
      ...told,
      permitStep(inputs),
    ],
    files: filesOfSnapshots([...after, ...told], placeOfImage(inputs.path), format),
    timeoutSeconds: MOVE_TIMEOUT_SECONDS,
  };
}

/** A copy of a big image, its comparison, and the zeros that are written into a volume first. */
const MOVE_TIMEOUT_SECONDS = 4 * MAKE_TIMEOUT_SECONDS;

function grown({ path }: DiskImageInputs): Step {
  return {
    name: "moved",
    title: `write down that ${path} has its place`,
    effect: "none",
    script: setPhase(sh`${folderOfImage(path)}`, "growing"),
  };
}

/** Of a move that the program does not ask for any more, or of one that has only its last part left. */
export function settleMoveJob({ claimId, owner, path }: Located, { from, to, isSwitched }: Moving): Job {
  const claim = claimOfMove({ id: claimId, owner, of: path });
  return {
    object: imageObject(to.path),
    title: isSwitched ? `come to the end of moving ${from.path} to ${to.path}` : `take the move to ${to.path} back`,
    steps: [
      {
        name: "settle-move",
        title: isSwitched ? `remove the former ${from.path}` : `leave ${from.path} where it is`,
        effect: "none",
        script: settle({ from, to, claimId }, folderOfImage(path), claim),
      },
    ],
  };
}

/** Nothing was made yet: the claim alone goes to the new path, and what is left of the making goes. */
export function relocateJob(inputs: DiskImageInputs, { claimId, owner, path, format = "raw" }: Located): Job {
  const [folder, to] = [folderOfImage(path), folderOfImage(inputs.path)];
  const claim = claimOfMove({ id: claimId, owner: inputs.owner ?? owner, of: path })(to, inputs.path);
  const left = { ...inputs, path, format };
  return {
    object: imageObject(inputs.path),
    title: `claim ${inputs.path} in place of ${path}`,
    steps: [
      ...(storageOf(format).makes === undefined ? [] : [removeStep(left, claimId)]),
      {
        name: "relocate",
        title: `claim ${inputs.path} in place of ${path}`,
        effect: "none",
        script: sh`mv_folder=${folder} mv_to_folder=${to} mv_to=${inputs.path}
(
${claimLock}
grep -qxF ${`id=${claimId}`} "$mv_folder/claim" 2>/dev/null || die "The claim on "${path}" is another one than a moment ago. Run refresh, then look at the preview."
${libraryText(__dirname, "relocate.sh")}
${takeClaimUnderLock(claim)}
)`,
      },
    ],
  };
}

function claimOfMove(seen: Claim & { readonly owner: string | undefined }): ClaimOfMove {
  return (folder, of) => ({ folder, of, owner: seen.owner ?? "", seen, renews: false, guard });
}
