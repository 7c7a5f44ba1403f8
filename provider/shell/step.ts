/**
 * A plan is data: a list of steps, each with its effect on what runs. Preview prints it, a job executes it.
 */
import type { Effect } from "../effect";
import type { ShellText } from "./sh";

export interface Step {
  /** Kebab-case, unique in its job: `write-config`. Errors and logs name it. */
  readonly name: string;
  /** One line for people: "write /etc/xen/guest1.cfg". Holds no secret. */
  readonly title: string;
  readonly effect: Effect;
  /**
   * POSIX sh, run in its own subshell under `set -eu` with LC_ALL=C, umask 077 and the functions of library/preamble.sh.
   * May be run again after any interruption: "make it so", never "do it once more".
   */
  readonly script: ShellText;
}

/** A file that travels with a job, by stdin; the steps find it as "$JOB_FILES"/name. Gone when the job has ended. */
export interface JobFile {
  /** Letters, digits, dots and dashes. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** What is locked while a job runs, besides its own object: things a host has only one of. */
export type HostSection = "boot" | "network" | "packages";

export interface Job {
  /** What the job changes, as `kind/name`: `domu/guest1`. One job at a time for each. */
  readonly object: string;
  /** What people call it in front of its progress, where the object's own name is a number: `domu/guest1`. */
  readonly shownAs?: string;
  /** One line for people: "install guest1". Holds no secret. */
  readonly title: string;
  readonly steps: readonly Step[];
  readonly sections?: readonly HostSection[];
  readonly files?: readonly JobFile[];
  /** The host ends the job after this time; default 900. */
  readonly timeoutSeconds?: number;
}
