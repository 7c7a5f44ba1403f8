/** Preview and up: takes the program's registrations, decides on each a step, and takes it. */
import { randomUUID } from "node:crypto";
import type { Emit } from "./events";
import { NotBegunError, type Operations } from "./operations";
import { decide, inputsAfterReplacement, wantedState } from "./planner";
import { keepIgnored } from "./property-path";
import type { DynamicProvider } from "./provider-process";
import type { Registered, Registration } from "./registration";
import { removeAll } from "./removal";
import { type ResourceState, withMembers } from "./resource-state";
import type { Snapshot } from "./snapshot";
import { dated, Steps } from "./steps";
import { DYNAMIC_PROVIDER_TYPE, makeUrn, STACK_TYPE } from "./urn";
import { type PropertyMap, remarkSecrets, sameValue } from "./wire-values";

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
  readonly #steps: Steps;
  readonly #registered = new Set<string>();
  /** Originals this run has deleted because one they depend on is replaced: they are made again when they register. */
  readonly #gone = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();
  #providerEntry: string | undefined;

  constructor(options: DeployerOptions) {
    this.#with = options;
    this.#steps = new Steps(options);
  }

  /** @throws Error when it failed; the failure is told already. */
  async register(desired: Registration): Promise<Registered> {
    const { project, stack, operations } = this.#with;
    const urn = makeUrn({ project, stack, parent: desired.parent, type: desired.type, name: desired.name });
    if (operations.ending) throw new NotBegunError();
    if (this.#registered.has(urn)) {
      const message = `Two resources of the program have the same type and name: ${urn}. Give one of them another name.`;
      operations.fail("create", urn, message);
      throw new Error(message);
    }
    this.#registered.add(urn);
    return desired.custom ? this.#registerCustom(urn, desired) : this.#registerComponent(urn, desired);
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

  async #registerComponent(urn: string, desired: Registration): Promise<Registered> {
    const { snapshot, operations } = this.#with;
    const old = this.#find(urn, desired);
    const op = old === undefined ? "create" : sameValue(old.inputs ?? {}, desired.inputs) ? "same" : "update";
    const outputs = old?.outputs ?? desired.inputs;
    const wanted = dated(
      wantedState(urn, desired, { inputs: desired.inputs, outputs }),
      old,
      op !== "same",
      this.#with.now(),
    );
    await operations.perform(
      { op, urn, olds: old, news: wanted },
      async () => wanted,
      () => snapshot.settle(old, wanted),
    );
    return { urn, id: "", outputs: desired.type === STACK_TYPE ? {} : outputs };
  }

  async #registerCustom(urn: string, desired: Registration): Promise<Registered> {
    const step = await this.#inTurn(async () => {
      try {
        return await this.#plan(urn, desired);
      } catch (error) {
        if (!(error instanceof NotBegunError)) {
          this.#with.operations.fail(
            this.#find(urn, desired) === undefined ? "create" : "update",
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
  async #plan(urn: string, desired: Registration): Promise<() => Promise<Registered>> {
    const steps = this.#steps;
    if (this.#with.operations.ending) throw new NotBegunError();
    const provider = this.#ensureProviderEntry();
    const old = this.#find(urn, desired);
    const news =
      old === undefined ? desired.inputs : keepIgnored(desired.inputs, old.inputs ?? {}, desired.ignoreChanges);
    if (old === undefined || this.#gone.has(old.urn)) {
      const wanted = wantedState(urn, desired, { inputs: await this.#check(urn, {}, news), outputs: {}, provider });
      return async () => (old === undefined ? steps.create(wanted) : steps.createAgain(old, wanted));
    }
    const checked = await this.#check(urn, old.inputs ?? {}, news);
    const { id = "", outputs = {}, inputs = {} } = old;
    const diff = await (await this.#with.provider()).diff(urn, id, outputs, checked, inputs);
    const decision = decide(old, checked, diff, desired);
    const wanted = wantedState(urn, desired, { id, inputs: checked, outputs, provider });
    if (decision.kind === "same") return async () => steps.same(old, wanted);
    if (decision.kind === "update") return async () => steps.update(old, wanted);
    const fresh = withMembers(wanted, { id: undefined, outputs: {}, inputs: await this.#check(urn, {}, news) });
    if (old.protect === true && !decision.alreadyDeleted) {
      throw new Error(
        `${urn} would have to be replaced, and it is protected. Take the option protect away first, or undo the change.`,
      );
    }
    if (decision.alreadyDeleted) return async () => steps.createAgain(old, fresh);
    if (decision.deleteFirst) {
      const dependents = await this.#dependentsToReplace(old);
      for (const { urn: dependent } of dependents) this.#gone.add(dependent);
      return async () => steps.deleteThenCreate(old, dependents, fresh);
    }
    return async () => steps.createBeside(old, fresh);
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

  #find(urn: string, { aliases }: Registration): ResourceState | undefined {
    const { snapshot } = this.#with;
    return [urn, ...aliases].map((name) => snapshot.find(name)).find((state) => state !== undefined);
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
