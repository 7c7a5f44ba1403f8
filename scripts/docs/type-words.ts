/** What a check says of a value, in a few words for people. */
import { z } from "zod";

type Json = { readonly [key: string]: unknown };

/** `whole number, 1 to 512`; `"pv"`, `"pvh"` or `"hvm"`; `list of {path, format}`. */
export function typeWords(type: z.ZodType): string {
  return words(z.toJSONSchema(type, { unrepresentable: "any", io: "input" }));
}

function words(schema: Json): string {
  const { enum: values, anyOf, type, items, properties, additionalProperties } = schema;
  if (Array.isArray(values)) return either(values.map((value) => `\`${JSON.stringify(value)}\``));
  if (Array.isArray(anyOf)) return either([...new Set(anyOf.map((part) => words(part as Json)))]);
  switch (type) {
    case "integer":
      return `whole number${range(schema)}`;
    case "number":
      return `number${range(schema)}`;
    case "boolean":
      return "true or false";
    case "array":
      return `list of ${words((items ?? {}) as Json)}`;
    case "object":
      if (typeof properties === "object" && properties !== null) return `\`{${Object.keys(properties).join(", ")}}\``;
      return `object of ${words((additionalProperties ?? {}) as Json)}`;
    case "string":
      return "text";
    default:
      return "any";
  }
}

function range({ minimum, maximum }: Json): string {
  const [least, most] = [bound(minimum), bound(maximum)];
  if (least === undefined) return most === undefined ? "" : `, at most ${most}`;
  return most === undefined ? `, at least ${least}` : `, ${least} to ${most}`;
}

/** zod bounds each whole number by what JavaScript can count to. */
function bound(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER
    ? value
    : undefined;
}

function either(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} or ${parts.at(-1) ?? ""}`;
}
