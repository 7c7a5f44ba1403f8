/**
 * Where the image of a resource is. Neither the program nor the saved state knows: after an update that failed the engine keeps the new
 * inputs. The claim on the host knows, and of a move that has not come to its end its record does. Pure.
 */
import { OutputParseError } from "../../errors";
import { ownerLine } from "../../host/claim";
import { folderNameOf, folderOfKind } from "../../host/owned-folder";
import { folderOfImage } from "../../host/storage/place";
import type { Whereabouts } from "../../host/storage/move/move";
import { STORAGE_FORMATS, type StorageFormat } from "../../host/storage/storage";
import { type Answer, type Question, libraryText, sh } from "../../shell";

const IMAGES_FOLDER = folderOfKind("disk-image");

/** An image on its host that has a claim with an id. */
export interface Located {
  readonly claimId: string;
  readonly owner: string;
  readonly path: string;
  /** `undefined`: it was made before formats were written down. */
  readonly format: StorageFormat | undefined;
  /** A move that has not come to its end. */
  readonly moving: Moving | undefined;
}

export interface Moving {
  readonly from: Whereabouts;
  readonly to: Whereabouts;
  /** The claim names the new image: what is left to do is to remove the former one. */
  readonly isSwitched: boolean;
  /** The declared size that the image has, in bytes: while it moves it may have no name for a moment. */
  readonly askedBytes: number;
}

/** By what a claim is found. */
export interface Sought {
  readonly claimId: string | undefined;
  readonly owner: string;
  /** Of the saved state: where a claim would lie that is older than ids. */
  readonly formerPath: string;
}

export interface Found {
  readonly located: Located | undefined;
  /** There is a claim without an id at the former path. */
  readonly isOldMark: boolean;
}

export function whereQuestion({ claimId, owner, formerPath }: Sought): Question<Found> {
  return {
    about: `where the disk image ${formerPath} is`,
    script: sh`where_root=${IMAGES_FOLDER} where_id=${claimId ?? ""} where_owner=${ownerLine(owner)} where_mark=${folderOfImage(formerPath)}
${libraryText(__dirname, "where.sh")}`,
    read: (answer) => ({ located: readLocated(answer), isOldMark: answer.get("where.mark") !== undefined }),
  };
}

function readLocated(answer: Answer): Located | undefined {
  // Several of one owner: the resource is being replaced, and which one is meant only an id tells.
  if (answer.need("where") !== "1") return undefined;
  const key = answer.need("where.key");
  const moving = readMoving(answer.get("where.moving"), key);
  const known = moving === undefined ? undefined : moving.isSwitched ? moving.to : moving.from;
  const path = known?.path ?? answer.need("where.of");
  if (folderNameOf(path) !== key)
    throw new OutputParseError(`The claim in ${IMAGES_FOLDER}/${key} says that it is of ${path}.`);
  const format = answer.get("where.format")?.trim();
  return {
    claimId: answer.need("where.id"),
    owner: answer.need("where.owner"),
    path,
    format: known?.format ?? (format === undefined ? undefined : formatOf(format)),
    moving,
  };
}

/** The file `moving` of the claim's folder (host/storage/move/library/record.sh). @throws OutputParseError */
function readMoving(text: string | undefined, key: string): Moving | undefined {
  if (text === undefined) return undefined;
  const said = new Map(
    text.split("\n").map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]),
  );
  const end = (path: string, format: string): Whereabouts => {
    const known = said.get(path) ?? "";
    return { path: known, format: formatOf(said.get(format) ?? ""), folder: folderOfImage(known) };
  };
  const [from, to] = [end("from", "was"), end("to", "becomes")];
  const askedBytes = Number(said.get("asked"));
  if (!from.path.startsWith("/") || !to.path.startsWith("/") || !Number.isSafeInteger(askedBytes))
    throw new OutputParseError(`The record of a move in ${IMAGES_FOLDER}/${key} is cut short.`);
  const hasMoved = from.path !== to.path && folderNameOf(to.path) === key;
  return { from, to, isSwitched: hasMoved || said.get("stage") === "switched", askedBytes };
}

function formatOf(word: string): StorageFormat {
  const format = STORAGE_FORMATS.find((each) => each === word);
  if (format === undefined) throw new OutputParseError(`The host's answer names a format that is not known: ${word}`);
  return format;
}
