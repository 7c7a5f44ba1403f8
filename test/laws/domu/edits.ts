/** Random edits of a guest's program: a property set or taken out, a list's entry put in, moved, changed or taken out. */
import * as fc from "fast-check";
import { type Program, VALUES, diskEntries, diskParts, settled, vifEntries, vifParts } from "./programs";

export type Edit =
  | { readonly set: string; readonly to: unknown }
  | { readonly unset: string }
  | { readonly list: "disks" | "vifs"; readonly insert: object; readonly at: number }
  | { readonly list: "disks" | "vifs"; readonly remove: number }
  | { readonly list: "disks" | "vifs"; readonly move: number; readonly at: number }
  | { readonly list: "disks" | "vifs"; readonly change: number; readonly to: object };

const names = Object.keys(VALUES) as (keyof typeof VALUES)[];
const place = fc.nat({ max: 5 });

const sets = fc.oneof(
  ...names.map((name) => fc.record({ set: fc.constant(name), to: VALUES[name] as fc.Arbitrary<unknown> })),
);

function listEdits(
  list: "disks" | "vifs",
  entries: fc.Arbitrary<object>,
  parts: fc.Arbitrary<object>,
): fc.Arbitrary<Edit> {
  const which = fc.constant(list);
  return fc.oneof(
    fc.record({ list: which, insert: entries, at: place }),
    fc.record({ list: which, remove: place }),
    fc.record({ list: which, move: place, at: place }),
    fc.record({ list: which, change: place, to: parts }),
  );
}

export const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: sets },
  { weight: 1, arbitrary: fc.record({ unset: fc.constantFrom(...names.filter((name) => name !== "name")) }) },
  { weight: 3, arbitrary: listEdits("disks", diskEntries, diskParts) },
  { weight: 3, arbitrary: listEdits("vifs", vifEntries, vifParts) },
);

export function edited(program: Program, edit: Edit): Program {
  if ("set" in edit) return settled({ ...program, [edit.set]: edit.to });
  if ("unset" in edit) {
    const { [edit.unset as keyof Program]: _out, ...rest } = program;
    return settled(rest as Program);
  }
  return settled({ ...program, [edit.list]: listAfter([...(program[edit.list] ?? [])], edit) });
}

function listAfter(list: object[], edit: Exclude<Edit, { set: string } | { unset: string }>): object[] {
  if ("insert" in edit) return list.toSpliced(edit.at % (list.length + 1), 0, edit.insert);
  if (list.length === 0) return list;
  if ("remove" in edit) return list.toSpliced(edit.remove % list.length, 1);
  if ("change" in edit) {
    const at = edit.change % list.length;
    // The entry stays what it is but for the fields that are named.
    return list.with(at, { ...list[at], ...edit.to });
  }
  const [moved] = list.splice(edit.move % list.length, 1);
  return moved === undefined ? list : list.toSpliced(edit.at % (list.length + 1), 0, moved);
}
