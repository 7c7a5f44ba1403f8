/** What a host needs to verify who signed a distribution's sums: gpgv, and a key. Pure. */
import { type ShellText, sh } from "../shell";
import { signingKeys } from "./distributions/keys";
import type { Published } from "./distributions/distribution";

export const VERIFIERS = ["gpgv", "gpgv2"] as const;

/** The files of the host in which a key may be; empty where nobody signs. */
export function keyringsOf(files: readonly Published[]): readonly string[] {
  return files.flatMap(({ sums }) => (sums?.signed === undefined ? [] : signingKeys(sums.signed.by).keyrings));
}

/** For a question: the first of them that is there. */
export function sayKeyring(keyrings: readonly string[]): ShellText {
  return keyrings.length === 0
    ? sh``
    : sh`for keyring in ${keyrings}; do if [ -f "$keyring" ]; then say keyring "$keyring"; break; fi; done`;
}

/** Why signatures cannot be verified on this host, each a sentence with its remedy. */
export function cannotVerify(
  { tools, keyring }: { readonly tools: readonly string[]; readonly keyring: string | undefined },
  files: readonly Published[],
  given: {
    /** `undefined`: it is a secret. */
    readonly distribution: string | undefined;
    readonly isKeyGiven: boolean;
    readonly at: string;
    readonly pin: string;
  },
): string[] {
  const signed = files.find(({ sums }) => sums?.signed !== undefined)?.sums?.signed;
  if (signed === undefined) return [];
  const { isKeyGiven, at, pin } = given;
  const isSecret = given.distribution === undefined;
  const distribution = given.distribution ?? "the distribution";
  const faults: string[] = [];
  if (!VERIFIERS.some((tool) => tools.includes(tool)))
    faults.push(
      `gpgv is missing on the host; it verifies the sums that ${distribution} signs. Install the package gpgv (Red Hat: gnupg2), or give ${pin}.`,
    );
  const { package: name, fingerprints } = signingKeys(signed.by);
  if (!isKeyGiven && keyring === undefined)
    faults.push(
      `The host has no key of ${distribution}, which signs its sums. Give ${at}.key the public key${isSecret ? "" : ` ${fingerprints.join(" or ")}`}${isSecret || name === "" ? "" : `, or install the package ${name}`}, or give ${pin}.`,
    );
  return faults;
}
