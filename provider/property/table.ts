/** What follows from a kind's table: the check of its inputs, its defaults. Pure. */
import { z } from "zod";
import type { Property } from "./property";

export type Table<Is, Shall, Step> = Readonly<Record<string, Property<unknown, Is, Shall, Step>>>;

/** All of them optional but those named. */
export function schemaOf(
  table: Readonly<Record<string, { readonly type: z.ZodType }>>,
  required: readonly string[],
): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(table).map(([name, { type }]) => [name, required.includes(name) ? type : type.optional()]),
    ),
  );
}

/** `inputs` with every default filled in, in the table's order. */
export function withDefaults<Is, Shall extends object, Step, Inputs extends Shall>(
  table: Table<Is, Shall, Step>,
  inputs: Inputs,
  olds: Inputs | undefined,
): Inputs {
  let whole = { ...inputs } as Record<string, unknown>;
  for (const [name, entry] of Object.entries(table)) {
    if (whole[name] !== undefined || entry.default === undefined) continue;
    const value: unknown =
      typeof entry.default === "function"
        ? (entry.default as (inputs: Shall, olds: Shall | undefined) => unknown)(whole as Shall, olds)
        : entry.default;
    if (value !== undefined) whole = { ...whole, [name]: value };
  }
  return whole as Inputs;
}
