/** The laws of what is shown: of values that are not known yet, and of secrets. */
import * as fc from "fast-check";
import { strongest } from "../../provider/effect";
import { UNKNOWN, hasUnknown } from "../../provider/property";
import type { CommonInputs } from "../../provider/pulumi";
import type { AnyLawKind } from "./kind";
import { leaks } from "./secrets";
import type { Edited, Law, Subject } from "./subject";
import { filledFrom, placesAt, withUnknowns } from "./unknowns";
import { isValid, lined, losesData, told, weaker } from "./words";

export function textLaws(
  law: AnyLawKind,
  { provider, afterEdits, complete, applied, editLists, edited }: Subject,
): readonly Law[] {
  const { kind, programs, host } = law;
  return [
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
        const shown = [...plan.map(({ text }) => text), ...kind.creation(news)].filter((text) =>
          text.includes(UNKNOWN),
        );
        const checked = await provider.check({ ...olds }, { ...unknown });
        await provider.diff("id", { ...olds, ...law.finished }, checked.inputs);
        // On the other side: what was saved while it was not known.
        law.plan(law.asMade(given.isOld ? news : olds), complete(program, news));
        const known = [program, ...given.others.map((other) => filledFrom(program, places, other))].filter(
          (filled) => !hasUnknown(filled) && isValid(law, filled),
        );
        return [
          ...shown.map((text) => `a text shows the marker: ${text}`),
          ...known.flatMap((filled) => {
            const really = law.plan(law.asMade(olds), complete(filled, olds));
            return weaker(
              strongest(really.map(({ effect }) => effect)),
              plan,
              lined(really.map(told)),
              losesData(really),
            );
          }),
        ];
      },
    },
    {
      name: "no text shows what is secret",
      cases: edited,
      faults: async (given: Edited) => {
        const olds = complete(given.program) as CommonInputs;
        const news = complete(afterEdits(given), olds) as CommonInputs;
        const plan = law.plan(law.asMade(olds), news);
        const { jobs } = await applied(host.made(olds), news, plan);
        const secrets = news.secretProperties ?? [];
        const program = afterEdits(given);
        // Of what check computes the one text for people; the rest is values, such as a guest's address.
        const { config = "" } = news as { readonly config?: string };
        return [
          ...leaks(
            law,
            {
              secrets: [...secrets, ...(olds.secretProperties ?? [])],
              inputs: [olds, news],
              written: [given.program, program],
            },
            plan,
          ),
          ...leaks(
            law,
            { secrets, inputs: [news], written: [program] },
            [
              ...kind.creation(news),
              config,
              ...jobs.flatMap(({ title, steps }) => [title, ...steps.flatMap((step) => [step.title, step.name])]),
            ].map((text) => ({ text })),
          ),
        ];
      },
    },
  ];
}

interface Unknowns {
  readonly picks: readonly number[];
  readonly others: readonly object[];
  readonly isOld: boolean;
}
