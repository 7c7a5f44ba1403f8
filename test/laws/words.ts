/** What the laws look at in a plan, and how they tell what is wrong with it. */
import type { Change } from "../../provider/change";
import { isStronger, strongest } from "../../provider/effect";
import type { CommonInputs } from "../../provider/pulumi";
import type { AnyLawKind, Faults } from "./kind";

export function plain(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}

type Told = Pick<Change, "property" | "text" | "effect"> & { readonly losesData: boolean };

export function told({ property, text, effect, losesData }: Change): Told {
  return { property, text, effect, losesData: losesData === true };
}

export function lined(changes: readonly Pick<Change, "text" | "effect">[]): string {
  return `[${changes.map(({ text, effect }) => `${text}: ${effect}`).join("; ")}]`;
}

export function isOpened(olds: CommonInputs, news: CommonInputs): boolean {
  return (olds.secretProperties ?? []).some((name) => !(news.secretProperties ?? []).includes(name));
}

export function losesData(changes: readonly Change[]): boolean {
  return changes.some((change) => change.losesData === true);
}

export function emptied(when: string, plan: readonly Change[]): Faults {
  return plan.length === 0 ? [] : [`${when} the plan is ${lined(plan)}`];
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
