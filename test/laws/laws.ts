/** The laws, for every kind alike: each takes a case and tells what is wrong with it. */
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import type { Change } from "../../provider/change";
import type { AnyLawKind } from "./kind";
import { leaks, secretsOf } from "./secrets";
import { type Edited, type Law, subjectOf } from "./subject";
import { textLaws } from "./text-laws";
import { emptied, isOpened, isReplacing, lined, plain, told, unannounced, unlike, weaker } from "./words";

export function lawsOf(law: AnyLawKind): readonly Law[] {
  const { kind, programs, edits, host } = law;
  const subject = subjectOf(law);
  const { provider, afterEdits, complete, without, applied, created, read, leftOn, touchedBy, editLists, edited } =
    subject;

  const laws: Law[] = [
    {
      name: "to the object as its inputs made it there is nothing to do",
      cases: programs,
      faults: async (program: object) => {
        const inputs = complete(program);
        return [
          ...(await touchedBy(inputs, inputs)),
          ...emptied("as made", law.plan(law.asMade(inputs), inputs)),
          ...emptied("on its host", law.plan(host.observed(host.made(inputs), inputs), inputs)),
          ...leftOn(host.made(inputs), inputs),
          ...(isDeepStrictEqual(complete(inputs, inputs), inputs) ? [] : ["completed once more it is another"]),
        ];
      },
    },
    {
      name: "an update plans what its preview planned",
      cases: edited,
      faults: async (given: Edited) => {
        const olds = complete(given.program);
        const news = complete(afterEdits(given), olds);
        const planned = law.plan(law.asMade(olds), news);
        const preview = without(planned, olds, news);
        const update = without(law.plan(host.observed(host.made(olds), news), news), olds, news);
        const both = [`preview: ${lined(preview)}`, `update: ${lined(update)}`];
        if (isReplacing(planned)) {
          // No update comes. What the host shows of the object is in the preview, but not what its state alone says of it.
          const texts = preview.map(({ property }) => property);
          return isReplacing(update) && update.every(({ property }) => texts.includes(property)) ? [] : both;
        }
        // An update knows not what was a secret until now: in its errors it hides what is one.
        const words = isOpened(olds, news)
          ? ({ property, effect }: Change): object => ({ property, text: property, effect })
          : told;
        return [
          ...(isDeepStrictEqual(preview.map(words), update.map(words)) ? [] : both),
          ...(preview.length === 0 ? [...leftOn(host.made(olds), news), ...(await touchedBy(olds, news))] : []),
        ];
      },
    },
    {
      name: "after an update nothing is left to do",
      cases: fc.record({ program: programs, edits: editLists, more: editLists }),
      faults: async (given: Edited & { readonly more: readonly unknown[] }) => {
        let now: unknown = host.made(complete(given.program));
        let olds = complete(given.program);
        let program = given.program;
        const faults: string[] = [];
        for (const list of [given.edits, given.more]) {
          const next = afterEdits({ program, edits: list });
          const news = complete(next, olds);
          const preview = law.plan(law.asMade(olds), news);
          const update = await applied(now, news, preview);
          faults.push(...unlike(preview, update, law.mayStop?.(news, preview)));
          // A program that is refused is not taken: the next edit starts where this one did.
          if (update.refusal !== undefined) continue;
          [now, olds, program] = [update.host, news, next];
          faults.push(
            ...update.failed,
            ...emptied("after the update", law.plan(host.observed(now, news), news)),
            ...leftOn(now, news),
            ...weaker(update.effect, preview, "the update"),
          );
        }
        return faults;
      },
    },
    {
      name: "an up after a refresh undoes a drift, and announces it",
      cases: fc.record({
        program: programs,
        hands: fc.array(host.hands, { minLength: 1, maxLength: 3 }),
        edits: fc.array(edits, { maxLength: 2 }),
      }),
      faults: async (given: Edited & { readonly hands: readonly unknown[] }) => {
        const olds = complete(given.program);
        const touched = given.hands.reduce((now: unknown, hand) => host.touched(now, hand) as unknown, host.made(olds));
        const found = read(touched, olds);
        const seen = found === undefined ? undefined : plain(found.inputs);
        const news = complete(afterEdits(given), seen);
        const planned = seen === undefined ? [] : law.plan(law.asMade(seen), news);
        const creation = { text: "it is made", effect: kind.creationEffect?.(news) ?? "none" };
        const left = (found?.left ?? []).map((each) => ({
          ...each,
          effect: kind.effectWith?.(each.effect, news) ?? each.effect,
        }));
        const update = seen === undefined ? await created(touched, olds, news) : await applied(touched, news, planned);
        const unalike = unlike(planned, update, law.mayStop?.(news, planned));
        if (update.refusal !== undefined) return unalike;
        const onHost = law.plan(host.observed(touched, news), news);
        const after = read(update.host, news);
        return [
          ...unalike,
          ...update.failed,
          ...(seen === undefined
            ? []
            : [
                ...leaks(law, { secrets: secretsOf(seen, news), inputs: [seen, news] }, [...planned, ...onHost]),
                ...(given.edits.length > 0 ? [] : unannounced(onHost, planned, left)),
                // Kept in the state from the refresh, when it was as secret as the state itself.
                ...leaks(law, { secrets: secretsOf(seen, seen), inputs: [seen] }, left),
              ]),
          ...weaker(update.effect, seen === undefined ? [creation] : [...planned, ...left], "the update"),
          ...emptied("after the update", law.plan(host.observed(update.host, news), news)),
          ...host.lacks(update.host, news),
          ...(after !== undefined && isDeepStrictEqual(plain(after.inputs), news) && after.left.length === 0
            ? []
            : [`a refresh after the update still shows a drift: ${JSON.stringify(after)}`]),
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
        const answer = await provider.diff("id", { ...news, ...law.finished }, checked.inputs);
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
    ...textLaws(law, subject),
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
