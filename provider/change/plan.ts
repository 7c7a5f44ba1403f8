/**
 * The planner: what differs between an object as it is and as it is desired. Preview calls it with the object as the saved
 * inputs would have made it, update with the object as the host shows it, verification after that, and a refresh reads
 * it backwards. There is no other list of what differs. Pure.
 */
import { isDeepStrictEqual } from "node:util";
import { type EntryChange, type Property, type Table, UNSEEN, isUnknown } from "../property";
import type { Change } from "./change";
import { changeText } from "./words";

interface PlanOptions {
  /** Properties that hold a secret: their values are not shown. */
  readonly secrets?: readonly string[];
}

/** In the table's order. Empty: the object is as desired. */
export function planOf<Is, Shall extends object, Step>(
  table: Table<Is, Shall, Step>,
  is: Is,
  shall: Shall,
  { secrets = [] }: PlanOptions = {},
): Change<Step>[] {
  return Object.entries(table).flatMap(([name, entry]) =>
    changesOf(name, entry, is, shall, entry.isSecret === true || secrets.includes(name)),
  );
}

/**
 * The drift: the inputs as the object shows them, equal to `shall` in all that the plan finds no difference in. A plan
 * from the object that they would make to `shall` is the plan from the object itself.
 */
export function driftOf<Is, Shall extends object, Step>(
  table: Table<Is, Shall, Step>,
  is: Is,
  shall: Shall,
): Partial<Shall> {
  const seen = Object.entries(table).flatMap(([name, entry]): [string, unknown][] =>
    changesOf(name, entry, is, shall, false).length === 0 ? [] : [[name, entry.is(is, shall)]],
  );
  return Object.fromEntries(seen) as Partial<Shall>;
}

function changesOf<V, Is, Shall extends object, Step>(
  name: string,
  entry: Property<V, Is, Shall, Step>,
  is: Is,
  shall: Shall,
  secret: boolean,
): Change<Step>[] {
  const from = entry.is(is, shall);
  if (from === UNSEEN) return [];
  const to = (shall as Record<string, unknown>)[name] as V | undefined;
  // A rule for known values would read the marker as a value without any fields.
  const alike = isUnknown(from) || isUnknown(to) ? from === to : entry.same?.(from, to, is);
  if (alike ?? isDeepStrictEqual(from, to)) return [];
  const difference = { from, to, is, shall };
  if (entry.entries !== undefined && !secret) return entry.entries(difference).map(withoutNote);
  const { note, ...outcome } = entry.change.outcome(difference);
  if (entry.entries === undefined)
    return [{ property: name, text: changeText(name, from, to, { secret, note }), ...outcome }];
  // A secret list: what each entry does counts, what it is stays hidden.
  return entry
    .entries(difference)
    .map((change) => ({ ...withoutNote(change), text: changeText(change.property, from, to, { secret }) }));
}

function withoutNote<Step>({ note, text, ...rest }: EntryChange<Step>): Change<Step> {
  return { ...rest, text: note === undefined ? text : `${text} (${note})` };
}
