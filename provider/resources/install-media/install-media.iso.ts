/** An ISO image as the source of media: where it comes from, and what is taken out of it. Pure. */
import { z } from "zod";
import { hasUnknown, isUnknown, shown } from "../../property";
import { hostPath } from "../host-path";
import {
  SUM_RULE,
  type SourceFile,
  describeSource,
  isSameContent,
  isSecretSource,
  mustBeObject,
  sourceFields,
} from "../source-file/source-file.schema";

/** An ISO that lies on the host already; it is read where it is, and never changed or removed. */
export interface IsoOnHost {
  /** The absolute path of the ISO on the host, or of a drive of the host such as `/dev/sr0`. A change: none. */
  readonly hostPath: string;
  /**
   * The SHA-256 of the ISO, 64 hex digits (`sha256sum FILE` prints it). Default: any content will do, and another ISO is known by its
   * size and its first 64 KiB, which hold the ISO's name and date. A change: none.
   */
  readonly sha256?: string | undefined;
}

/** Where an ISO comes from: a URL, the machine that runs Pulumi, or a path on the host. */
export type IsoSource = SourceFile | IsoOnHost;

/** A file that is taken out of the ISO. */
export interface FileInIso {
  /** The path of a file inside `iso`, from its root: `isolinux/vmlinuz`. A change: none. */
  readonly inIso: string;
}

/** Where an installer's kernel or ramdisk comes from: a URL, the machine that runs Pulumi, or the ISO. */
export type BootSource = SourceFile | FileInIso;

const pathInIso = z
  .string({ error: "must be the path of a file inside the ISO, such as isolinux/vmlinuz" })
  .regex(
    /^[^\u0000-\u001f\u007f/]+(\/[^\u0000-\u001f\u007f/]+)*$/,
    "must be a path from the root of the ISO, such as isolinux/vmlinuz, without a slash before it",
  )
  .refine((path) => !path.split("/").includes(".."), 'must not hold ".."');

const isOne = (...values: unknown[]): boolean => values.filter((value) => value !== undefined).length === 1;

const needsSum = ({ sha256: sum }: { sha256?: unknown }): boolean => sum !== undefined;
const sumRule = { path: ["sha256"], error: SUM_RULE };
const fields = { ...sourceFields, sha256: sourceFields.sha256.optional() };

export const isoSchema = z
  .strictObject(
    {
      ...fields,
      hostPath: hostPath("an ISO").optional(),
    },
    { error: mustBeObject },
  )
  .refine(
    (source) => isOne(source.url, source.path, source.hostPath),
    "must have one of: a url that the host fetches, the path of a file on the machine that runs Pulumi, the hostPath of an ISO on the host",
  )
  .refine((source) => source.hostPath !== undefined || needsSum(source), sumRule) as unknown as z.ZodType<IsoSource>;

export const bootSourceSchema = z
  .strictObject({ ...fields, inIso: pathInIso.optional() }, { error: mustBeObject })
  .refine(
    (source) => isOne(source.url, source.path, source.inIso),
    "must have one of: a url that the host fetches, the path of a file on the machine that runs Pulumi, inIso with a path inside the ISO",
  )
  .refine((source) => source.inIso === undefined || source.sha256 === undefined, {
    path: ["sha256"],
    error: "has no place beside inIso, since the ISO has its own. Remove it",
  })
  .refine((source) => source.inIso !== undefined || needsSum(source), sumRule) as unknown as z.ZodType<BootSource>;

export function isInIso(source: BootSource | undefined): source is FileInIso {
  return typeof source === "object" && "inIso" in source && source.inIso !== undefined;
}

export function isOnHost(source: IsoSource | undefined): source is IsoOnHost {
  return typeof source === "object" && "hostPath" in source && source.hostPath !== undefined;
}

/**
 * Is an ISO of the same content meant now? What was taken out of it then stays. Not where it lay on the host and is to be brought now:
 * until it is there, the host cannot tell.
 */
export function isSameIso(before: IsoSource | undefined, now: IsoSource | undefined): boolean {
  if (hasUnknown([before, now]) || (isOnHost(before) && !isOnHost(now))) return false;
  if (before?.sha256 !== undefined && now?.sha256 !== undefined)
    return isSameContent(before as SourceFile, now as SourceFile);
  return isOnHost(before) && isOnHost(now) && before.hostPath === now.hostPath && before.sha256 === now.sha256;
}

/** For texts; `[secret]` where the property is one of `secrets`. */
export function describeMediaSource(
  source: BootSource | IsoSource,
  property: string,
  secrets: readonly string[] | undefined,
): string {
  const secret = isSecretSource(property, secrets);
  if (isUnknown(source)) return shown(source, { secret });
  if (isInIso(source as BootSource)) return `${shown((source as FileInIso).inIso, { secret })} in the ISO`;
  if (isOnHost(source as IsoSource)) return `${shown((source as IsoOnHost).hostPath, { secret })} on the host`;
  return describeSource(source as SourceFile, property, secrets);
}
