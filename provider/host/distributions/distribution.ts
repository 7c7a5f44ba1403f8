/**
 * What distributions publish, as data: where a file lies below a mirror's root, which file has its sum, and who signs that. No mirror is
 * named here: the user names it (ADR 18). Pure.
 */
import type { KeyName } from "./keys";

export const DISTRIBUTIONS = ["almalinux", "alpine", "debian", "fedora", "opensuse", "rocky", "ubuntu"] as const;
export type DistributionName = (typeof DISTRIBUTIONS)[number];

interface Sums {
  /** Below the mirror. */
  readonly path: string;
  readonly kind: "sha256" | "sha512";
  /** What the file is called in it; `undefined`: it has one sum only, of this file. */
  readonly name: string | undefined;
  /** Absent: nobody signs it. */
  readonly signed?: Signed;
}

export interface Signed {
  readonly by: KeyName;
  /**
   * `detached`: the signature is a file of its own. `clear`: it stands in the file of sums. `listed`: a clear-signed file has the SHA-256
   * of the file of sums, as Debian's InRelease has.
   */
  readonly form: "detached" | "clear" | "listed";
  /** Below the mirror: the signature, or the clear-signed list; of `clear` the file of sums itself. */
  readonly path: string;
  /** What the file of sums is called in that list. */
  readonly name?: string;
  /** What that list says of itself: keys sign more than one release. */
  readonly codename?: string;
}

/** A file of a distribution. */
export interface Published {
  /** Below the mirror. */
  readonly path: string;
  /** Absent: the distribution publishes none for this file. */
  readonly sums?: Sums;
}

/** Which versions and variants a distribution has of something, and what each consists of. */
export interface Offer<P> {
  /** For people, where the versions are no list: `a version such as 3.22.4`. */
  readonly versions: readonly string[] | { readonly like: RegExp; readonly says: string };
  /** The first is the default. */
  readonly variants: readonly string[];
  /** What a mirror's root has: for the sentence that asks for it. */
  readonly holds: string;
  readonly of: (version: string, variant: string) => P;
}

/** Does the offer have the version? */
export function hasVersion({ versions }: Offer<unknown>, version: string): boolean {
  return Array.isArray(versions) ? versions.includes(version) : (versions as { like: RegExp }).like.test(version);
}

/** `12 or 13`. */
export function versionsOf({ versions }: Offer<unknown>): string {
  return Array.isArray(versions) ? oneOf(versions) : (versions as { says: string }).says;
}

export function oneOf(values: readonly string[]): string {
  return values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}
