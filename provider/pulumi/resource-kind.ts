/**
 * What a resource kind tells Pulumi's side of the house; `dynamic-provider.ts` makes a dynamic provider of it.
 *
 * Inputs are plain JSON. During a preview any value, at any depth, may be the text UNKNOWN instead of its type:
 * `complete` and `changes` must carry it along (`isUnknown`, `whenKnown`), never throw on it.
 */
import type { z } from "zod";
import type { Change } from "../change";
import type { Effect } from "../effect";

/** What an update would still do although no input differs: the preview must tell it, and only a look at the host can. */
export interface Unfinished {
  /** `the host is not as declared (it runs plain Linux, not Xen)`; the effect is appended in the plan. */
  readonly text: string;
  readonly effect: Effect;
}

/** The words of `allow`: effects that need consent, and `dataLoss`. */
type Allowable = "restart" | "reboot" | "migrate" | "replace" | "dataLoss";

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Inputs that every kind has; computed ones are filled in by check. */
export interface CommonInputs {
  /** `PROJECT/STACK::TYPE::NAME` of the resource; filled in by the constructor. Who claims what it makes (host/claim.ts). */
  readonly owner?: string;
  /** Property names whose values are Pulumi secrets; filled in by the constructor. */
  readonly secretProperties?: readonly string[];
  /** What the user consents to; see `defaultAllow` of the kind. */
  readonly allow?: readonly string[];
  /** Computed: a line for each change, `memoryMiB 512 -> 1024: live`. */
  readonly plan?: string;
  /** Computed: the strongest effect of the plan. */
  readonly effect?: Effect;
  /**
   * In state only: what the next update has to do besides. Of the latest refresh it stands in the saved inputs, and check takes
   * it up in `plan`; of a run that did not come to its end only in the outputs, which check never sees: diff tells it.
   */
  readonly unfinished?: readonly Unfinished[];
}

/** Raised by create and update after the first side effect: Pulumi then keeps the resource, and the next up goes on. */
export class UnfinishedError extends Error {
  readonly id: string;
  /** The outputs to keep, `phase` among them. */
  readonly outputs: object;
  /** What is left to do, as the host shows it; default: what the run had planned. */
  readonly left: readonly Unfinished[] | undefined;

  constructor(id: string, outputs: object, cause: unknown, left?: readonly Unfinished[]) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "UnfinishedError";
    this.id = id;
    this.outputs = outputs;
    this.left = left;
  }
}

/** `inputs`: checked inputs. `outputs`: everything that is not an input. State is both together. */
export interface ResourceKind<Inputs extends CommonInputs, Outputs extends object> {
  /** `domu`: names the provider text and the folder. */
  readonly kind: string;
  /** For messages: `DomU`. */
  readonly title: string;
  /** The name people know it by, for messages: the domain's or bridge's name, the path. */
  readonly label: (inputs: Inputs) => string;
  /** Validates what the user wrote; issues become check failures. No defaults here. */
  readonly inputs: z.ZodType;
  /** Rules over several properties. One that meets a value that is not known yet says nothing. */
  readonly faults?: readonly ((inputs: Inputs) => Failure[])[];
  /** What the rules look at, made of what the user wrote: with defaults. Default: that itself. */
  readonly ruled?: (inputs: Inputs) => Inputs;
  /**
   * Defaults, normal forms, identities (derived, never random), generated configuration. Pure.
   *
   * `olds`: the inputs of last time, absent at the first. Derived identities are taken from there, so that they stay
   * when what they were derived from (such as the connection) changes.
   */
  readonly complete: (inputs: Inputs, olds?: Inputs) => Inputs;
  /** Computed texts (such as `config`) that keep their old wording while nothing else changes. */
  readonly computed: readonly (keyof Inputs & string)[];
  /** What differs between two completed inputs, without computed texts, plan, effect, allow and connection. Pure. */
  readonly changes: (olds: Inputs, news: Inputs) => readonly Change[];
  /** The plan of a create, a line each. */
  readonly creation: (inputs: Inputs) => string[];
  /** The strongest effect a create may have on what runs already; default `none`. */
  readonly creationEffect?: (inputs: Inputs) => Effect;
  /** The effect that what a refresh found left to do has with other inputs; default: the same. */
  readonly effectWith?: (effect: Effect, news: Inputs) => Effect;
  /** What an effect does to such an object, after "would", where the usual words say something else. */
  readonly effectWords?: Partial<Readonly<Record<Effect, string>>>;
  /** A property's path as the program writes it, where that is another one: `host` for `connection`. */
  readonly spelled?: (property: string) => string;
  /** What `allow` may hold. */
  readonly allowable: readonly Allowable[];
  /** Effects allowed where the user does not set `allow`. */
  readonly defaultAllow: readonly string[];
  /** `outputs.phase` in this list: nothing is left to do. Absent: always finished. */
  readonly isFinished?: (outputs: Outputs) => boolean;

  /** @throws UnfinishedError after the first side effect. */
  readonly create: (inputs: Inputs) => Promise<{ id: string; outputs: Outputs }>;
  /**
   * `undefined`: the host says that it is not there. Inputs come back as the host has them: that is the drift.
   * `unfinished`: what an update to just these inputs would do; absent: nothing.
   */
  readonly read: (
    id: string,
    inputs: Inputs,
    outputs: Outputs,
  ) => Promise<{ inputs: Inputs; outputs: Outputs; unfinished?: readonly Unfinished[] } | undefined>;
  /** Also finishes what a failed create left. @throws UnfinishedError, DriftError. */
  readonly update: (
    id: string,
    olds: { inputs: Inputs; outputs: Outputs },
    news: Inputs,
  ) => Promise<{ outputs: Outputs }>;
  /** Succeeds when it is gone already. */
  readonly delete: (id: string, inputs: Inputs, outputs: Outputs) => Promise<void>;
}
