/** Preview and up: takes the program's registrations, decides on each a step, and takes it. */
import { randomUUID } from "node:crypto";
import type { Emit } from "./events";
import { NotBegunError, type Operations } from "./operations";
import { decide, inputsAfterReplacement, wantedState } from "./planner";
import { keepIgnored } from "./property-path";
import type { DynamicProvider } from "./provider-process";
import type { Registered, Registration } from "./registration";
import { removeAll, removeBeforeReplacement } from "./removal";
import { type ResourceState, withMembers } from "./resource-state";
import type { Snapshot } from "./snapshot";
import { DYNAMIC_PROVIDER_TYPE, makeUrn, STACK_TYPE } from "./urn";
import { markKeys, type PropertyMap, remarkSecrets, sameValue } from "./wire-values";

export interface DeployerOptions {
  readonly project: string;
  readonly stack: string;
  readonly snapshot: Snapshot;
  readonly operations: Operations;
  readonly emit: Emit;
  /** Starts the dynamic provider at the first call. */
  readonly provider: () => Promise<DynamicProvider>;
  /** The stack configuration, secrets marked: the inputs of the provider's entry. */
  readonly config: PropertyMap;
  readonly now: () => string;
}

export class Deployer {
  readonly #with: DeployerOptions;
  readonly #registered = new Set<string>();
  /** Originals this run has deleted because one they depend on is replaced: they are made again when they register. */
  readonly #gone = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();
  #providerEntry: string | undefined;

  constructor(options: DeployerOptions) {
    this.#with = options;
  }

  /** @throws Error when it failed; the failure is told already. */
  async register(wish: Registration): Promise<Registered> {
    const { project, stack, operations } = this.#with;
    const urn = makeUrn({ project, stack, parent: wish.parent, type: wish.type, name: wish.name });
    if (operations.ending) throw new NotBegunError();
    if (this.#registered.has(urn)) {
      const message = `Two resources of the program have the same type and name: ${urn}. Give one of them another name.`;
      operations.fail("create", urn, message);
      throw new Error(message);
    }
    this.#registered.add(urn);
    return wish.custom ? this.#registerCustom(urn, wish) : this.#registerComponent(urn, wish);
  }

  /** Outputs of a component, or of the stack. */
  registerOutputs(urn: string, outputs: PropertyMap): void {
    const { snapshot, operations, emit } = this.#with;
    const state = snapshot.settled(urn);
    if (state === undefined) throw new Error(`Outputs for ${urn}, which was not registered.`);
    const olds = state.outputs ?? {};
    // A run that fails keeps the stack's old outputs beside the new ones.
    const news = operations.failures > 0 && state.type === STACK_TYPE ? { ...olds, ...outputs } : outputs;
    snapshot.amend(state, { outputs: news });
    if (state.type === STACK_TYPE) emit({ kind: "outputs", olds, news });
  }

  /** The program has ended well: what it no longer names goes. */
  async finish(): Promise<void> {
    if (this.#with.operations.ending) return;
    await removeAll(this.#with, this.#with.snapshot.base);
  }

  async #registerComponent(urn: string, wish: Registration): Promise<Registered> {
    const { snapshot, operations } = this.#with;
    const old = this.#find(urn, wish);
    const op = old === undefined ? "create" : sameValue(old.inputs ?? {}, wish.inputs) ? "same" : "update";
    const outputs = old?.outputs ?? wish.inputs;
    const wanted = this.#dated(wantedState(urn, wish, { inputs: wish.inputs, outputs }), old, op !== "same");
    await operations.perform(
      { op, urn, olds: old, news: wanted },
      async () => wanted,
      () => snapshot.settle(old, wanted),
    );
    return { urn, id: "", outputs: wish.type === STACK_TYPE ? {} : outputs };
  }

  async #registerCustom(urn: string, wish: Registration): Promise<Registered> {
    const step = await this.#inTurn(async () => {
      try {
        return await this.#plan(urn, wish);
      } catch (error) {
        if (!(error instanceof NotBegunError)) {
          this.#with.operations.fail(
            this.#find(urn, wish) === undefined ? "create" : "update",
            urn,
            (error as Error).message,
          );
        }
        throw error;
      }
    });
    return step();
  }

  /** Check and Diff, one resource after the other, as the real engine has it; the returned step runs beside others. */
  async #plan(urn: string, wish: Registration): Promise<() => Promise<Registered>> {
    if (this.#with.operations.ending) throw new NotBegunError();
    const provider = this.#ensureProviderEntry();
    const old = this.#find(urn, wish);
    const news = old === undefined ? wish.inputs : keepIgnored(wish.inputs, old.inputs ?? {}, wish.ignoreChanges);
    if (old === undefined || this.#gone.has(old.urn)) {
      const wanted = wantedState(urn, wish, { inputs: await this.#check(urn, {}, news), outputs: {}, provider });
      return async () => {
        if (old === undefined) return this.#create("create", wanted, (made) => this.#settle(old, made));
        await this.#tellReplace(old, wanted);
        return this.#create("create-replacement", wanted, (made) => this.#settle(old, made));
      };
    }
    const checked = await this.#check(urn, old.inputs ?? {}, news);
    const { id = "", outputs = {}, inputs = {} } = old;
    const diff = await (await this.#with.provider()).diff(urn, id, outputs, checked, inputs);
    const decision = decide(old, checked, diff, wish);
    const wanted = wantedState(urn, wish, { id, inputs: checked, outputs, provider });
    if (decision.kind === "same") return async () => this.#same(old, wanted);
    if (decision.kind === "update") return async () => this.#update(old, wanted);
    const fresh = withMembers(wanted, { id: undefined, outputs: {}, inputs: await this.#check(urn, {}, news) });
    if (old.protect === true && !decision.alreadyDeleted) {
      throw new Error(
        `${urn} would have to be replaced, and it is protected. Take the option protect away first, or undo the change.`,
      );
    }
    if (decision.alreadyDeleted) {
      return async () => {
        await this.#tellReplace(old, fresh);
        return this.#create("create-replacement", fresh, (made) => this.#settle(old, made));
      };
    }
    if (decision.deleteFirst) {
      const dependents = await this.#dependentsToReplace(old);
      for (const { urn: dependent } of dependents) this.#gone.add(dependent);
      return async () => this.#deleteThenCreate(old, dependents, fresh);
    }
    return async () => {
      await this.#tellReplace(old, fresh);
      return this.#create("create-replacement", fresh, (made) => this.#with.snapshot.settleBeside(old, made));
    };
  }

  async #check(urn: string, olds: PropertyMap, news: PropertyMap): Promise<PropertyMap> {
    const { inputs, failures } = await (await this.#with.provider()).check(urn, olds, news);
    if (failures.length > 0) {
      throw new Error(
        failures.map(({ property, reason }) => (property === "" ? reason : `${property}: ${reason}`)).join("\n"),
      );
    }
    return remarkSecrets(inputs, news);
  }

  async #same(old: ResourceState, wanted: ResourceState): Promise<Registered> {
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

  async #update(old: ResourceState, wanted: ResourceState): Promise<Registered> {
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
  async #deleteThenCreate(
    old: ResourceState,
    dependents: readonly ResourceState[],
    fresh: ResourceState,
  ): Promise<Registered> {
    for (const dependent of [...dependents].reverse()) await removeBeforeReplacement(this.#with, dependent);
    const original = await removeBeforeReplacement(this.#with, old);
    await this.#tellReplace(old, fresh);
    return this.#create("create-replacement", fresh, (made) => this.#settle(original, made));
  }

  async #dependentsToReplace(root: ResourceState): Promise<ResourceState[]> {
    const { snapshot, provider } = this.#with;
    const replaced = new Set([root.urn]);
    const found: ResourceState[] = [];
    for (const state of snapshot.base) {
      if (state.delete === true || this.#gone.has(state.urn)) continue;
      const news = inputsAfterReplacement(state, replaced);
      if (news === undefined) continue;
      const { urn, id = "", outputs = {}, inputs = {} } = state;
      const { replaces } = await (await provider()).diff(urn, id, outputs, news, inputs);
      if (replaces.length === 0) continue;
      replaced.add(urn);
      found.push(state);
    }
    return found;
  }

  async #tellReplace(old: ResourceState, news: ResourceState): Promise<void> {
    await this.#with.operations.perform(
      { op: "replace", urn: news.urn, olds: old, news },
      async () => news,
      () => undefined,
    );
  }

  #find(urn: string, { aliases }: Registration): ResourceState | undefined {
    const { snapshot } = this.#with;
    return [urn, ...aliases].map((name) => snapshot.find(name)).find((state) => state !== undefined);
  }

  #settle(old: ResourceState | undefined, next: ResourceState): void {
    this.#with.snapshot.settle(old === undefined ? undefined : this.#with.snapshot.find(old.urn), next);
  }

  #marked(outputs: PropertyMap, { inputs = {}, additionalSecretOutputs = [] }: ResourceState): PropertyMap {
    return markKeys(remarkSecrets(outputs, inputs), additionalSecretOutputs);
  }

  #dated(state: ResourceState, old: ResourceState | undefined, changed: boolean): ResourceState {
    const now = this.#with.now();
    return withMembers(state, {
      created: old === undefined ? now : old.created,
      modified: changed ? now : old?.modified,
    });
  }

  /** The entry of the dynamic provider itself, which every custom resource names. */
  #ensureProviderEntry(): string {
    if (this.#providerEntry === undefined) {
      const { project, stack, snapshot, config, now } = this.#with;
      const urn = makeUrn({ project, stack, type: DYNAMIC_PROVIDER_TYPE, name: "default" });
      const old = snapshot.find(urn);
      const id = old?.id ?? randomUUID();
      const entry = { urn, custom: true, id, type: DYNAMIC_PROVIDER_TYPE, inputs: config, outputs: config };
      snapshot.settle(old, { ...entry, created: old?.created ?? now(), modified: old?.modified ?? now() });
      this.#providerEntry = `${urn}::${id}`;
    }
    return this.#providerEntry;
  }

  /** One after the other. A failure ends the run, so that whoever waits finds it ending. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

function registered({ urn, id = "", outputs = {} }: ResourceState): Registered {
  return { urn, id, outputs };
}
