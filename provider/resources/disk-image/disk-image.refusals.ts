/** May this image be made, kept, grown or removed, given what the host says? Each fault is a sentence with its remedy. Pure. */
import type { Change } from "../../change";
import { planOf } from "../../change";
import { type ImageUser, describeImageUsers, isOnlyInLoops } from "../../host/image-users";
import { isShared } from "../../host/storage/backing";
import { cannotUnlink } from "../../host/storage/mount";
import { compressionOfName, lacksToolsOfSource } from "../../host/storage/source";
import type { Compression } from "../../host/storage/storage";
import { storageOf } from "../../host/storage/storages";
import type { Step } from "../../shell";
import { cannotVerifyImage } from "./disk-image.distribution";
import { wantedOf } from "./disk-image.make";
import { type ObservedImage, imageOf, isOurs } from "./disk-image.observe";
import { type DiskImageInputs, diskImageTable } from "./disk-image.properties";
import { snapshotChange } from "./disk-image.snapshots";
import { type ImageSourceUrl, describeImageSource, isImage, isLocal, isUrlSource } from "./disk-image.source";

export type Judgement =
  /** Nothing is there. */
  | { readonly verdict: "make" }
  /** It is there; `plan`: what it lacks. `adopts`: nobody had claimed it. */
  | { readonly verdict: "keep"; readonly plan: readonly Change<Step>[]; readonly adopts: boolean }
  | { readonly verdict: "refuse"; readonly why: "notOwned" | "impossible"; readonly faults: readonly string[] };

/**
 * @param isClaimed - the claim is the one of the resource that asks, or there is an older mark and its state
 * @param sourceBytes - the length of a local source file
 * @param found - how that file is compressed
 */
export function judgeImage(
  seen: ObservedImage,
  inputs: DiskImageInputs,
  isClaimed: boolean,
  sourceBytes?: number,
  found?: Compression,
): Judgement {
  const storage = storageOf(inputs.format);
  const wanted = wantedOf(inputs, sourceBytes);
  if (storage.makes === undefined) {
    const faults = storage.cannotUse(seen, wanted, seen.users.length > 0);
    if (faults.length > 0) return refuse(faults);
    const plan = planOf(diskImageTable, imageOf(seen, inputs.path), inputs, { secrets: inputs.secretProperties ?? [] });
    // Who may read it, and nothing else, is ours to say.
    return { verdict: "keep", plan: plan.filter(({ property }) => property === "readableByBootLoader"), adopts: false };
  }
  if (seen.type === "absent") {
    const faults = [
      ...storage.makes.cannotMake(seen, wanted),
      ...lacksDownloader(seen, inputs),
      ...lacksTools(seen, inputs, found),
      ...cannotVerifyImage(seen, inputs),
      ...cannotCopy(seen, inputs),
      ...cannotShare(seen, inputs),
    ];
    return faults.length === 0 ? { verdict: "make" } : refuse(faults);
  }
  const isKnown = isClaimed && isOurs(seen);
  if (!isKnown && inputs.adopt !== true) {
    return {
      verdict: "refuse",
      why: "notOwned",
      faults: [
        `${inputs.path} exists already and was not made by this resource, so it is left alone. Set adopt: true to take it over with all it holds, or choose another path.`,
      ],
    };
  }
  const image = { ...imageOf(seen, inputs.path), ...(isKnown ? {} : { madeOf: undefined }) };
  const plan = planOf(diskImageTable, image, inputs, { secrets: inputs.secretProperties ?? [] });
  const faults =
    !isKnown && seen.looksLikeQcow2
      ? [
          `${inputs.path} is a qcow2 image, but is declared ${String(inputs.format)}: a guest would see the image's tables in place of its disk. Set format to "qcow2", or choose another path.`,
        ]
      : [
          ...faultsOfKeeping(storage.cannotUse(seen, wanted, seen.users.length > 0), inputs, plan),
          ...(plan.some(({ steps = [] }) => steps.some(({ name }) => name === "grow"))
            ? isShared(inputs.path, seen.overlays, "grown")
            : []),
          ...faultsOfSnapshots(seen, inputs),
        ];
  return faults.length > 0 ? refuse(faults) : { verdict: "keep", plan, adopts: !isKnown };
}

/** Why the image must not be removed now; empty when it may. It is claimed by whoever asks. `trash`: it is only moved there. */
export function faultsOfRemoving(seen: ObservedImage, path: string, { trash }: { readonly trash: boolean }): string[] {
  if (seen.type === "absent" || !isOurs(seen)) return [];
  if (isOnlyInLoops(seen.users)) {
    const loops = describeImageUsers(seen.users);
    return [
      `${path} is held by ${loops}, and no guest uses it. See what does (losetup -a, mount), or free it with losetup -d ${loops}.`,
    ];
  }
  if (seen.users.length > 0) {
    return [
      `${path} is in use by ${describeImageUsers(seen.users)}. Stop that first; an image is never pulled from under a guest.`,
    ];
  }
  if (seen.configured.length > 0) {
    return [
      `${path} is a disk in ${describeImageUsers(seen.configured)}. Take it out of that guest or delete the guest first, or set keepOnDelete: true.`,
    ];
  }
  // What is in the trash itself finds it there.
  const overlays = seen.overlays.filter(({ trashId }) => !trash || trashId === undefined);
  return [...isShared(path, overlays, "removed"), ...cannotUnlink(seen, path)];
}

/** What would be shared must be there, and nobody may write to it. */
function cannotShare({ from }: ObservedImage, { path, backing }: DiskImageInputs): string[] {
  if (backing === undefined || from === undefined) return [];
  if (from.type !== "file")
    return [
      `There is no image file ${backing.path} on the host for ${path} to share. Make it first, or correct backing.`,
    ];
  const writers = writersOf(from.users);
  return writers.length === 0
    ? []
    : [
        `${backing.path} is in use by ${describeImageUsers(writers)}, and what is written to it would change every image that shares it. Shut that down and take the disk out of it first.`,
      ];
}

function writersOf(users: readonly ImageUser[]): ImageUser[] {
  return users.filter((user) => user.kind === "loop" || (user.kind === "guest" && user.domid !== 0));
}

function faultsOfKeeping(
  unusable: readonly string[],
  { path }: DiskImageInputs,
  plan: readonly Change<Step>[],
): readonly string[] {
  return unusable.length > 0 ? unusable : faultsOfPlan(path, plan);
}

/** What no update does: something else would have to be where the image is. */
export function faultsOfPlan(path: string, plan: readonly Change<Step>[]): string[] {
  return plan
    .filter(({ effect, refused }) => refused !== undefined || effect === "replace")
    .map(
      ({ text }) =>
        `${path} is another image than the declared one (${text}), and what it holds is never written over. Declare the image that is there, or choose another path.`,
    );
}

/** Also what the preview could not know of: one that is there and that nobody declares is not removed without consent. */
export function faultsOfSnapshots(
  seen: ObservedImage,
  { path, format, snapshots = [], allow = [] }: DiskImageInputs,
): string[] {
  const storage = storageOf(format).makes?.snapshots;
  const change = snapshotChange(seen.snapshots ?? [], snapshots);
  const [first] = change.removes;
  return [
    ...(storage?.cannot(seen, path, change, seen.users.length > 0) ?? []),
    ...(first === undefined || allow.includes("dataLoss")
      ? []
      : [
          `${path} has a snapshot ${first} that is not declared, and what it holds would be lost. Add it to snapshots, or set allow: ["dataLoss"].`,
        ]),
  ];
}

function lacksDownloader({ tools }: ObservedImage, { source, secretProperties }: DiskImageInputs): string[] {
  const isHere = ["curl", "wget", "python3"].some((tool) => tools.includes(tool));
  return source === undefined || isImage(source) || isLocal(source) || isHere
    ? []
    : [
        `None of curl, wget and python3 is on the host, so ${describeImageSource(source, secretProperties)} cannot be fetched. Install one of them.`,
      ];
}

/** What a URL brings is not seen before it is here: its name is good for a guess of what will be needed, and for no more. */
function lacksTools({ tools }: ObservedImage, { source }: DiskImageInputs, found: Compression | undefined): string[] {
  if (source === undefined) return [];
  if (isImage(source)) return lacksToolsOfSource(tools, { converts: source.convert });
  const { compression = found, convert: converts } = source as ImageSourceUrl;
  return compression === undefined && isUrlSource(source)
    ? lacksToolsOfSource(tools, { compression: compressionOfName(source.url), converts, isGuessed: true })
    : lacksToolsOfSource(tools, { compression, converts });
}

/** Of another image: a guest that writes to it meanwhile would leave half of that in the copy. Others that copy it too do not matter. */
function cannotCopy({ from }: ObservedImage, { path, source, secretProperties }: DiskImageInputs): string[] {
  if (source === undefined || !isImage(source) || from === undefined) return [];
  const name = describeImageSource(source, secretProperties);
  if (from.type === "absent")
    return [`There is no image ${name} on the host for ${path} to begin as. Make it first, or correct source.`];
  if (from.type === "other")
    return [`${name} is no file and no block device, so ${path} cannot begin as it. Correct source.`];
  const writers = writersOf(from.users);
  return writers.length === 0
    ? []
    : [
        `${name} is in use by ${describeImageUsers(writers)}, and what is being written to cannot be copied. Shut that down first, or begin as another image.`,
      ];
}

function refuse(faults: readonly string[]): Judgement {
  return { verdict: "refuse", why: "impossible", faults };
}
