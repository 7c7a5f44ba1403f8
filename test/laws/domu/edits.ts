/** Random edits of a guest's program. */
import type * as fc from "fast-check";
import { type Edit as AnyEdit, type Editable, afterEdit, editsOf } from "../edits";
import { type Program, VALUES, diskEntries, diskParts, settled, vifEntries, vifParts } from "./programs";

export type Edit = AnyEdit<"disks" | "vifs">;

const guest: Editable<Program, "disks" | "vifs"> = {
  values: VALUES,
  required: ["name"],
  lists: {
    disks: { entries: diskEntries, parts: diskParts },
    vifs: { entries: vifEntries, parts: vifParts },
  },
  settled,
};

export const edits: fc.Arbitrary<Edit> = editsOf(guest);

export function edited(program: Program, edit: Edit): Program {
  return afterEdit(guest, program, edit);
}
