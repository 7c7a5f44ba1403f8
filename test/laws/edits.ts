/** Random edits of a program: a property set or taken out, a list's entry put in, moved, changed or taken out. */
import * as fc from "fast-check";

export type Edit<List extends string = string> =
  | { readonly set: string; readonly to: unknown }
  | { readonly unset: string }
  | { readonly list: List; readonly insert: unknown; readonly at: number }
  | { readonly list: List; readonly remove: number }
  | { readonly list: List; readonly move: number; readonly at: number }
  | { readonly list: List; readonly change: number; readonly to: unknown }
  /** An entry of a record; without `to` it is taken out. */
  | { readonly record: string; readonly key: string; readonly to?: unknown };

export interface Editable<P extends object, List extends string> {
  /** Each property with its values; what is a list or a record may stand here as well, to be set as a whole. */
  readonly values: Partial<Record<keyof P & string, fc.Arbitrary<unknown>>>;
  readonly required: readonly (keyof P & string)[];
  /** The entries of each list; `parts`: what a change of an entry may give it, where it is an object. */
  readonly lists?: Readonly<
    Record<List, { readonly entries: fc.Arbitrary<unknown>; readonly parts?: fc.Arbitrary<object> }>
  >;
  readonly records?: Readonly<
    Record<string, { readonly keys: fc.Arbitrary<string>; readonly entries: fc.Arbitrary<unknown> }>
  >;
  /** The program with what its rules forbid taken out, so that it is valid. */
  readonly settled: (program: P) => P;
}

const place = fc.nat({ max: 5 });

export function editsOf<P extends object, List extends string>({
  values,
  required,
  lists,
  records = {},
}: Editable<P, List>): fc.Arbitrary<Edit<List>> {
  const all = Object.entries(values) as [string, fc.Arbitrary<unknown>][];
  const names = all.map(([name]) => name);
  const optional = names.filter((name) => !(required as readonly string[]).includes(name));
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.oneof(...all.map(([name, to]) => fc.record({ set: fc.constant(name), to }))),
    },
    { weight: 1, arbitrary: fc.record({ unset: fc.constantFrom(...optional) }) },
    ...(Object.entries(lists ?? {}) as [List, { entries: fc.Arbitrary<unknown>; parts?: fc.Arbitrary<object> }][]).map(
      ([list, { entries, parts = entries }]) => ({ weight: 3, arbitrary: listEdits(list, entries, parts) }),
    ),
    ...Object.entries(records).map(([record, { keys, entries }]) => ({
      weight: 3,
      arbitrary: fc.oneof(
        fc.record({ record: fc.constant(record), key: keys, to: entries }),
        fc.record({ record: fc.constant(record), key: keys }),
      ),
    })),
  );
}

function listEdits<List extends string>(
  list: List,
  entries: fc.Arbitrary<unknown>,
  parts: fc.Arbitrary<unknown>,
): fc.Arbitrary<Edit<List>> {
  const which = fc.constant(list);
  return fc.oneof(
    fc.record({ list: which, insert: entries, at: place }),
    fc.record({ list: which, remove: place }),
    fc.record({ list: which, move: place, at: place }),
    fc.record({ list: which, change: place, to: parts }),
  );
}

/** The program after the edit, valid again. */
export function afterEdit<P extends object, List extends string>(
  { settled }: Pick<Editable<P, List>, "settled">,
  program: P,
  edit: Edit<List>,
): P {
  const has = program as Readonly<Record<string, unknown>>;
  if ("set" in edit) return settled({ ...program, [edit.set]: edit.to });
  if ("unset" in edit) return settled(without(has, edit.unset) as P);
  if ("record" in edit) {
    const { record, key, to } = edit;
    const entries = (has[record] ?? {}) as Readonly<Record<string, unknown>>;
    return settled({ ...program, [record]: to === undefined ? without(entries, key) : { ...entries, [key]: to } });
  }
  const list = has[edit.list];
  return settled({ ...program, [edit.list]: listAfter(Array.isArray(list) ? [...(list as unknown[])] : [], edit) });
}

function without(entries: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const { [key]: _out, ...rest } = entries;
  return rest;
}

function listAfter(list: unknown[], edit: Extract<Edit, { readonly list: string }>): unknown[] {
  if ("insert" in edit) return list.toSpliced(edit.at % (list.length + 1), 0, edit.insert);
  if (list.length === 0) return list;
  if ("remove" in edit) return list.toSpliced(edit.remove % list.length, 1);
  if ("change" in edit) {
    const at = edit.change % list.length;
    const entry = list[at];
    // An object stays what it is but for the fields that are named.
    const hasFields = typeof entry === "object" && typeof edit.to === "object";
    return list.with(at, hasFields ? { ...entry, ...edit.to } : edit.to);
  }
  const moved = list.splice(edit.move % list.length, 1);
  return list.toSpliced(edit.at % (list.length + 1), 0, ...moved);
}
