/**
 * What a change does, in words that the preview shows: `plan`, a line for each change, and `effect`, the strongest.
 * Both travel as inputs, so that update can hold itself to what the preview announced. Pure.
 */
import { isDeepStrictEqual } from "node:util";
import { type Effect, strongest } from "../effect";
import type { Change, CommonInputs, Failure, ResourceKind } from "./resource-kind";

export const ALLOWABLE = ["restart", "reboot", "migrate", "replace", "dataLoss"] as const;

export interface Verdict {
  readonly plan: string;
  readonly effect: Effect;
}

export function verdictOfChanges(changes: readonly Change[]): Verdict {
  return {
    plan: changes.map(({ text, effect }) => `${text}: ${effect}`).join("\n"),
    effect: strongest(changes.map(({ effect }) => effect)),
  };
}

/** The kind's changes, and those every kind has: how the host is reached and what is allowed touch nothing. */
export function allChanges<I extends CommonInputs, O extends object>(
  kind: ResourceKind<I, O>,
  olds: I,
  news: I,
): Change[] {
  const silent = ["connection", "allow"].filter(
    (property) =>
      !isDeepStrictEqual((olds as Record<string, unknown>)[property], (news as Record<string, unknown>)[property]),
  );
  return [
    ...kind.changes(olds, news),
    ...silent.map((property): Change => ({ property, text: property, effect: "none" })),
  ];
}

/** A failure for each change whose effect the user has not consented to. */
export function vetoes(changes: readonly Change[], allow: readonly string[]): Failure[] {
  return changes.flatMap(({ property, text, effect, losesData, refused }) => {
    if (refused !== undefined) return [{ property, reason: refused }];
    const missing = [
      ...(effect === "none" || effect === "live" || allow.includes(effect) ? [] : [effect]),
      ...(losesData === true && !allow.includes("dataLoss") ? ["dataLoss"] : []),
    ];
    if (missing.length === 0) return [];
    const words = missing.map((word) => JSON.stringify(word)).join(", ");
    return [
      {
        property,
        reason: `cannot change like this: "${text}" would ${EFFECT_WORDS[effect]}${losesData === true ? " and lose data" : ""}, which is not allowed. Add ${words} to allow, or take the change back.`,
      },
    ];
  });
}

const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  none: "touch nothing that runs",
  live: "happen live",
  restart: "restart the guest",
  reboot: "reboot the host",
  migrate: "move the guest to another host",
  replace: "delete it and create it anew",
};
