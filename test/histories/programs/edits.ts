/** A program after an edit. Pure. */
import type { Edit } from "../play/history";
import { type Declared, type Program, keyOf } from "./program";

export interface EditedProgram extends Program {
  /** Taken out, to be put back. */
  readonly removed: readonly Declared[];
}

export function unedited(program: Program): EditedProgram {
  return { resources: program.resources, removed: [] };
}

export function applyEdit(program: EditedProgram, edit: Edit): EditedProgram {
  switch (edit.kind) {
    case "set":
      return changed(program, edit.ref, (declared) => withArgument(declared, edit.property, edit.value));
    case "rename":
      return changed(program, edit.ref, (declared) => named(declared, { name: edit.name }, edit.withAlias));
    case "move":
      return changed(program, edit.ref, (declared) => named(declared, { parent: edit.parent }, edit.withAlias));
    case "remove": {
      const declared = program.resources.find(({ ref }) => ref === edit.ref);
      if (declared === undefined) return program;
      return {
        resources: program.resources.filter((one) => one !== declared),
        removed: [...program.removed.filter(({ ref }) => ref !== edit.ref), declared],
      };
    }
    case "putBack": {
      const declared = program.removed.find(({ ref }) => ref === edit.ref);
      if (declared === undefined || program.resources.some(({ ref }) => ref === edit.ref)) return program;
      return {
        resources: [...program.resources, declared],
        removed: program.removed.filter((one) => one !== declared),
      };
    }
    case "add":
      return program.resources.some(({ ref }) => ref === edit.declared.ref)
        ? program
        : { ...program, resources: [...program.resources, edit.declared] };
  }
}

/** No two resources may have one URN: such a change is none. */
function changed(program: EditedProgram, ref: string, change: (declared: Declared) => Declared): EditedProgram {
  const resources = program.resources.map((one) => (one.ref === ref ? change(one) : one));
  return new Set(resources.map(keyOf)).size < resources.length ? program : { ...program, resources };
}

function withArgument(declared: Declared, property: string, value: unknown): Declared {
  if (property === "replaceOnChanges") return { ...declared, replaceOnChanges: (value ?? []) as string[] };
  const { [property]: _, ...others } = declared.args as Record<string, unknown>;
  const args = value === undefined || value === null ? others : { ...others, [property]: value };
  return { ...declared, args } as Declared;
}

/** A name of its own that a resource takes from its own name stays what it was: only the resource is called otherwise. */
function named(declared: Declared, now: { name?: string; parent?: string }, withAlias: boolean): Declared {
  const key = keyOf(declared);
  const kept =
    declared.type === "DiskImage" ? declared : withArgument(declared, "name", declared.args.name ?? declared.name);
  const moved = { ...kept, ...now };
  if (keyOf(moved) === key) return declared;
  return { ...moved, ...(withAlias ? { aliases: [...(declared.aliases ?? []), key] } : {}) };
}
