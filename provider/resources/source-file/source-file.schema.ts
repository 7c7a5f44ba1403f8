/** A file that comes from elsewhere: from a URL, fetched by the host itself, or from the machine that runs Pulumi. */
import { z } from "zod";
import { isUnknown, shown } from "../../property";

/** A file that the host fetches by itself. */
export interface SourceUrl {
  /** An http or https URL; the host fetches it. A change: none while the content is the same. */
  readonly url: string;
  /**
   * The SHA-256 of the content, 64 hex digits (`sha256sum FILE` prints it); the file is compared with it before it is used.
   * A change: that of the property which holds this source.
   */
  readonly sha256: string;
}

/** A file that is brought from the machine that runs Pulumi. */
export interface SourcePath {
  /** The path of a file of the machine that runs Pulumi. A change: none while the content is the same. */
  readonly path: string;
  /**
   * The SHA-256 of the content, 64 hex digits (`sha256sum FILE` prints it); the file is compared with it before it is used.
   * A change: that of the property which holds this source.
   */
  readonly sha256: string;
}

/** Where a file comes from: a URL, or the machine that runs Pulumi. */
export type SourceFile = SourceUrl | SourcePath;

export const SUM_RULE = "must be the file's SHA-256, 64 hex digits. `sha256sum FILE` prints it";
const sha256 = z.string({ error: SUM_RULE }).regex(/^[0-9a-f]{64}$/i, SUM_RULE);

/** Read by the machine that runs Pulumi: no shell is there to replace `~`. */
const localPath = z
  .string()
  .min(1, "must be the path of a file on the machine that runs Pulumi")
  .refine(
    (path) => !path.startsWith("~"),
    'must not begin with "~", which only a shell reads as a home folder. Give the whole path',
  );

const url = z
  .string()
  .regex(
    /^https?:\/\/\S+$/,
    "must be an http or https URL such as http://mirror.example/vmlinuz. For a file of the machine that runs Pulumi say path",
  )
  .refine(
    (text) => !/^https?:\/\/[^/]*@/.test(text),
    "must not hold a password before its host, since curl, wget and Python each read that in their own way",
  );

export const sourceFields = { url: url.optional(), path: localPath.optional(), sha256 };

export const sourceFileSchema = z
  .strictObject(sourceFields, { error: mustBeObject })
  .refine(
    ({ url: u, path: p }) => (u === undefined) !== (p === undefined),
    "must have either a url that the host fetches, or the path of a file on the machine that runs Pulumi",
  );

/** For a text in an object's place: how the source is written. */
export function mustBeObject({ code, input }: { code?: string | undefined; input?: unknown }): string | undefined {
  return code === "invalid_type" ? `must be an object. Say \`{here}: { ${asSource(input)}, sha256: "…" }\`` : undefined;
}

/** What a text was meant to be. */
function asSource(given: unknown): string {
  return typeof given === "string" && !/^https?:/.test(given) ? 'path: "…"' : 'url: "http://…"';
}

/** The same file in one writing. */
export function completeSource<S extends SourceFile>(source: S): S {
  return isUnknown(source) || isUnknown(source.sha256) ? source : { ...source, sha256: source.sha256.toLowerCase() };
}

/** Where a file comes from is no matter while its content is the same. */
export function isSameContent(a: SourceFile | undefined, b: SourceFile | undefined): boolean {
  return a?.sha256 === b?.sha256;
}

/**
 * For texts: `http://…/rootfs.tgz`. A query is left out, since tokens stand there; `[secret]` where the property that holds
 * the source is one of `secrets`: `kernel`, also for `files["rootfs.tgz"]` the property `files`.
 */
export function describeSource(source: SourceFile, property: string, secrets: readonly string[] | undefined): string {
  const secret = isSecretSource(property, secrets);
  if (isUnknown(source)) return shown(source, { secret });
  return shown(isUrl(source) ? source.url.replace(/\?.*$/s, "?…") : source.path, { secret });
}

/** @param property - in Pulumi's form: `kernel`, `files["rootfs.tgz"]`. */
export function isSecretSource(property: string, secrets: readonly string[] | undefined): boolean {
  return secrets?.includes(property.split(/[.[]/, 1)[0] ?? property) === true;
}

export function isUrl(source: SourceFile): source is SourceUrl {
  return "url" in source && source.url !== undefined;
}
