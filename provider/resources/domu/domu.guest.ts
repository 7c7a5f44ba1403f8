/**
 * A guest as a value: what its host shows of it, or what its saved inputs would have made of it. The planner sees no
 * difference between the two, so that a preview and an update cannot plan differently. Pure.
 *
 * Three configurations can differ, and drift tells which one does:
 *   file     /etc/xen/NAME.cfg: what `xl create` and the host's boot take
 *   record   what the running domain was built with and what was changed about it since, kept by us
 *   domain   what the toolstack reports about the running domain
 */
import type { RunningDomain, Toolstack } from "../../toolstack";
import type { DomainConfig } from "../../xen";
import type { VifVlans } from "./domu.shall";

export type PowerState = "running" | "stopped" | "paused" | "crashed";

/** What puts its interfaces into VLANs, as its host has it (domu.vlans.ts). */
export interface GuestVlans {
  /** What stands in the file for the script. */
  readonly file: string | undefined;
  /** The SHA-256 of the script. */
  readonly script: string | undefined;
  /** The VLANs in which the links of the running guest are, by its addresses. */
  readonly running: ReadonlyMap<string, VifVlans>;
}

export interface Guest {
  /** The toolstack of its host; of a guest that saved inputs made, the assumed one. */
  readonly on: Toolstack;
  readonly uuid: string | undefined;
  /** What its files are called; another name of the domain is somebody's `xl rename`. */
  readonly name: string | undefined;
  readonly domain: RunningDomain | undefined;
  /** Left by a creation that was cut off: a domain without memory, which never ran. */
  readonly unbuilt?: { readonly domid: number; readonly name: string } | undefined;
  readonly file: DomainConfig | undefined;
  readonly record: DomainConfig | undefined;
  readonly isAutostarted: boolean;
  /** The SHA-256 of what cloud-init reads, where that is there. */
  readonly seed: string | undefined;
  /** What puts its interfaces into VLANs, where something of that is there. */
  readonly vlans: GuestVlans | undefined;
  /** How many CPUs the host has, where that is known. */
  readonly hostCpus: number | undefined;
  /** Only of a guest that saved inputs made: what no host shows. */
  readonly declared: Readonly<Record<string, unknown>> | undefined;
}

export function powerStateOf({ domain }: Guest): PowerState {
  if (domain === undefined) return "stopped";
  switch (domain.state) {
    case "paused":
      return "paused";
    case "crashed":
    case "shut down":
    case "dying":
      return "crashed";
    default:
      return "running";
  }
}

/** Also where nothing but the remains of a creation are there. */
export function hasDomain({ domain, unbuilt }: Guest): boolean {
  return domain !== undefined || unbuilt !== undefined;
}

/** What the guest runs with; where it is down, what it will be built with. */
export function configOf(guest: Guest): DomainConfig | undefined {
  return guest.domain === undefined ? guest.file : (guest.record ?? guest.file);
}
