/** The steps on one custom resource: each calls the provider (not in a preview) and settles the result. */
import type { Operations } from "./operations";
import type { DynamicProvider } from "./provider-process";
import type { Registered } from "./registration";
import { removeBeforeReplacement } from "./removal";
import { type ResourceState, withMembers } from "./resource-state";
import type { Snapshot } from "./snapshot";
import { markKeys, type PropertyMap, remarkSecrets } from "./wire-values";

export interface StepsOptions {
  readonly snapshot: Snapshot;
  readonly operations: Operations;
  readonly provider: () => Promise<DynamicProvider>;
  readonly now: () => string;
}

/** Every method throws when its operation failed; the failure is told and settled already. */
export class Steps {
  readonly #with: StepsOptions;

  constructor(options: StepsOptions) {
    this.#with = options;
  }

  async create(wanted: ResourceState): Promise<Registered> {
    return this.#create("create", wanted, (made) => this.#settle(undefined, made));
  }

  /** Creates a resource again whose original is gone already, by this run or an earlier one. */
  async createAgain(old: ResourceState, fresh: ResourceState): Promise<Registered> {
    await this.#tellReplace(old, fresh);
    return this.#create("create-replacement", fresh, (made) => this.#settle(old, made));
  }

  /** Makes the replacement while the original is there; that is deleted at the end of the run. */
  async createBeside(old: ResourceState, fresh: ResourceState): Promise<Registered> {
    await this.#tellReplace(old, fresh);
    return this.#create("create-replacement", fresh, (made) => this.#with.snapshot.settleBeside(old, made));
  }

  /** Takes over what only the engine knows: options, dependencies. */
  async same(old: ResourceState, wanted: ResourceState): Promise<Registered> {
    const next = this.#dated(wanted, old, false);
    await this.#with.operations.perform(
      { op: "same", urn: next.urn, olds: old, news: next },
      async () => next,
      () => this.#settle(old, next),
    );
    return registered(next);
  }

  async #create(
    op: "create" | "create-replacement",
    wanted: ResourceState,
    settle: (made: ResourceState) => void,
  ): Promise<Registered> {
    const { operations } = this.#with;
    const { urn, inputs = {} } = wanted;
    const made = (id: string, outputs: PropertyMap): ResourceState =>
      this.#dated(withMembers(wanted, { id, outputs: this.#marked(outputs, wanted) }), undefined, true);
    const result = await operations.perform(
      { op, urn, news: wanted, pending: "creating" },
      async () => {
        if (operations.dryRun) return withMembers(wanted, { outputs: inputs });
        const answer = await (await this.#with.provider()).create(urn, inputs, wanted.customTimeouts?.create ?? 0);
        return made(answer.id, answer.outputs);
      },
      (state) => settle(state ?? wanted),
      (failure) => settle(withMembers(made(failure.id, failure.properties), { initErrors: failure.reasons })),
    );
    return registered(result ?? wanted);
  }

  async update(old: ResourceState, wanted: ResourceState): Promise<Registered> {
    const { operations } = this.#with;
    const { urn, id = "", inputs = {} } = wanted;
    const result = await operations.perform(
      { op: "update", urn, olds: old, news: wanted, pending: "updating" },
      async () => {
        if (operations.dryRun) return withMembers(wanted, { outputs: inputs });
        const provider = await this.#with.provider();
        const answer = await provider.update(
          urn,
          id,
          old.outputs ?? {},
          inputs,
          old.inputs ?? {},
          wanted.customTimeouts?.update ?? 0,
        );
        return this.#dated(withMembers(wanted, { outputs: this.#marked(answer, wanted) }), old, true);
      },
      (state) => this.#settle(old, state ?? wanted),
      // The old inputs stay, so that the next run sees the same change again and goes on.
      (failure) => {
        const outputs = this.#marked(failure.properties, wanted);
        const half = withMembers(wanted, { id: failure.id, inputs: old.inputs, outputs, initErrors: failure.reasons });
        this.#settle(old, this.#dated(half, old, true));
      },
    );
    return registered(result ?? wanted);
  }

  /** Dependents that answered `replaces` go first, then the original; then its replacement is made. */
  async deleteThenCreate(
    old: ResourceState,
    dependents: readonly ResourceState[],
    fresh: ResourceState,
  ): Promise<Registered> {
    for (const dependent of [...dependents].reverse()) await removeBeforeReplacement(this.#with, dependent);
    const original = await removeBeforeReplacement(this.#with, old);
    await this.#tellReplace(old, fresh);
    return this.#create("create-replacement", fresh, (made) => this.#settle(original, made));
  }

  async #tellReplace(old: ResourceState, news: ResourceState): Promise<void> {
    await this.#with.operations.perform(
      { op: "replace", urn: news.urn, olds: old, news },
      async () => news,
      () => undefined,
    );
  }

  #settle(old: ResourceState | undefined, next: ResourceState): void {
    this.#with.snapshot.settle(old === undefined ? undefined : this.#with.snapshot.find(old.urn), next);
  }

  #marked(outputs: PropertyMap, { inputs = {}, additionalSecretOutputs = [] }: ResourceState): PropertyMap {
    return markKeys(remarkSecrets(outputs, inputs), additionalSecretOutputs);
  }

  #dated(state: ResourceState, old: ResourceState | undefined, isChanged: boolean): ResourceState {
    return dated(state, old, isChanged, this.#with.now());
  }
}

/** With the times at which it was made and last changed. */
export function dated(
  state: ResourceState,
  old: ResourceState | undefined,
  isChanged: boolean,
  now: string,
): ResourceState {
  return withMembers(state, {
    created: old === undefined ? now : old.created,
    modified: isChanged ? now : old?.modified,
  });
}

function registered({ urn, id = "", outputs = {} }: ResourceState): Registered {
  return { urn, id, outputs };
}
