/** What the laws need to know of a kind of resource. */
import type * as fc from "fast-check";
import type { Change } from "../../provider/change";
import type { Effect } from "../../provider/effect";
import type { CommonInputs, ResourceKind, Unfinished } from "../../provider/pulumi";

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
  /** Properties that no host shows: only a preview can tell of their change, and it does nothing. */
  readonly quiet: readonly string[];
  /** What no text may show, whatever the program marks as secret. */
  readonly hidden: (inputs: I) => readonly string[];
  /** Laws of this kind alone. */
  readonly own: Readonly<Record<string, OwnLaw<I>>>;
}

/** What is wrong, a sentence each; none where the law holds. */
export type Faults = readonly string[];

export type OwnLaw<I> = (program: I, olds: I, news: I) => Faults;

/** A host as a pure value, which does what the steps say, written without a look at the planner. */
export interface HostModel<I, Is, H, D> {
  readonly made: (inputs: I) => H;
  readonly observed: (host: H) => Is;
  /** An update: plan, job, steps. `refused`: what a real host would have refused. */
  readonly apply: (host: H, inputs: I) => { readonly host: H; readonly refused: Faults; readonly effect: Effect };
  /** A refresh, as the kind's `read` does it. */
  readonly read: (host: H, inputs: I) => { readonly inputs: I; readonly left: readonly Unfinished[] };
  readonly hands: fc.Arbitrary<D>;
  readonly touched: (host: H, hand: D) => H;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of kinds of many types; each is checked where it is made.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyLawKind = LawKind<any, any, any, any, any>;
