/**
 * A dynamic provider of Pulumi's, made of a resource kind: check, diff, create, read, update, delete.
 *
 * State is inputs and outputs side by side, plain JSON. `check` and `diff` are pure and never throw on a value that
 * is not known yet. What the engine may send and what it makes of our answers: docs/pulumi-protocol.md.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { strongest } from "../effect";
import { faultsOf, noticedFault } from "./check-failures";
import { noticesOf } from "./noticed";
import { PROVIDER_KEY, providerText } from "./provider-text";
import type { CommonInputs, Failure, ResourceKind } from "./resource-kind";
import { UnfinishedError } from "./resource-kind";
import { type SecretPath, withoutSecretValues } from "./secret-paths";
import {
  allChanges,
  leftByPlan,
  leftToDo,
  permitted,
  tellUnfinished,
  verdictOf,
  vetoes,
  vetoesOfUnfinished,
} from "./verdict";
import { SCHEMA_VERSION, assertReadable, plainJson, splitState, withoutNulls } from "./state";
import { whereKnown } from "./where-known";

type Properties = Record<string, unknown>;

export interface DynamicProvider {
  check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: Failure[] }>;
  diff(
    id: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ changes?: boolean; replaces?: string[]; deleteBeforeReplace?: boolean }>;
  create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
  read(id: string, props: Properties): Promise<{ id: string; props: Properties; inputs?: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }>;
  delete(id: string, props: Properties): Promise<void>;
}

/** `tell`: shows people a line that no answer to the engine has a place for. */
export function dynamicProvider<I extends CommonInputs, O extends object>(
  kind: ResourceKind<I, O>,
  tell: (line: string) => void = () => undefined,
): DynamicProvider {
  const allowSchema = z.object({ allow: z.array(z.enum(kind.allowable)).optional() });
  const spelled = kind.spelled ?? ((property: string): string => property);

  const stateOf = (inputs: I, outputs: object): Properties =>
    plainJson({ ...inputs, ...outputs, [PROVIDER_KEY]: providerText(kind.kind), schemaVersion: SCHEMA_VERSION });

  const split = (props: Properties): { inputs: I; outputs: O } => {
    assertReadable(kind.title, props);
    return splitState<I, O>(kind.inputs, kind.computed, props);
  };

  /** Do two inputs differ only in the texts that check computes from them? */
  const sameButComputed = (olds: I, news: I): boolean => {
    const computed = new Set(["plan", "effect", "unfinished", ...kind.computed]);
    const bare = (inputs: I): Properties =>
      plainJson(Object.fromEntries(Object.entries(inputs).filter(([name]) => !computed.has(name))));
    return isDeepStrictEqual(bare(olds), bare(news));
  };

  /** One sentence in front of whatever went wrong, and Pulumi's shape where something is left on the host. */
  const unable = (action: string, inputs: I, error: unknown, before?: I): Error => {
    const what = error instanceof Error ? error.message : String(error);
    const message = `Unable to ${action} ${kind.title} "${kind.label(inputs)}": ${what}`;
    const whole = new Error(message, { cause: error });
    if (!(error instanceof UnfinishedError)) return whole;
    const left = error.left ?? leftByPlan(inputs, before);
    const properties = stateOf(left.length === 0 ? inputs : { ...inputs, unfinished: left }, error.outputs);
    return Object.assign(whole, { id: error.id, properties, reasons: [message] });
  };

  return {
    async check(olds, news) {
      // For check alone: neither is a property of what is declared.
      const { [PROVIDER_KEY]: _, noticed, secretPaths, ...rest } = news;
      const raw = withoutNulls(plainJson(rest));
      const { plan: _plan, effect: _effect, owner: _owner, secretProperties, allow, ...own } = raw;
      const secrets = secretsOf(secretPaths ?? secretProperties);
      const telling = { secrets, spelled };
      const failures = [...faultsOf(kind.inputs, own, telling), ...faultsOf(allowSchema, { allow }, telling)];
      const notices = noticesOf(noticed).map((notice) => noticedFault(notice, own, telling));
      if (failures.length > 0) return { inputs: raw, failures: [...failures, ...notices] };
      const given = raw as unknown as I;
      const ruled = kind.ruled?.(given) ?? given;
      failures.push(
        ...(kind.faults ?? []).flatMap((rule) =>
          whereKnown(ruled, rule).map(({ property, reason }) => ({
            property: spelled(property),
            reason: withoutSecretValues(reason, own, secrets),
          })),
        ),
      );
      // A rule and the constructor may see the same.
      failures.push(...notices.filter(({ reason }) => !failures.some((known) => known.reason === reason)));
      if (failures.length > 0) return { inputs: raw, failures };

      const completed = kind.complete(given, Object.keys(olds).length === 0 ? undefined : (olds as unknown as I));
      if (Object.keys(olds).length === 0) {
        return {
          inputs: plainJson({
            ...completed,
            plan: kind.creation(completed).join("\n"),
            effect: kind.creationEffect?.(completed) ?? "none",
          }),
          failures,
        };
      }
      const before = olds as unknown as I;
      const changes = allChanges(kind, before, completed);
      const allowed = completed.allow ?? kind.defaultAllow;
      const left = leftToDo(kind, before, completed);
      failures.push(
        ...vetoes(changes, allowed, kind.effectWords).map((veto) => ({ ...veto, property: spelled(veto.property) })),
        ...vetoesOfUnfinished(left, allowed, kind.effectWords),
      );
      return { inputs: plainJson({ ...completed, ...verdictOf([...changes, ...left]) }), failures };
    },

    async diff(_id, olds, news) {
      const before = split(olds);
      const isUnfinished = kind.isFinished !== undefined && !kind.isFinished(before.outputs);
      const after = split({ ...news, schemaVersion: SCHEMA_VERSION }).inputs;
      const replaces = allChanges(kind, before.inputs, after)
        .filter(({ effect }) => effect === "replace")
        .map(({ property }) => property.split(/[.[]/, 1)[0] ?? property);
      const left = leftToDo(kind, before.inputs, after);
      const isLeft = left.length > 0;
      // After a refresh the plan says it.
      const untold = left.filter(({ text }) => !(after.plan ?? "").includes(text));
      if (isUnfinished && untold.length > 0)
        tellUnfinished(kind.title, kind.label(before.inputs), untold).forEach(tell);
      return {
        // Where inputs differ `changes` stays out: the engine then compares them itself and shows each property's difference.
        // The plan is computed afresh each time: it must not be a difference of its own.
        ...(isUnfinished || isLeft
          ? { changes: true }
          : sameButComputed(before.inputs, after)
            ? { changes: false }
            : {}),
        ...(replaces.length === 0 ? {} : { replaces: [...new Set(replaces)], deleteBeforeReplace: true }),
      };
    },

    async create(props) {
      const { inputs } = split({ ...props, schemaVersion: SCHEMA_VERSION });
      try {
        const { id, outputs } = await kind.create(inputs);
        return { id, outs: stateOf(inputs, outputs) };
      } catch (error) {
        throw unable("create", inputs, error);
      }
    },

    async read(id, props) {
      const { inputs, outputs } = split(props);
      try {
        const seen = await kind.read(id, inputs, outputs);
        if (seen === undefined) return { id: "", props: {} };
        const { unfinished: _former, ...asSeen } = seen.inputs;
        const left = seen.unfinished ?? [];
        const now = { ...asSeen, ...(left.length === 0 ? {} : { unfinished: left }) };
        return { id, props: stateOf(now as I, seen.outputs), inputs: plainJson(now) };
      } catch (error) {
        throw unable("read", inputs, error);
      }
    },

    async update(id, olds, news) {
      const before = split(olds);
      const { inputs } = split({ ...news, schemaVersion: SCHEMA_VERSION });
      try {
        // What an earlier run left, diff has told of this preview: to that much it is held, so far as `allow` goes.
        const left = permitted(leftToDo(kind, before.inputs, inputs), inputs.allow ?? kind.defaultAllow);
        const effect = strongest([inputs.effect ?? "none", ...left.map((one) => one.effect)]);
        const { outputs } = await kind.update(id, before, { ...inputs, effect });
        return { outs: stateOf(inputs, outputs) };
      } catch (error) {
        throw unable("update", inputs, error, before.inputs);
      }
    },

    async delete(id, props) {
      const { inputs, outputs } = split(props);
      try {
        await kind.delete(id, inputs, outputs);
      } catch (error) {
        throw unable("delete", inputs, error);
      }
    },
  };
}

/** `[["connection", "privateKey"]]`; or names of whole properties. */
function secretsOf(given: unknown): SecretPath[] {
  return Array.isArray(given) ? given.map((path: unknown) => (Array.isArray(path) ? path : [path]) as SecretPath) : [];
}
