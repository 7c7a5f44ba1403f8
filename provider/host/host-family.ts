/**
 * WHERE a host runs: what differs from one family of systems to the next, as data and as shell text. Pure.
 *
 * A new family is one file beside debian.ts that implements HostFamily, and a line in families.ts. Until then its
 * hosts are refused by name, before anything is touched.
 */
import type { ShellText } from "../shell";
import type { OsRelease } from "./os-release";

/** A package source of the user's, rendered for the family's package manager. */
export interface PackageRepository {
  /** Names the file that holds it on the host: at most 63 letters, digits and dashes. */
  readonly name: string;
  /** Where it is, such as `http://mirror.example/debian`. */
  readonly url: string;
  /** The suite of a Debian repository, such as `bookworm`. Default: none. */
  readonly suite?: string | undefined;
  /** The components of a Debian repository, such as `["main"]`. Default: none. */
  readonly components?: readonly string[] | undefined;
  /** The path, on the host, of the key that signs it. Default: the keys that the host trusts anyway. */
  readonly signedBy?: string | undefined;
  /** Enterprise Linux: a number from 1; the higher, the less it is preferred. Default: the host's own (1000). */
  readonly cost?: number | undefined;
  /** `false` takes packages without a signature. Default: `true`. */
  readonly checkSignatures?: boolean | undefined;
}

export interface RenderedFile {
  readonly path: string;
  readonly content: string;
  readonly mode: string;
}

export interface HostFamily {
  /** `debian` */
  readonly name: string;
  readonly supports: (release: OsRelease) => boolean;
  /** The hypervisor, the toolstack and what bridges, disk images and consoles of guests need. */
  readonly xenPackages: readonly string[];
  /** A kernel that can be dom0, for hosts whose own cannot. */
  readonly dom0KernelPackage: string;
  /** Room that the packages need, with their archives. */
  readonly packagesMiB: number;
  /** Idempotent. Packages are names, or `name=version` for a pinned one. */
  readonly installPackages: (packages: readonly string[]) => ShellText;
  /** Says `package.NAME` with the version, for each that is installed. */
  readonly sayPackages: (packages: readonly string[]) => ShellText;
  readonly repositoryFile: (repository: PackageRepository) => RenderedFile;
  /** What such a file says, as far as it is read back; `undefined` where it has another form. */
  readonly parseRepository: (name: string, text: string) => PackageRepository | undefined;
  /** Debian's xl before 4.18 knows restricted pygrub only from the environment (libxl_bootloader.c). */
  readonly xendomainsEnvironmentFile: string;
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
