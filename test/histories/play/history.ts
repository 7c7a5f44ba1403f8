/** A history: programs, and what is done to them, to the host and to its stacks, one step after the other. Plain data. */
import type { Declared, Program } from "../programs/program";

export type StackName = "prod" | "test";

/** A change of a program. One that finds nothing to change does nothing, so that a shrunk history still plays. */
export type Edit =
  | { readonly kind: "set"; readonly ref: string; readonly property: string; readonly value?: unknown }
  | { readonly kind: "rename"; readonly ref: string; readonly name: string; readonly withAlias: boolean }
  | { readonly kind: "move"; readonly ref: string; readonly parent: string; readonly withAlias: boolean }
  | { readonly kind: "remove"; readonly ref: string }
  | { readonly kind: "putBack"; readonly ref: string }
  | { readonly kind: "add"; readonly declared: Declared };

/** What an operator, or the guest itself, does on the host. */
export type Act =
  | { readonly act: "xl"; readonly args: readonly string[] }
  | { readonly act: "ends"; readonly guest: string; readonly how: "crash" | "reboot" | "poweroff" }
  | { readonly act: "deaf"; readonly guest: string }
  | { readonly act: "unreadable"; readonly guest: string }
  | { readonly act: "monitorGone"; readonly guest: string }
  | { readonly act: "editFile"; readonly path: string; readonly from: string; readonly to: string }
  | { readonly act: "deleteFile"; readonly path: string }
  | {
      readonly act: "foreign";
      readonly name: string;
      readonly isRunning: boolean;
      readonly disk?: string;
      readonly mac?: string;
      readonly uuidOf?: string;
    };

/** When a fault strikes: at the n-th change of ours that xl is asked for, or so long after the n-th call of a provider began. */
export type When = { readonly change: number } | { readonly call: number; readonly ms: number };

export type Fault =
  | { readonly fault: "killProvider" | "cutLink" | "killJobs" | "failXl"; readonly when: When }
  | { readonly fault: "reboot"; readonly how: "orderly" | "powerCut"; readonly when: When }
  | { readonly fault: "installer"; readonly how: "crash" | "poweroff" };

/**
 * While a run goes on, from its n-th look at the host on: what another stack does, or a colleague whose state of this very stack
 * is lost. `isHeld`: whoever looked hears nothing until they are done, as on a slow machine; else all go on at the same time.
 */
export interface Meanwhile {
  readonly who: StackName | "colleague";
  readonly does: "up" | "destroy";
  readonly look: number;
  readonly isHeld: boolean;
}

export type Step =
  /** `isHopeless`: it cannot be done on this host, and is taken back before the end. */
  | { readonly do: "edit"; readonly stack: StackName; readonly edits: readonly Edit[]; readonly isHopeless?: boolean }
  | { readonly do: "preview" | "refresh"; readonly stack: StackName }
  | { readonly do: "destroy"; readonly stack: StackName; readonly meanwhile?: Meanwhile }
  /** `between`: done after its preview. `isParallel`: its calls run at the same time. */
  | {
      readonly do: "up";
      readonly stack: StackName;
      readonly fault?: Fault;
      readonly between?: Act;
      readonly isParallel?: boolean;
      readonly meanwhile?: Meanwhile;
    }
  | { readonly do: "operator"; readonly act: Act }
  | { readonly do: "reboot"; readonly how: "orderly" | "powerCut" }
  /** The state file put back to what it was so many runs ago; 0: an empty one. */
  | { readonly do: "rewind"; readonly stack: StackName; readonly runs: number };

export interface History {
  readonly programs: Readonly<Partial<Record<StackName, Program>>>;
  readonly steps: readonly Step[];
}

/** A step as a line that people read. */
export function lineOf(step: Step): string {
  const { do: what, ...rest } = step;
  return `${what} ${JSON.stringify(rest)}`;
}
