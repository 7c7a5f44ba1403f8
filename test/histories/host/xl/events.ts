/** What happens in the pretended Xen, for whoever judges it. */
import type { DiskContent } from "../disk-content";
import type { Domain, Ended } from "./domain";

type By = "ours" | "operator" | "guest";

export interface XenEvents {
  /** Before it is in the list. `others`: who is there already. */
  built(domain: Domain, by: "ours" | "operator" | "monitor" | "boot", others: readonly Domain[]): void;
  /** An installer begins to write onto a disk. */
  installing(domain: Domain, target: string, before: DiskContent): void;
  /** A guest wrote something that must not be lost. */
  wrote(target: string, token: string): void;
  /** A domain that ran does not any more. */
  ended(domain: Domain, by: By, how: Ended | "destroy"): void;
  plugged(domain: Domain, what: { target?: string; mac?: string }, by: By, others: readonly Domain[]): void;
  unplugged(domain: Domain, what: { target?: string; mac?: string }, by: By): void;
}
