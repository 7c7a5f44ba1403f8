/** What the laws look at in a plan, and how they tell what is wrong with it. */
import type { Change } from "../../provider/change";
import { isStronger, strongest } from "../../provider/effect";
import type { CommonInputs } from "../../provider/pulumi";
import type { AnyLawKind, Applied, Faults } from "./kind";

export function plain(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}

type Told = Pick<Change, "property" | "text" | "effect"> & {
  readonly losesData: boolean;
  readonly refused: string | undefined;
};

export function told({ property, text, effect, losesData, refused }: Change): Told {
  return { property, text, effect, refused, losesData: losesData === true };
}

export function lined(changes: readonly Pick<Change, "text" | "effect">[]): string {
  return `[${changes.map(({ text, effect }) => `${text}: ${effect}`).join("; ")}]`;
}

export function isOpened(olds: CommonInputs, news: CommonInputs): boolean {
  return (olds.secretProperties ?? []).some((name) => !(news.secretProperties ?? []).includes(name));
}

export function isReplacing(changes: readonly Change[]): boolean {
  return strongest(changes.map(({ effect }) => effect)) === "replace";
}

export function losesData(changes: readonly Change[]): boolean {
  return changes.some((change) => change.losesData === true);
}

export function emptied(when: string, plan: readonly Change[]): Faults {
  return plan.length === 0 ? [] : [`${when} the plan is ${lined(plan)}`];
}

/** What a preview refuses no update does, and what it lets through no update refuses; `mayStop`: it may. */
export function unlike(
  announced: readonly Change[],
  { refusal, isUnforeseen = false }: Pick<Applied<unknown>, "refusal" | "isUnforeseen">,
  mayStop = false,
): Faults {
  if (isUnforeseen) return [];
  const refused = announced.find((change) => change.refused !== undefined);
  if (refused === undefined)
    return refusal === undefined || mayStop ? [] : [`${lined(announced)} was announced, but: ${refusal}`];
  return refusal === undefined ? [`the preview refuses ${refused.text}, but the update does it`] : [];
}

/**
 * Is what undoes a drift announced? By name where it touches what runs, in the plan or as what is left to do. The rest may
 * be said in other words, or besides: a package that is missing is both a property's value and what the host lacks.
 */
export function unannounced(
  update: readonly Change[],
  preview: readonly Change[],
  left: readonly Pick<Change, "text" | "effect">[],
): Faults {
  const line = ({ text, effect }: Pick<Change, "text" | "effect">): string => `${text}: ${effect}`;
  const named = (changes: readonly Pick<Change, "text" | "effect">[]): string[] =>
    changes.filter(({ effect }) => effect !== "none").map(line);
  const [said, does] = [[...preview, ...left], update];
  const isAlike =
    (does.length === 0 || said.length > 0) &&
    named(does).every((each) => said.map(line).includes(each)) &&
    named(preview).every((each) => does.map(line).includes(each));
  return isAlike ? [] : [`preview: ${lined(said)}`, `update: ${lined(does)}`];
}

/** Does an update do more than was announced? */
export function weaker(
  done: Change["effect"],
  announced: readonly Pick<Change, "text" | "effect" | "losesData">[],
  what: string,
  loses = false,
): Faults {
  const said = strongest(announced.map(({ effect }) => effect));
  return [
    ...(isStronger(done, said) ? [`${lined(announced)} was announced, but ${what} is: ${done}`] : []),
    ...(loses && !announced.some((change) => change.losesData === true)
      ? [`${what} loses data, which was not announced`]
      : []),
  ];
}

export function isValid({ kind }: AnyLawKind, program: object): boolean {
  return (
    kind.inputs.safeParse(withoutCommon(program)).success &&
    (kind.faults ?? []).every((rule) => rule(kind.ruled?.(program) ?? program).length === 0)
  );
}

function withoutCommon(program: object): object {
  const { owner: _owner, secretProperties: _secrets, allow: _allow, ...own } = program as Record<string, unknown>;
  return own;
}
