/** State as Pulumi keeps it: plain JSON, inputs and outputs side by side, with the version of its shape. */
import type { z } from "zod";
import { PROVIDER_KEY } from "./provider-text";

/** The shape of saved state; raised only when an older one can no longer be read as it is. */
export const SCHEMA_VERSION = 1;

const COMMON_INPUTS = ["owner", "secretProperties", "allow", "plan", "effect", "unfinished"];

/**
 * Values as protobuf's Struct takes them: `undefined` leaves, and anything that is not JSON is our mistake.
 * One stray value would fail the call after the side effect.
 */
export function plainJson(value: object): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(value, (key, entry: unknown) => {
      if (typeof entry === "bigint" || typeof entry === "function" || typeof entry === "symbol") {
        throw new TypeError(`"${key}" is a ${typeof entry}: it cannot be kept in Pulumi's state.`);
      }
      return entry;
    }),
  ) as Record<string, unknown>;
}

/** Without members that are null: so the SDK sends an output that is secret and undefined, and no property of ours is ever null. */
export function withoutNulls(value: object): Record<string, unknown> {
  const cleaned = (entry: unknown): unknown => {
    if (typeof entry !== "object" || entry === null) return entry;
    if (Array.isArray(entry)) return entry.map(cleaned);
    return Object.fromEntries(
      Object.entries(entry).flatMap(([key, member]) => (member === null ? [] : [[key, cleaned(member)]])),
    );
  };
  return cleaned(value) as Record<string, unknown>;
}

/** Saved properties taken apart by the names that the schema and the computed texts have. */
export function splitState<I, O>(
  schema: z.ZodType,
  computed: readonly string[],
  props: Record<string, unknown>,
): { inputs: I; outputs: O } {
  const names = new Set([...Object.keys(shapeOf(schema)), ...computed, ...COMMON_INPUTS]);
  const inputs: Record<string, unknown> = {};
  const outputs: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(props)) {
    if (key === PROVIDER_KEY || key === "schemaVersion") continue;
    (names.has(key) ? inputs : outputs)[key] = value;
  }
  return { inputs: inputs as I, outputs: outputs as O };
}

/** Refuses state of a later shape instead of misreading it. */
export function assertReadable(title: string, props: Record<string, unknown>): void {
  const version = props["schemaVersion"];
  if (typeof version === "number" && version > SCHEMA_VERSION) {
    throw new Error(
      `The state of this ${title} was written by a newer pulumi-xen (shape ${version}; this one knows ${SCHEMA_VERSION}). Install that version.`,
    );
  }
}

function shapeOf(schema: z.ZodType): Record<string, unknown> {
  const shape = (schema as { shape?: Record<string, unknown> }).shape;
  if (shape === undefined) throw new TypeError("The inputs schema of a resource kind must be an object schema.");
  return shape;
}
