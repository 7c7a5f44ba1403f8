/** What a story of a stack is made of, and the steps that nearly every story begins with. */
import type { StackAction } from "../../../lab/engine";

/** What the program test/support/programs/things reads. `$secret`, `$from` and `$config` wrap values there. */
export interface Declared {
  readonly groups?: readonly string[];
  readonly things?: readonly Thing[];
  readonly outputs?: object;
  readonly throwLate?: boolean;
  readonly logError?: boolean;
}

interface Thing {
  readonly name: string;
  readonly properties?: object;
  readonly dependsOn?: readonly string[];
  readonly parent?: string;
  readonly options?: object;
}

export interface StoryStep {
  readonly action: StackAction;
  /** From here on; default: as in the step before. */
  readonly program?: Declared;
  /** Files of the world to write (text) or to remove (null) before the action. */
  readonly world?: Readonly<Record<string, string | null>>;
  /** `op name`, in any order; the stack itself, providers and what stays the same are left out. */
  readonly does: readonly string[];
  /** Default true. */
  readonly succeeds?: boolean;
  /** Calls to the provider that change something. Those of resources that do not need each other come in any order. */
  readonly calls: readonly string[];
}

export interface Story {
  readonly title: string;
  readonly steps: readonly StoryStep[];
}

export const up = "up" as const;

/** The one thing of most stories. */
export function onlyA(properties: object, options?: object): Declared {
  return { things: [{ name: "a", properties, ...(options === undefined ? {} : { options }) }] };
}

/** An `up` that makes everything of a program. */
export function creates(program: Declared, ...names: readonly string[]): StoryStep {
  const all = names.map((name) => `create ${name}`);
  return { action: up, program, does: all, calls: all };
}

/** An `up` whose first create fails half-way. */
export function failsHalfWay(program: Declared): StoryStep {
  return { action: up, program, does: [], succeeds: false, calls: ["create a"] };
}

/** An `up` that is refused before anything is called. */
export function isRefused(program: Declared): StoryStep {
  return { action: up, program, does: [], succeeds: false, calls: [] };
}

export function changesNothing(action: "up" | "preview" = up): StoryStep {
  return { action, does: [], calls: [] };
}

export function updatesA(program?: Declared): StoryStep {
  return { action: up, ...(program === undefined ? {} : { program }), does: ["update a"], calls: ["update a"] };
}

export function refreshesA(world?: StoryStep["world"]): StoryStep {
  return { action: "refresh", ...(world === undefined ? {} : { world }), does: ["refresh a"], calls: [] };
}

export function destroys(does: readonly string[], calls: readonly string[] = does): StoryStep {
  return { action: "destroy", succeeds: true, does, calls };
}
