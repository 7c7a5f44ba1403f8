/**
 * The contract of a toolstack: how Xen is told, in verbs. A toolstack may lack some; what it lacks is `undefined` here, so
 * that whoever needs the verb must say what is done without it.
 *
 * A verb is shell text for a step of one guest's job. It counts on the variables `uuid`, `guest` (the declared name) and
 * `folder`, and on the function `give_up SENTENCE HINT`; it finds the domain by its uuid. Verbs of the host itself say so.
 *
 * Which one a host has is observed (observed-toolstack.ts), never declared.
 */
import type { Answer, JobFile, ShellText } from "../shell";
import type { DiskSpec, DomainConfig, VifSpec } from "../xen";
import type { HostDomains, RunningXen } from "./domain";

/** What the library of every toolstack is called among a job's files. */
export const TOOLSTACK_FILE = "toolstack.sh";

export interface Toolstack {
  readonly name: "xl" | "xm";
  /** What a person types on the host. */
  readonly typed: {
    readonly console: (name: string) => string;
    readonly list: string;
    readonly details: (domid: number) => string;
    readonly destroy: string;
    /** Where it writes what becomes of a guest. */
    readonly log: (name: string) => string;
  };
  /** Who builds a guest again that reboots. */
  readonly monitor: string;
  /** It runs the script of an interface by its absolute path, at each boot of its guest: so one of ours can be there. */
  readonly runsVifScripts: boolean;
  /** Runs a Python program of ours on its hosts. */
  readonly python: ShellText;
  /**
   * Called TOOLSTACK_FILE: the functions that its verbs use and that steps use beside them; travels with every job of a guest. Each
   * toolstack has domain_row, state_of, clear_unbuilt, need_domain, is_built, runs_kernel, wait_gone, destroy_domain,
   * stop_domain, create_domain, restore_domain, monitor_of and last_reason, with the meaning that library/life.sh and xl/library/domains.sh give them.
   */
  readonly library: JobFile;

  /** A guest's configuration as this toolstack reads it. @throws UnsupportedError where `refusals` has a sentence. */
  readonly writeConfig: (config: DomainConfig) => string;
  /** The other way, of any text: what it means to this toolstack, in xl's keys. */
  readonly readConfig: (text: string) => DomainConfig;
  /** The same as it comes back: without what this toolstack has no place for, which is then no difference. */
  readonly asRead: (config: DomainConfig) => DomainConfig;
  /** What this toolstack cannot be told: a sentence for each, asked before anything is touched. */
  readonly refusals: (config: DomainConfig) => readonly string[];

  /** Asks a dom0 about Xen and itself. */
  readonly sayXen: ShellText;
  /** What `sayXen` said: `xen`, or as `fault` why the toolstack does not answer. */
  readonly readXen: (answer: Answer) => { readonly xen?: RunningXen; readonly fault?: string };
  /** A command that ends with 0 once the toolstack answers. */
  readonly answers: ShellText;

  /** Asks for all domains of the host, dom0 among them, once for all who ask in the same moment. */
  readonly sayDomains: ShellText;
  /** What `sayDomains` said. @throws CommandError where the toolstack does not work: that never means "is not there". */
  readonly readDomains: (answer: Answer) => HostDomains;
  /**
   * Says as `unbuilt` what becomes of the domain with this `uuid`, which was not built when it was looked at: `building`, or `left`
   * by a creation that was cut off.
   */
  readonly sayUnbuilt: ShellText;
  /** Says as `vncPort` the port of the domain with this `uuid`, which the toolstack may have chosen itself. */
  readonly sayVncPort: ShellText;

  /** A Python program that tells who else has a guest's name, uuid, addresses or disks; what it reads and prints stands in it. */
  readonly inUse: string;

  /** Of dom0 itself, for a job of the host: it reads back what dom0 has, and puts the old size back where dom0 does not follow. */
  readonly setDom0Memory: (mebibytes: number) => ShellText;
  readonly setMemory: (mebibytes: number) => ShellText;
  readonly setVcpus: (vcpus: number) => ShellText;
  /** `all`, `0-3,^1` */
  readonly pinVcpus: (cpus: string) => ShellText;
  /** `cap` in percent of one CPU, 0: none. */
  readonly setScheduling: (share: {
    readonly weight?: number | undefined;
    readonly cap?: number | undefined;
  }) => ShellText;
  readonly attachDisk: (disk: DiskSpec) => ShellText;
  readonly detachDisk: (device: string) => ShellText;
  readonly attachVif: (vif: VifSpec) => ShellText;
  readonly detachVif: (mac: string) => ShellText;
  readonly rename: (name: string) => ShellText;
  readonly unpause: ShellText;
  /** Ends the step where it does not go down in time. */
  readonly shutdown: (seconds: number) => ShellText;
  /** Shuts it down, and ends it where it does not go down in time. */
  readonly shutdownOrDestroy: (seconds: number) => ShellText;
  /** Creates the domain from the file, a shell word, and reads back that it is there. `isPaused`: it runs once it is unpaused. */
  readonly create: (config: ShellText, what: string, how?: { readonly isPaused: boolean }) => ShellText;
  /** What the guest's next reboot is built from; absent where the toolstack has no such thing: an installer must not be restarted then. */
  readonly storeForNextBoot: ((config: ShellText) => ShellText) | undefined;
}
