/**
 * What a property of a resource is: its type and check, its default, where the host shows it and what a change of it
 * does. One entry of a kind's table says all of that once; the doc comment of the entry is its documentation. Pure.
 *
 *   V      the value
 *   Is     the object on its host as a value: observed, or as saved inputs would have made it
 *   Shall  what an entry may know of the other declared properties
 *   Step   what makes a change while the object runs
 */
import type { z } from "zod";
import type { Effect } from "../effect";

/** What a difference does, before it has its words. */
export interface Outcome<Step> {
  readonly effect: Effect;
  /** Data of a guest or of the host would be lost: this needs `allow: ["dataLoss"]` as well. */
  readonly losesData?: boolean;
  /** It cannot be done at all, whatever is allowed: a sentence that follows the property's name, with the remedy. */
  readonly refused?: string;
  /** In brackets behind the change's text: what a reader must know besides the two values. */
  readonly note?: string;
  /** What makes the change while the object runs. Without it the object's files say it, or a restart makes it. */
  readonly steps?: readonly Step[];
}

/** One property's two values, with all that the effect may depend on. */
export interface Difference<V, Is, Shall> {
  readonly from: V | undefined;
  readonly to: V | undefined;
  readonly is: Is;
  readonly shall: Shall;
}

/** What a change does, and the words that say so in the documentation. */
export interface ChangeRule<V, Is, Shall, Step> {
  /** For the docs: `live`, `restart`, `live up to maxMemoryMiB, else restart`. */
  readonly says: string;
  outcome(difference: Difference<V, Is, Shall>): Outcome<Step>;
}

/** One entry of a list that differs: it has an identity and words of its own. */
export interface EntryChange<Step> extends Outcome<Step> {
  /** `disks[0].device` */
  readonly property: string;
  readonly text: string;
}

/** The host does not show this property of this object: nothing can be said about it. */
export const UNSEEN: unique symbol = Symbol("unseen");

/** Its functions are methods, so that a table may hold properties of many types: each is checked where it stands. */
export interface Property<V, Is, Shall, Step> {
  readonly type: z.ZodType<V>;
  /** Filled in by check where the program says nothing. `olds`: the completed inputs of last time. */
  readonly default?: V | ((inputs: Shall, olds: Shall | undefined) => V | undefined);
  /** For the docs, where a function gives the default. */
  readonly defaultSays?: string;
  /** The key of xl.cfg(5) that carries it. */
  readonly key?: string;
  /** Where the object shows it. */
  is(is: Is, shall: Shall): V | undefined | typeof UNSEEN;
  /** Do two values mean the same? Default: deep equality. */
  same?(from: V | undefined, to: V | undefined, is: Is): boolean;
  /** Never shown, whatever the program marks as secret. */
  readonly isSecret?: boolean;
  readonly change: ChangeRule<V, Is, Shall, Step>;
  /** For a list: the change of each entry, in place of the whole list's. */
  entries?(difference: Difference<V, Is, Shall>): readonly EntryChange<Step>[];
}

/** The values that a table declares. A doc comment on an entry survives this, in the editor and in declarations. */
export type ValuesOf<Table> = {
  readonly [Name in keyof Table]?: Table[Name] extends { readonly type: z.ZodType<infer V> } ? V : never;
};
