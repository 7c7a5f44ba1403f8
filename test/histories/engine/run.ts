/** What an engine is told, what it tells, and small questions about both. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { Method, Properties } from "./provider-protocol";
import type { ResourceState } from "./stack-state";

/** A resource as a program registers it. */
export interface Registration {
  readonly key: string;
  readonly kind: string;
  /** Keys that it had before. */
  readonly aliases: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly dependencies: readonly string[];
  /** What its constructor makes of the outputs of what it depends on. */
  readonly inputs: (outputs: (key: string) => Properties) => Properties;
}

type Op = "create" | "update" | "same" | "replace" | "delete";

/** What a preview says about a resource. */
export interface Announced {
  readonly op: Op;
  readonly key: string;
  readonly kind: string;
  readonly effect: string;
  readonly plan: string;
  /** Effects of what an earlier run has left, which diff tells in lines of its own. */
  readonly left: readonly string[];
  readonly inputs: Properties;
  readonly old: ResourceState | undefined;
}

export interface RunFault {
  readonly key: string;
  readonly method: Method | "program";
  readonly message: string;
}

export interface Run {
  readonly announced: readonly Announced[];
  readonly fault: RunFault | undefined;
}

/** A call of a provider that may touch the host. */
export interface HostCall {
  readonly method: Method;
  readonly key: string;
  readonly kind: string;
  readonly inputs: Properties;
  /** What the state has, where the call is about something that it has. */
  readonly outputs?: Properties;
}

/** Called around each of them. */
export interface Watch {
  before(call: HostCall): Promise<void> | void;
  after(call: HostCall, error: string | undefined): Promise<void> | void;
}

/** The SDK's launcher puts the provider's text back on whatever comes from the provider. */
export function withText(values: Properties, from: Properties): Properties {
  return { ...values, ...("__provider" in from ? { __provider: from["__provider"] } : {}) };
}

export function announcedOf(
  op: Op,
  { key, kind }: Registration,
  inputs: Properties,
  old: ResourceState | undefined,
): Announced {
  const text = (name: string): string => (typeof inputs[name] === "string" ? inputs[name] : "");
  // What stays as it is shows no plan, whatever text it keeps.
  const [effect, plan] = op === "same" ? ["none", ""] : [text("effect"), text("plan")];
  const unfinished = op === "update" ? (old?.outputs["unfinished"] as readonly { effect: string }[] | undefined) : [];
  return { op, key, kind, effect, plan, left: (unfinished ?? []).map((one) => one.effect), inputs, old };
}

export function changedKeys(before: Properties, after: Properties): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  );
}

/** What may be registered at the same time: nothing of a wave depends on another of it. */
export function wavesOf(program: readonly Registration[]): Registration[][] {
  const waves: Registration[][] = [];
  for (const registration of program) {
    const wave = waves.at(-1);
    if (wave === undefined || wave.some(({ key }) => registration.dependencies.includes(key)))
      waves.push([registration]);
    else wave.push(registration);
  }
  return waves;
}

/** Those that are going, in an order in which whoever depends comes first: what does not depend on one another goes at the same time. */
export function removalWaves(going: readonly ResourceState[]): ResourceState[][] {
  const waves: ResourceState[][] = [];
  for (const old of going) {
    const wave = waves.at(-1);
    if (wave === undefined || wave.some(({ dependencies }) => dependencies.includes(old.key))) waves.push([old]);
    else wave.push(old);
  }
  return waves;
}

/** Those that had begun come to their end, whatever becomes of the others. @throws what the first of those that failed throws. */
export async function allOf<T>(these: readonly T[], each: (one: T) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(these.map(each));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
