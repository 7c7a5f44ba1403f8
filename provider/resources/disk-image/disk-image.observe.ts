/** What the host says about an image, its claim and its users. Pure. */
import { confirmAbsence } from "../../host/absence";
import { awaitRelease, imageUsersFunction, type ImageUser, parseImageUsers } from "../../host/image-users";
import { type Claim, readClaim, readPhase, sayClaim, sayPhase } from "../../host/claim";
import { lostMounts } from "../../host/lost-mounts";
import { saidWord } from "../../host/owned-folder";
import { folderOfImage } from "../../host/storage/place";
import { overlaysFunction } from "../../host/image-overlays";
import { type Overlay, readOverlays, sayOverlays } from "../../host/storage/backing";
import { sayKeyring } from "../../host/signature";
import { sizeGiBOf } from "../../host/storage/size";
import { IMAGE_TYPES, type StorageFormat, type StoredImage } from "../../host/storage/storage";
import { storageOf } from "../../host/storage/storages";
import { isUnknown } from "../../property";
import { type Answer, type Question, type ShellText, sh } from "../../shell";
import type { DiskImageInputs, Image } from "./disk-image.properties";
import { markOf } from "./disk-image.source";

/** How far an image has come. `growing`: its users may not know its size yet. `moving`: it has a record of that (disk-image.where.ts). */
const PHASES = ["making", "growing", "moving", "ready"] as const;
export type ImagePhase = (typeof PHASES)[number];

export interface ObservedImage extends StoredImage {
  readonly claim: Claim | undefined;
  /** Of the claim; of an older mark, which tells none, what follows from the image. */
  readonly phase: ImagePhase | undefined;
  /** SHA-256 of what it was made of, or `empty`; `undefined` where nobody wrote that down. */
  readonly madeOf: string | undefined;
  readonly users: readonly ImageUser[];
  /** Stored configurations of guests that name it. */
  readonly configured: readonly ImageUser[];
  /** The keys of a distribution on the host, where they were asked for. */
  readonly keyring?: string | undefined;
  /** Images that share it: qcow2 files whose head names it. */
  readonly overlays: readonly Overlay[];
  /** The other image that it is to begin as or to share, where one is declared. */
  readonly from?: { readonly type: StoredImage["type"]; readonly users: readonly ImageUser[] } | undefined;
}

/** The image as the host shows it. */
export function imageOf(seen: ObservedImage, path: string): Image {
  const { format, sizeBytes, madeOf, unitBytes, askedBytes, snapshots } = seen;
  // What its storage has rounded is shown as it was declared; any other size is somebody else's doing.
  const isAsked =
    sizeBytes !== undefined &&
    askedBytes !== undefined &&
    storageOf(format).sizeIs({ bytes: sizeBytes, unitBytes }, askedBytes);
  return {
    path,
    format,
    sizeGiB: sizeBytes === undefined ? undefined : sizeGiBOf(isAsked ? askedBytes : sizeBytes),
    unitBytes: askedBytes === undefined ? unitBytes : undefined,
    snapshots,
    madeOf,
    backing: seen.backing,
    isReadable: seen.permitted === undefined ? undefined : seen.permitted === "yes",
    needsNoReader: seen.permitted === "unneeded",
    declared: undefined,
  };
}

/** The image as saved inputs, completed ones, would have made it. */
export function asMade(inputs: DiskImageInputs): Image {
  const { path, format, sizeGiB, source } = inputs;
  return {
    path,
    format,
    sizeGiB,
    unitBytes: undefined,
    snapshots: undefined,
    madeOf: source === undefined || isUnknown(source) ? "empty" : markOf(source),
    backing: inputs.backing,
    isReadable: inputs.readableByBootLoader ?? (inputs.format === "block" ? false : undefined),
    needsNoReader: false,
    declared: inputs,
  };
}

/** Is what stands at the path ours, under our claim? While ours is only being made, it may have come from somebody else. */
export function isOurs({ isMade, isAnother, phase }: Pick<ObservedImage, "isMade" | "isAnother" | "phase">): boolean {
  return isMade || (isAnother !== true && phase !== undefined && phase !== "making");
}

/** The back ends of a guest that has just ended let go of its images a moment later, on a busy host a minute: waits for that. */
export function releaseQuestion(path: string): Question<undefined> {
  return {
    about: `whether the disk image ${path} is let go`,
    script: sh`image=${path}
${imageUsersFunction}
${awaitRelease}`,
    read: () => undefined,
  };
}

/**
 * `withUsers`: also who uses it or is configured to, which costs a look at every process.
 * `from`: the other image that it is to begin as, whose users are then asked for too. `keyrings`: where a distribution's keys may be.
 */
export function imageQuestion(
  path: string,
  format: StorageFormat,
  withUsers: boolean,
  from?: string,
  keyrings: readonly string[] = [],
): Question<ObservedImage> {
  const mark = folderOfImage(path);
  const storage = storageOf(format);
  return {
    about: `the disk image ${path}`,
    script: sh`image=${path} mark=${mark}
${withUsers ? imageUsersFunction : lostMounts}
refuse_lost "$image"
${storage.observe}
${sayClaim(sh`"$mark"`)}
${sayPhase(sh`"$mark"`)}
say_file made.of "$mark/made-of"
${withUsers ? sayUsers : sh``}
${sayKeyring(keyrings)}
${withUsers && from !== undefined ? lookAtSource(from) : sh``}`,
    read: (answer) => ({
      ...readImage(answer, storage.read(answer, path)),
      ...(withUsers && from !== undefined ? { from: readSource(answer) } : {}),
    }),
  };
}

/** Each as a value first: of a command inside another one's words no failure ends a script. */
const sayUsers = sh`users=$(image_users "$image")
say users "$users"
configured=$(image_configured "$image")
say configured "$configured"
${overlaysFunction}
${sayOverlays}`;

function lookAtSource(from: string): ShellText {
  return sh`from=${from}
refuse_lost "$from"
if [ -f "$from" ]; then say from file
elif [ -b "$from" ]; then say from block
elif [ -e "$from" ] || [ -L "$from" ]; then say from other
else
  ${confirmAbsence(sh`"$from"`)}
  say from absent
fi
users=$(image_users "$from")
say from.users "$users"`;
}

function readSource(answer: Answer): ObservedImage["from"] {
  return { type: saidWord(answer, "from", IMAGE_TYPES), users: parseImageUsers(answer.need("from.users")) };
}

function readImage(answer: Answer, stored: StoredImage): ObservedImage {
  const claim = readClaim(answer);
  const isOldMark = claim !== undefined && claim.id === undefined;
  const ofOldMark = isOldMark ? (stored.type === "absent" ? "making" : "ready") : undefined;
  return {
    ...stored,
    claim,
    phase: readPhase(answer, PHASES) ?? ofOldMark,
    madeOf: answer.get("made.of")?.trim(),
    keyring: answer.get("keyring"),
    users: parseImageUsers(answer.get("users") ?? ""),
    configured: parseImageUsers(answer.get("configured") ?? ""),
    overlays: readOverlays(answer),
  };
}
