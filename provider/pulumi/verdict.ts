/**
 * What a change does, in words that the preview shows: `plan`, a line for each change, and `effect`, the strongest.
 * Both travel as inputs, so that update can hold itself to what the preview announced. Pure.
 */
import { isDeepStrictEqual } from "node:util";
import { type Change, changeText } from "../change";
import { type Effect, strongest } from "../effect";
import type { CommonInputs, Failure, ResourceKind, Unfinished } from "./resource-kind";

export interface Verdict {
  readonly plan: string;
  readonly effect: Effect;
}

export function verdictOf(changes: readonly Pick<Change, "text" | "effect">[]): Verdict {
  return {
    plan: changes.map(({ text, effect }) => `${text}: ${effect}`).join("\n"),
    effect: strongest(changes.map(({ effect }) => effect)),
  };
}

/** The kind's changes, and those every kind has: how the host is reached, what is allowed and who owns it touch nothing. */
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
    ...silent.map((property): Change => ({ property, text: kind.spelled?.(property) ?? property, effect: "none" })),
    // By aliases, or of an object that was made before owners were written down.
    ...(olds.owner === news.owner
      ? []
      : [{ property: "owner", text: changeText("owner", olds.owner, news.owner), effect: "none" as const }]),
  ];
}

/** What the latest refresh found left to do, with the effect that it has under the new inputs. */
export function leftToDo<I extends CommonInputs, O extends object>(
  kind: ResourceKind<I, O>,
  olds: I,
  news: I,
): Unfinished[] {
  return (olds.unfinished ?? []).map(({ text, effect }) => ({
    text,
    effect: kind.effectWith?.(effect, news) ?? effect,
  }));
}

/** The same of a run that did not come to its end and could not look at the host: what it had planned, and what was left before it. */
export function leftByPlan(
  { plan = "", effect = "none" }: CommonInputs,
  before: Pick<CommonInputs, "unfinished"> = {},
): Unfinished[] {
  const planned = plan === "" ? [] : [{ text: `finish what was begun (${plan.split("\n").join("; ")})`, effect }];
  // What a refresh had found is in the plan already.
  return [...(before.unfinished ?? []).filter(({ text }) => !plan.includes(text)), ...planned];
}

/** For people who preview an update that goes on with such a run: their program does not differ, so that no plan says it. */
export function tellUnfinished(title: string, label: string, left: readonly Unfinished[]): string[] {
  return [
    `${title} "${label}": an earlier run stopped before its end, and up goes on with it. It has left:`,
    ...left.map(({ text, effect }) => `  ${text}: ${effect}`),
  ];
}

/** A failure for each change whose effect the user has not consented to. */
export function vetoes(
  changes: readonly Change[],
  allow: readonly string[],
  words: ResourceKind<never, never>["effectWords"] = {},
): Failure[] {
  return changes.flatMap(({ property, text, effect, losesData, refused }) => {
    if (refused !== undefined) return [{ property, reason: refused }];
    const missing = [
      ...(isAllowed(effect, allow) ? [] : [effect]),
      ...(losesData === true && !allow.includes("dataLoss") ? ["dataLoss"] : []),
    ];
    if (missing.length === 0) return [];
    const lacked = missing.map((word) => JSON.stringify(word)).join(", ");
    return [
      {
        property,
        reason: `cannot change: "${text}" would ${words[effect] ?? EFFECT_WORDS[effect]}${losesData === true ? " and lose data" : ""}, which allow does not permit. Add ${lacked} to allow, or revert the change.`,
      },
    ];
  });
}

/** The same for what is left to do. No property of the program is at fault, so `allow` carries it. */
export function vetoesOfUnfinished(
  left: readonly Unfinished[],
  allow: readonly string[],
  words: ResourceKind<never, never>["effectWords"] = {},
): Failure[] {
  return left
    .filter(({ effect }) => !isAllowed(effect, allow))
    .map(({ text, effect }) => ({
      property: "allow",
      reason: `lacks ${JSON.stringify(effect)}: ${text}, and the repair would ${words[effect] ?? EFFECT_WORDS[effect]}. Add it.`,
    }));
}

export function permitted(left: readonly Unfinished[], allow: readonly string[]): Unfinished[] {
  return left.filter(({ effect }) => isAllowed(effect, allow));
}

function isAllowed(effect: Effect, allow: readonly string[]): boolean {
  return effect === "none" || effect === "live" || allow.includes(effect);
}

const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  none: "touch nothing that runs",
  live: "happen live",
  restart: "restart the guest",
  reboot: "reboot the host",
  migrate: "move the guest to another host",
  replace: "delete it and create it again",
};
