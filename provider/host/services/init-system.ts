/**
 * What starts a host's programs at a boot and later on, as the rest of the house knows it: run this before the network comes up, run this
 * once it has, run this in so many seconds. A member for each init system; which one a host has, is seen where the shell runs
 * (init-systems.ts), never from the system's name. Shell text; pure.
 */
import type { ShellText } from "../../shell";

/** A program of ours that the host runs at each boot until it is taken away. */
export interface BootHook {
  /** Of ours on the host: letters, digits, `_` and `-`. */
  readonly name: string;
  /** For people. */
  readonly about: string;
  readonly when: "before-network" | "after-network";
  /** It runs only while one of these files is there. */
  readonly onlyWith: readonly string[];
  /** Without blanks: each is one word. A boot goes on without waiting for one that runs after the network. */
  readonly command: readonly string[];
}

/** A program of ours that the host runs once. */
export interface Later {
  readonly name: string;
  readonly seconds: number;
  readonly command: readonly string[];
}

export interface InitSystem {
  readonly name: "systemd" | "openrc" | "sysv";
  /** A condition of the shell: this one runs the host. */
  readonly runs: ShellText;
  readonly atBoot: (hook: BootHook) => ShellText;
  /** Succeeds where there is none. */
  readonly notAtBoot: (name: string) => ShellText;
  /** One of this name that waits already is replaced. */
  readonly later: (later: Later) => ShellText;
  /** Succeeds where there is none; one that runs already goes on. */
  readonly notLater: (name: string) => ShellText;
}
