/** What the host has of the media, in the form of their declaration: each property of the table shows so. Pure. */
import { isUnknown } from "../../property";
import type { SourceFile } from "../source-file/source-file.schema";
import { type BootSource, type IsoSource, isInIso, isOnHost, isSameIso } from "./install-media.iso";
import { isNetbootRecord } from "./install-media.netboot";
import {
  FOUND,
  type Files,
  ISO_FILE,
  type InstallMediaShall,
  MISSING,
  type Media,
  OTHER_ISO,
} from "./install-media.media";

/** The source as declared, with the content that the host has. */
function found<S extends SourceFile | IsoSource>(source: S, sum = MISSING): S {
  return isUnknown(source) ? source : { ...source, sha256: sum };
}

/**
 * A kernel or ramdisk as the host shows it. What came out of an ISO has no declared checksum: it is as declared where the record of its
 * taking says so, and shows by its checksum where it is not what was taken.
 */
export function foundBoot(
  media: Media,
  shall: InstallMediaShall,
  property: "kernel" | "ramdisk",
  file: string,
): BootSource | undefined {
  const source = shall[property];
  const [taken, sum] = [media.taken.get(file), media.sums.get(file)];
  const record = isNetbootRecord(taken) ? undefined : taken;
  if (source === undefined) {
    if (sum === undefined || isNetbootRecord(taken)) return undefined;
    return record?.sum === sum ? { inIso: record.inIso } : { path: FOUND, sha256: sum };
  }
  // What came by an installer's name shows as that.
  if (isNetbootRecord(taken) && taken?.sum === sum && !isUnknown(source)) return undefined;
  if (isUnknown(source) || (!isInIso(source) && (record === undefined || sum === source.sha256)))
    return found(source as SourceFile, sum);
  if (isInIso(source) && isTaken(media, shall.iso, source.inIso, file)) return source;
  if (record === undefined) return { path: FOUND, sha256: sum ?? MISSING };
  if (record.sum !== sum) return unlike(record.inIso, sum ?? MISSING);
  return isInIso(source) && record.iso !== isoIdOf(media, shall.iso)
    ? unlike(record.inIso, OTHER_ISO)
    : { inIso: record.inIso };
}

/** Not what is declared, although its path in the ISO may be. */
function unlike(inIso: string, sha256: string): BootSource {
  return { inIso, sha256 };
}

/** Is this what was taken out of that ISO, and unchanged since? */
export function isTaken(media: Media, iso: IsoSource | undefined, inIso: string, file: string): boolean {
  const record = media.taken.get(file);
  return (
    record !== undefined &&
    record.inIso === inIso &&
    record.sum === media.sums.get(file) &&
    record.iso === isoIdOf(media, iso)
  );
}

/** What the declared ISO is known by; `undefined` while the host does not have it. */
function isoIdOf({ sums, hostIso }: Media, iso: IsoSource | undefined): string | undefined {
  if (isOnHost(iso)) return hostIso === undefined ? undefined : (iso.sha256 ?? hostIso);
  return iso?.sha256 === sums.get(ISO_FILE) ? iso?.sha256 : undefined;
}

/** Out of another ISO comes another file, although its path is the same. */
export function made(
  declared: InstallMediaShall,
  shall: InstallMediaShall,
  property: "kernel" | "ramdisk",
): BootSource | undefined {
  const [from, to] = [declared[property], shall[property]];
  return isInIso(from) && isInIso(to) && !isSameIso(declared.iso, shall.iso) ? { sha256: OTHER_ISO, ...from } : from;
}

/** An ISO that was brought and is not declared any more shows as one; one that is lost does not show. */
export function foundIso({ sums, hostIso }: Media, iso: IsoSource | undefined): IsoSource | undefined {
  const brought = sums.get(ISO_FILE);
  if (isUnknown(iso)) return iso;
  if (iso !== undefined && !isOnHost(iso)) return brought === undefined ? undefined : found(iso, brought);
  if (brought !== undefined) return { path: FOUND, sha256: brought };
  if (iso === undefined || hostIso === undefined) return undefined;
  return iso.sha256 === undefined ? iso : found(iso, hostIso);
}

/** A changed file shows by its sum, a lost one not at all, a stray one as new. */
export function foundFiles(files: Files | undefined, sums: Media["sums"]): Files | undefined {
  if (isUnknown(files)) return files;
  const seen = [...sums]
    .filter(([file]) => file.startsWith("files/"))
    .map(([file, sha256]): [string, SourceFile] => {
      const name = file.slice("files/".length);
      return [name, { ...(files?.[name] ?? { path: FOUND }), sha256 }];
    });
  return files === undefined && seen.length === 0 ? undefined : Object.fromEntries(seen);
}
