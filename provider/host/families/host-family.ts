/**
 * What is put together for one family of systems: its package manager, and what its packages are called. Nothing else depends on a
 * family: boot loader, services and network are found by what runs on the host. Pure.
 *
 * A new family is one file beside debian.ts that implements HostFamily, and a line in families.ts. Until then its
 * hosts are refused by name, before anything is touched.
 */
import type { ShellText } from "../../shell";
import type { PackageManager } from "../packages/package-manager";
import type { OsRelease } from "../os-release";
import type { NeededAtBoot } from "../services/services-at-boot";

export interface HostFamily {
  /** `debian` */
  readonly name: string;
  /** For people: which releases it stands for. */
  readonly systems: string;
  readonly supports: (release: OsRelease) => boolean;
  /** A clause with its remedy: why no host of it can be made a Xen host yet. Absent: it can, where its parts are served. */
  readonly lacks?: string;
  readonly packages: PackageManager;
  /** The hypervisor, the toolstack and what bridges, disk images and consoles of guests need. */
  readonly xenPackages: readonly string[];
  /** A kernel that can be dom0, for hosts whose own cannot; `undefined`: the user names it. */
  readonly dom0KernelPackage: string | undefined;
  /** Whole sentences, where the user names it: why its own kernels cannot be dom0, and what to declare. */
  readonly dom0KernelWords?: string;
  /** Room that the packages need, with their archives. */
  readonly packagesMiB: number;
  /** What a Xen host needs at each boot and its packages leave to somebody else. Absent: they see to it. */
  readonly atBoot?: NeededAtBoot;
  /** Debian's xl before 4.18 knows restricted pygrub only from the environment (libxl_bootloader.c). `undefined`: pygrub stays root's. */
  readonly xendomainsEnvironmentFile: string | undefined;
  /** Units of Xen that its packages bring and may leave switched off. Default: the packages switch theirs on. */
  readonly services?: readonly string[];
  /** What has to be there before its packages come. */
  readonly beforePackages?: { readonly title: string; readonly script: ShellText };
}
