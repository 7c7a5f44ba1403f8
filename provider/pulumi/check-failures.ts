/** From zod's issues to Pulumi's check failures: a property path, and a sentence with value, rule and remedy. */
import type { z } from "zod";
import type { Failure } from "./resource-kind";
import { hasUnknown, isUnknown, shown } from "../property";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Every fault of `raw` against `schema`; what is not known yet has no fault. */
export function faultsOf(schema: z.ZodType, raw: object, secrets: readonly string[] = []): Failure[] {
  const result = schema.safeParse(raw, { reportInput: false });
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    if (isExcused(issue, raw)) return [];
    const secret = secrets.includes(String(issue.path[0]));
    return issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          property: propertyPath([...issue.path, key]),
          reason: `is not known here${guess(key, knownKeys(schema, issue.path))} Remove it or correct its name.`,
        }))
      : [{ property: propertyPath(issue.path), reason: reasonOf(issue, valueAt(raw, issue.path), secret) }];
  });
}

/** Pulumi's form: `disks[0].path`. */
function propertyPath(path: Path): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

function isExcused(issue: Issue, raw: object): boolean {
  if (issue.code === "unrecognized_keys") return false;
  if (path(issue).some((_, index) => isUnknown(valueAt(raw, issue.path.slice(0, index))))) return true;
  return hasUnknown(valueAt(raw, issue.path));
}

function path(issue: Issue): PropertyKey[] {
  return [...issue.path, ""];
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    raw,
  );
}

function reasonOf(issue: Issue, value: unknown, secret: boolean): string {
  const rule = ruleOf(issue);
  return value === undefined ? `is missing: it ${rule}.` : `is ${shown(value, { secret })}, but ${rule}.`;
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** The rule in words that follow "but" or "it". */
function ruleOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${KIND_WORDS[issue.expected] ?? issue.expected}`;
    case "too_small":
      return `must be ${issue.inclusive === false ? "more than" : "at least"} ${String(issue.minimum)}${sizeWord(issue.origin)}`;
    case "too_big":
      return `must be ${issue.inclusive === false ? "less than" : "at most"} ${String(issue.maximum)}${sizeWord(issue.origin)}`;
    case "not_multiple_of":
      return `must be a multiple of ${String(issue.divisor)}`;
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_union":
      return allOf(issue) ?? "has none of the forms that are allowed";
    case "invalid_key":
    case "invalid_element":
    case "invalid_format":
    case "unrecognized_keys":
    case "custom":
      return /^(must|has|have|needs|cannot|is|are|may)\b/.test(issue.message)
        ? issue.message
        : `is not allowed: ${issue.message}`;
    default:
      return `is not allowed: ${String((issue as { message?: unknown }).message)}`;
  }
}

function allOf(issue: Extract<Issue, { code: "invalid_union" }>): string | undefined {
  // zod's types call every branch present; a discriminated union without a match has none.
  const rules = (issue.errors ?? []).flatMap((branch) =>
    branch.slice(0, 1).map((fault) => (fault.path.length === 0 ? "" : `${propertyPath(fault.path)} `) + ruleOf(fault)),
  );
  return rules.length === 0 ? undefined : [...new Set(rules)].join(", or ");
}

function sizeWord(origin: string): string {
  return origin === "string" ? " characters long" : origin === "array" || origin === "set" ? " entries long" : "";
}

/** The names that the schema has at `path`, for a guess at a typing error. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  let here: unknown = schema;
  for (const part of [...path, undefined]) {
    here = unwrapped(here);
    if (part === undefined) break;
    const def = (
      here as { def?: { shape?: Record<string, unknown>; element?: unknown; valueType?: unknown } } | undefined
    )?.def;
    here = typeof part === "number" ? def?.element : (def?.shape?.[String(part)] ?? def?.valueType);
  }
  const shape = (here as { def?: { shape?: Record<string, unknown> } } | undefined)?.def?.shape;
  return shape === undefined ? [] : Object.keys(shape);
}

function unwrapped(schema: unknown): unknown {
  const def = (schema as { def?: { innerType?: unknown; getter?: () => unknown } } | undefined)?.def;
  if (def?.innerType !== undefined) return unwrapped(def.innerType);
  if (def?.getter !== undefined) return unwrapped(def.getter());
  return schema;
}

function guess(given: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, distance: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance: d }) => d <= 2 || name.toLowerCase().startsWith(given.toLowerCase()))
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined
    ? known.length === 0
      ? ""
      : `; known are ${known.join(", ")}`
    : `; did you mean "${near.name}"?`;
}

/** Levenshtein's distance of two short names. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
