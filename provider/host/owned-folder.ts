/**
 * The folder that marks an object on the host as ours: `/var/lib/pulumi-xen/KIND/NAME/`, with `owner` in it, whose first
 * line is `pulumi-xen 1`. What has no such mark we never change or remove.
 */
import { createHash } from "node:crypto";
import { OutputParseError } from "../errors";
import { type Answer, type ShellText, sh } from "../shell";
import { confirmAbsence } from "./absence";

export const ROOT_FOLDER = "/var/lib/pulumi-xen";

export function ownedFolder(kind: string, name: string): string {
  return `${ROOT_FOLDER}/${kind}/${name}`;
}

/**
 * Says `mark`: `ours`, `foreign` or `none`, always one of them, so that an answer that lost it cannot pass for an
 * object that is not ours. `folder` is a shell word.
 */
export function sayMark(folder: ShellText): ShellText {
  return sh`if [ -f ${folder}/owner ]; then
  owner=; { read -r owner || :; } <${folder}/owner
  case $owner in "pulumi-xen "[0-9]*) say mark ours ;; *) say mark foreign ;; esac
else
  ${confirmAbsence(sh`${folder}/owner`)}
  say mark none
fi`;
}

/** What `sayMark` said: does our mark stand? @throws OutputParseError */
export function readMark(answer: Answer): boolean {
  return saidWord(answer, "mark", ["ours", "foreign", "none"]) === "ours";
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
rmdir ${`${ROOT_FOLDER}/${kind}`} ${ROOT_FOLDER} 2>/dev/null || true`;
}
