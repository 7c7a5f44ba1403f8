/** A kind as the laws take it: what check, the engine and the host make of a case. */
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import type { Change } from "../../provider/change";
import { dynamicProvider } from "../../provider/pulumi";
import type { AnyLawKind, Applied, Faults, Seen } from "./kind";
import { isReplacing, plain } from "./words";

export interface Law {
  readonly name: string;
  readonly cases: fc.Arbitrary<unknown>;
  readonly faults: (given: never) => Faults | Promise<Faults>;
}

export interface Edited {
  readonly program: object;
  readonly edits: readonly unknown[];
}

export type Subject = ReturnType<typeof subjectOf>;

export function subjectOf(law: AnyLawKind) {
  const { kind, programs, edits, host } = law;
  const editLists = fc.array(edits, { minLength: 1, maxLength: 4 });
  const edited: fc.Arbitrary<Edited> = fc.record({ program: programs, edits: editLists });
  const provider = dynamicProvider(kind);
  const afterEdits = ({ program, edits: list }: Edited): object =>
    list.reduce<object>((now, edit) => law.edited(now, edit) as object, program);
  /** As the state keeps them: plain JSON. */
  const complete = (program: object, olds?: object): object => plain(kind.complete(program, olds) as object);

  const without = (quiet: readonly Change[], olds: object, news: object): Change[] =>
    quiet.filter((change) => !isQuiet(change, olds, news));
  const isQuiet = (change: Change, olds: object, news: object): boolean =>
    change.effect === "none" && change.refused === undefined && law.isQuiet(change, olds, news);
  const afresh = (inputs: object): Applied<unknown> => ({
    host: host.made(inputs),
    failed: [],
    effect: "replace",
    jobs: [],
  });
  /** What the engine does: where the preview replaces it deletes the object and creates the other one. */
  const applied = async (now: unknown, inputs: object, preview: readonly Change[]): Promise<Applied<unknown>> =>
    isReplacing(preview) && preview.every(({ refused }) => refused === undefined)
      ? afresh(inputs)
      : host.apply(now, inputs, "update");
  /** Of what a refresh has found gone; by another label it is made in another place, where nothing is. */
  const created = async (now: unknown, olds: object, news: object): Promise<Applied<unknown>> =>
    isDeepStrictEqual(labelOf(olds), labelOf(news))
      ? host.apply(now, news, "create")
      : { ...afresh(news), effect: kind.creationEffect?.(news) ?? "none" };
  const labelOf = (inputs: object): unknown => (inputs as Record<string, unknown>)[law.label];
  const read = (now: unknown, inputs: object): Seen<object> | undefined => host.read(now, inputs);
  /** That which no property shows, and that which the plan does not see. */
  const leftOn = (now: unknown, inputs: object): Faults => [
    ...(read(now, inputs)?.left ?? []).map(({ text }) => `still to be done: ${text}`),
    ...host.lacks(now, inputs),
  ];

  /** What an update of which the preview does not speak does all the same to the host that these inputs have made. */
  const touchedBy = async (olds: object, news: object): Promise<Faults> => {
    const update: Applied<unknown> = await host.apply(host.made(olds), news, "update");
    const { host: now, effect, refusal, failed } = update;
    if (refusal !== undefined) return [refusal];
    const isAsBefore = effect === "none" && isDeepStrictEqual(now, host.made(olds));
    return [
      ...failed,
      ...(isAsBefore ? [] : [`an update makes another host of it (${effect}): ${JSON.stringify(now)}`]),
    ];
  };

  return { provider, afterEdits, complete, without, applied, created, read, leftOn, touchedBy, editLists, edited };
}
