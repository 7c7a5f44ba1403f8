/**
 * The folder of an object that is ours on the host: `/var/lib/pulumi-xen/KIND/NAME/`. Its claim lies in it (claim.ts): what has
 * none we never change or remove.
 */
import { createHash } from "node:crypto";
import { OutputParseError } from "../errors";
import { type Answer, type ShellText, sh } from "../shell";

export const ROOT_FOLDER = "/var/lib/pulumi-xen";

/** Where those of a kind lie, a folder each. */
export function folderOfKind(kind: string): string {
  return `${ROOT_FOLDER}/${kind}`;
}

export function ownedFolder(kind: string, name: string): string {
  return `${folderOfKind(kind)}/${name}`;
}

/** A value that is one of a few words. @throws OutputParseError for any other, such as one that was cut short. */
export function saidWord<W extends string>(answer: Answer, key: string, words: readonly W[]): W {
  const said = answer.need(key);
  const word = words.find((candidate) => candidate === said);
  if (word === undefined)
    throw new OutputParseError(`The host's answer to "${key}" is none of ${words.join(", ")}: ${said}`);
  return word;
}

/** A folder name for a path, readable and its own: `guest1.img-1f0c9a2b`. Letters, digits, dots and dashes. */
export function folderNameOf(path: string): string {
  const base = (path.split("/").at(-1) ?? "").replace(/[^A-Za-z0-9.-]/g, "-").replace(/^[.-]+/, "") || "image";
  return `${base.slice(0, 60)}-${createHash("sha256").update(path).digest("hex").slice(0, 12)}`;
}

/** Makes it so that the mark is gone, and the folders above it where they are empty now. */
export function releaseFolder(kind: string, name: string): ShellText {
  return sh`rm -rf ${ownedFolder(kind, name)}
rmdir ${folderOfKind(kind)} ${ROOT_FOLDER} 2>/dev/null || true`;
}
