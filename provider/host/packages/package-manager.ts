/**
 * How packages come onto a host, as the rest of the house knows it: what is installed, what it takes to install more, and how a
 * package source of the user's is written down and read back. Which one a host has, its family says (host/families). Pure.
 */
import { isDeepStrictEqual } from "node:util";
import type { ShellText } from "../../shell";
import type { RenderedFile } from "../rendered-file";
import { when } from "../when";

/** A package source of the user's, rendered for the host's package manager. */
export interface PackageRepository {
  /** Names the file that holds it on the host: at most 63 letters, digits and dashes. */
  readonly name: string;
  /** Where it is, such as `http://mirror.example/debian`. */
  readonly url: string;
  /** The suite of a Debian repository, such as `bookworm`. Default: none. */
  readonly suite?: string | undefined;
  /** The components of a Debian repository, such as `["main"]`. Default: `["main"]` with a suite. */
  readonly components?: readonly string[] | undefined;
  /** The path, on the host, of the key that signs it. Default: the keys that the host trusts anyway. */
  readonly signedBy?: string | undefined;
  /** Enterprise Linux: a number from 1; the higher, the less it is preferred. Default: the host's own (1000). */
  readonly cost?: number | undefined;
  /** `false` takes packages without a signature. Default: `true`. */
  readonly checkSignatures?: boolean | undefined;
}

/** Packages are names, or `name=version` for a pinned one. */
export interface PackageManager {
  /** As people know it: `apt`. */
  readonly name: string;
  /** Idempotent. */
  readonly install: (packages: readonly string[]) => ShellText;
  /** Says `packages-busy` with the program that is installing packages. Absent: `install` waits for it. */
  readonly sayBusy?: ShellText;
  /** Says `package.NAME` with the version, for each that is installed; with all of them where several versions are. */
  readonly sayInstalled: (packages: readonly string[]) => ShellText;
  /**
   * On a dom0: what it knows of the hypervisor's packages without asking anybody (xen-host.pending.ts), with $pending_xen set. Absent: nothing.
   */
  readonly sayHypervisor?: ShellText;
  /** Is this version, as `sayInstalled` says it, the one that somebody pins? */
  readonly isVersion: (installed: string, pinned: string) => boolean;
  /** Says `repository.PATH` with the text, for each package source of ours. */
  readonly sayRepositories: ShellText;
  readonly repositoryFile: (repository: PackageRepository) => RenderedFile;
  /** What such a file says, as far as it is read back; `undefined` where it is none of ours or has another form. */
  readonly readRepository: (path: string, text: string) => PackageRepository | undefined;
  /** What it has no place for: whole sentences with their remedy. */
  readonly repositoryFaults: (repository: PackageRepository) => string[];
}

/** `name` of `name=version`. */
export function packageName(spec: string): string {
  return spec.split("=", 1)[0] ?? spec;
}

/** The pinned version, where there is one. */
export function packageVersion(spec: string): string | undefined {
  const at = spec.indexOf("=");
  return at < 0 ? undefined : spec.slice(at + 1);
}

/** In the form in which those that mean the same are equal, and in which a host's file is read back: without what says nothing. */
export function inNormalForm(repository: PackageRepository): PackageRepository {
  const { name, url, suite, components, signedBy, cost, checkSignatures } = repository;
  return {
    name,
    url,
    ...(suite === undefined || suite === "./" ? {} : { suite, components: components ?? ["main"] }),
    ...(signedBy === undefined || checkSignatures === false ? {} : { signedBy }),
    ...(cost === undefined ? {} : { cost }),
    ...(checkSignatures === false ? { checkSignatures } : {}),
  };
}

/** Do they mean the same, in whatever words? */
export function isSameRepository(a: PackageRepository | undefined, b: PackageRepository | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return isDeepStrictEqual(inNormalForm(a), inNormalForm(b));
}

/** Of every package manager but apt. `holds`: what the folder of a source holds for it. */
export function debianOnlyFaults({ suite, components }: PackageRepository, holds: string): string[] {
  return when(
    suite !== undefined || components !== undefined,
    `repository.suite and repository.components are a Debian repository's. Remove them; repository.url names the folder that holds ${holds}.`,
  );
}
