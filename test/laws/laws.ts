/** The laws, for every kind alike: each takes a case and tells what is wrong with it. */
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import type { Change } from "../../provider/change";
import { strongest } from "../../provider/effect";
import { hasUnknown } from "../../provider/property";
import { type Unfinished, dynamicProvider } from "../../provider/pulumi";
import type { AnyLawKind, Faults } from "./kind";
import { leaks, secretsOf } from "./secrets";
import { filledFrom, placesAt, withUnknowns } from "./unknowns";
import { emptied, isOpened, isValid, lined, losesData, plain, told, weaker } from "./words";

export interface Law {
  readonly name: string;
  readonly cases: fc.Arbitrary<unknown>;
  readonly faults: (given: never) => Faults | Promise<Faults>;
}

interface Edited {
  readonly program: object;
  readonly edits: readonly unknown[];
}

export function lawsOf(law: AnyLawKind): readonly Law[] {
  const { kind, programs, edits, host } = law;
  const editLists = fc.array(edits, { minLength: 1, maxLength: 4 });
  const edited: fc.Arbitrary<Edited> = fc.record({ program: programs, edits: editLists });
  const provider = dynamicProvider(kind);
  const afterEdits = ({ program, edits: list }: Edited): object =>
    list.reduce<object>((now, edit) => law.edited(now, edit) as object, program);
  /** As the state keeps them: plain JSON. */
  const complete = (program: object, olds?: object): object => plain(kind.complete(program, olds) as object);

  const isShown = ({ property, effect }: Change): boolean =>
    !(effect === "none" && law.quiet.includes(property.split(/[.[]/, 1)[0] ?? property));

  const laws: Law[] = [
    {
      name: "a plan from the object as its inputs made it is empty",
      cases: programs,
      faults: (program: object) => {
        const inputs = complete(program);
        return [
          ...emptied("as made", law.plan(law.asMade(inputs), inputs)),
          ...emptied("on its host", law.plan(host.observed(host.made(inputs)), inputs)),
        ];
      },
    },
    {
      name: "an update plans what its preview planned",
      cases: edited,
      faults: (given: Edited) => {
        const olds = complete(given.program);
        const news = complete(afterEdits(given), olds);
        // An update knows not what was a secret until now: in its errors it hides what is one.
        const words = isOpened(olds, news)
          ? ({ property, effect }: Change) => ({ property, text: property, effect })
          : told;
        const preview = law.plan(law.asMade(olds), news).filter(isShown).map(words);
        const update = law.plan(host.observed(host.made(olds)), news).map(words);
        return isDeepStrictEqual(preview, update) ? [] : [`preview: ${lined(preview)}`, `update: ${lined(update)}`];
      },
    },
    {
      name: "after an update nothing is left to do",
      cases: fc.record({ program: programs, edits: editLists, more: editLists }),
      faults: (given: Edited & { readonly more: readonly unknown[] }) => {
        const olds = complete(given.program);
        const program = afterEdits(given);
        const news = complete(program, olds);
        const first = host.apply(host.made(olds), news);
        const last = complete(afterEdits({ program, edits: given.more }), news);
        const second = host.apply(first.host, last);
        const preview = law.plan(law.asMade(news), last);
        return [
          ...first.refused,
          ...emptied("after the first update", law.plan(host.observed(first.host), news)),
          ...second.refused,
          ...emptied("after the second update", law.plan(host.observed(second.host), last)),
          ...weaker(second.effect, preview, "the second update"),
        ];
      },
    },
    {
      name: "an up after a refresh undoes a drift, and announces it",
      cases: fc.record({
        program: programs,
        hands: fc.array(host.hands, { minLength: 1, maxLength: 3 }),
        edits: fc.array(edits, { maxLength: 2 }),
      }),
      faults: (given: Edited & { readonly hands: readonly unknown[] }) => {
        const olds = complete(given.program);
        const touched = given.hands.reduce((now: unknown, hand) => host.touched(now, hand) as unknown, host.made(olds));
        const { inputs, left } = host.read(touched, olds) as { inputs: object; left: readonly Unfinished[] };
        const seen = plain(inputs);
        const news = complete(afterEdits(given), seen);
        const planned = law.plan(law.asMade(seen), news);
        const preview = [...planned, ...left];
        const update = host.apply(touched, news);
        const after = host.read(update.host, news);
        return [
          ...update.refused,
          ...leaks(law, [seen, news], secretsOf(seen, news), [...planned, ...law.plan(host.observed(touched), news)]),
          // Kept in the state from the refresh, when it was as secret as the state itself.
          ...leaks(law, [seen], secretsOf(seen, seen), left),
          ...weaker(update.effect, preview, "the update"),
          ...emptied("after the update", law.plan(host.observed(update.host), news)),
          ...(isDeepStrictEqual(plain(after.inputs as object), news) && after.left.length === 0
            ? []
            : ["a refresh after the update still shows a drift"]),
        ];
      },
    },
    {
      name: "a second up of the same program changes nothing",
      cases: edited,
      faults: async (given: Edited) => {
        const olds = complete(given.program);
        const program = afterEdits(given);
        const news = complete(program, olds);
        const again = complete(program, news);
        const checked = await provider.check({ ...news }, { ...program });
        const answer = await provider.diff("id", { ...news, phase: "done" }, checked.inputs);
        const { plan, effect } = checked.inputs;
        return [
          ...(isDeepStrictEqual(again, news) ? [] : [`it is completed otherwise: ${JSON.stringify(again)}`]),
          ...checked.failures.map(({ property, reason }) => `check refuses it: ${property} ${reason}`),
          ...(checked.failures.length > 0 || (plan === "" && effect === "none")
            ? []
            : [`check tells of a change: ${String(plan)} (${String(effect)})`]),
          ...(checked.failures.length > 0 || isDeepStrictEqual(answer, { changes: false })
            ? []
            : [`diff answers ${JSON.stringify(answer)}`]),
        ];
      },
    },
    {
      name: "a plan with unknown values announces at least what any known ones would do",
      cases: fc.record({
        program: programs,
        edits: editLists,
        picks: fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 4 }),
        others: fc.array(programs, { minLength: 1, maxLength: 3 }),
        isOld: fc.boolean(),
      }),
      faults: async (given: Edited & Unknowns) => {
        const olds = complete(given.program);
        const program = afterEdits(given);
        const places = placesAt(program, given.picks);
        const unknown = withUnknowns(program, places);
        const news = complete(unknown, olds);
        const plan = law.plan(law.asMade(olds), news);
        const checked = await provider.check({ ...olds }, { ...unknown });
        await provider.diff("id", { ...olds, phase: "done" }, checked.inputs);
        // On the other side: what was saved while it was not known.
        law.plan(law.asMade(given.isOld ? news : olds), complete(program, news));
        const known = [program, ...given.others.map((other) => filledFrom(program, places, other))].filter(
          (filled) => !hasUnknown(filled) && isValid(law, filled),
        );
        return known.flatMap((filled) => {
          const really = law.plan(law.asMade(olds), complete(filled, olds));
          return weaker(
            strongest(really.map(({ effect }) => effect)),
            plan,
            lined(really.map(told)),
            losesData(really),
          );
        });
      },
    },
    ...Object.entries(law.own).map(
      ([name, own]): Law => ({
        name,
        cases: edited,
        faults: (given: Edited) => {
          const olds = complete(given.program);
          const program = afterEdits(given);
          return own(program, olds, complete(program, olds));
        },
      }),
    ),
  ];
  return laws;
}

interface Unknowns {
  readonly picks: readonly number[];
  readonly others: readonly object[];
  readonly isOld: boolean;
}
