/** A domain as its host reports it, whatever the toolstack. Pure. */
import type { DiskSpec, DomainState, VifSpec } from "../xen";

export interface Domain {
  readonly domid: number;
  readonly name: string;
  readonly uuid: string | undefined;
  readonly type: string | undefined;
  /** What the guest is meant to use now; a moment later it does. */
  readonly memoryMiB: number;
  /** What it booted with at most; fixed until its next boot. */
  readonly maxMemoryMiB: number;
  /** As asked for: a guest may have to bring a CPU online itself. */
  readonly vcpus: number;
  readonly maxVcpus: number;
  readonly kernel: string | undefined;
  readonly bootloader: string | undefined;
  readonly disks: readonly DiskSpec[];
  /** `link`: what the host calls its end of it. */
  readonly vifs: readonly (VifSpec & { readonly link?: string })[];
  readonly onPoweroff: string;
  readonly onReboot: string;
  readonly onCrash: string;
  readonly cpuWeight: number | undefined;
  readonly cpuCap: number | undefined;
}

export interface RunningDomain extends Domain {
  readonly state: DomainState;
  /** The CPUs that all its VCPUs may run on, `all` or `0-1`; `undefined` where they differ. */
  readonly cpus: string | undefined;
}

/** A domain that is there, and whose record cannot be read. */
export interface UnreadableDomain {
  readonly domid: number;
  readonly name: string;
  readonly uuid: string | undefined;
  readonly state: DomainState;
  /** It has no memory and never ran: its creation is under way, or was cut off. */
  readonly isUnbuilt: boolean;
}

export interface XenInfo {
  /** `4.17.7` */
  readonly version: string;
  /** As the running hypervisor was given it. */
  readonly commandLine: string;
  readonly totalMemoryMiB: number;
  readonly freeMemoryMiB: number;
  readonly cpus: number;
  /** `pv hvm hap …`: PVH and HVM guests need `hap`. */
  readonly virtCaps: readonly string[];
  readonly scheduler: string;
}

/** What a reboot of the host takes down. */
export interface RunningGuest {
  readonly name: string;
  readonly uuid: string;
  readonly memoryMiB: number;
  /** Its creation, or its restoration, is under way. */
  readonly isUnbuilt: boolean;
}

/** Xen as its dom0 sees it. */
export interface RunningXen extends XenInfo {
  readonly guests: readonly RunningGuest[];
  readonly dom0MemoryMiB: number;
  readonly dom0Vcpus: number;
}

export interface HostDomains {
  /** dom0 among them. */
  readonly domains: readonly RunningDomain[];
  readonly unreadable: readonly UnreadableDomain[];
  readonly xen: XenInfo;
}
