/** What the laws need to know of a kind of resource. */
import type * as fc from "fast-check";
import type { Change } from "../../provider/change";
import type { Effect } from "../../provider/effect";
import type { CommonInputs, ResourceKind, Unfinished } from "../../provider/pulumi";
import type { Job } from "../../provider/shell";

/**
 * `I`: its inputs. `Is`: the object on its host as a value, as its planner takes it. `E`: an edit of a program, `D`: what
 * somebody does on the host, both as plain data, so that a counterexample can be read.
 */
export interface LawKind<I extends CommonInputs, Is, E, H, D> {
  /** For people: `DomU`. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: its outputs are no matter of the laws.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly kind: ResourceKind<I, any>;
  /** What a constructor sends, valid. */
  readonly programs: fc.Arbitrary<I>;
  readonly edits: fc.Arbitrary<E>;
  /** The program after the edit, valid again. */
  readonly edited: (program: I, edit: E) => I;
  readonly plan: (is: Is, shall: I) => readonly Change[];
  readonly asMade: (inputs: I) => Is;
  /** The host that these inputs have made, as it would be observed: through text and back, not by `asMade`. */
  readonly host: HostModel<I, Is, H, D>;
  /** Of a change without effect: no host shows it, so only a preview can tell of it. */
  readonly isQuiet: (change: Change, olds: I, news: I) => boolean;
  /** An update to these inputs may stop although its preview goes through: what the host is only the host tells. */
  readonly mayStop?: (inputs: I, announced: readonly Change[]) => boolean;
  /** What the state keeps of an object that is as declared. */
  readonly finished: object;
  /** The property by which people are told of the object: its value stands in titles, secret or not. */
  readonly label: keyof I & string;
  /** What no text may show, whatever the program marks as secret. */
  readonly hidden: (inputs: I) => readonly string[];
  /** Laws of this kind alone. */
  readonly own: Readonly<Record<string, OwnLaw<I>>>;
}

/** For kinds whose preview takes the saved inputs themselves: what its planner plans from, as a value. */
export type SavedOr<I, Is> = { readonly saved: I } | { readonly seen: Is };

/** What is wrong, a sentence each; none where the law holds. */
export type Faults = readonly string[];

export type OwnLaw<I> = (program: I, olds: I, news: I) => Faults;

/** A host as a pure value, which does what the steps say, written without a look at the planner. */
export interface HostModel<I, Is, H, D> {
  readonly made: (inputs: I) => H;
  /** The look of an update to these inputs. */
  readonly observed: (host: H, inputs: I) => Is;
  /** An update or, where a refresh has found nothing, a create: plan, job, steps. */
  readonly apply: (host: H, inputs: I, how: "update" | "create") => Applied<H> | Promise<Applied<H>>;
  /** A refresh, as the kind's `read` does it. `undefined`: the object is gone. */
  readonly read: (host: H, inputs: I) => Seen<I> | undefined;
  /** In what the object is not as declared, by the host alone, without a look at any plan. */
  readonly lacks: (host: H, inputs: I) => Faults;
  readonly hands: fc.Arbitrary<D>;
  readonly touched: (host: H, hand: D) => H;
}

export interface Seen<I> {
  readonly inputs: I;
  readonly left: readonly Unfinished[];
}

export interface Applied<H> {
  readonly host: H;
  /** Steps that a real host would have refused in the middle of the work. */
  readonly failed: Faults;
  /** Why the provider did not begin: a sentence. */
  readonly refusal?: string | undefined;
  /** The refusal is of what no saved input tells: no preview could know. */
  readonly isUnforeseen?: boolean;
  readonly effect: Effect;
  readonly jobs: readonly Pick<Job, "title" | "steps">[];
}

// biome-ignore lint/suspicious/noExplicitAny: a list of kinds of many types; each is checked where it is made.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyLawKind = LawKind<any, any, any, any, any>;
