/**
 * The state while a run works on it, saved after every operation.
 *
 * It holds what the last run left (`base`) and what this run has settled (`fresh`). What is saved is fresh first, then
 * the part of base that is not settled yet: since a program registers a resource after all it depends on, this keeps
 * every resource behind those it needs, which `pulumi stack import` insists on.
 */
import type { Deployment, PendingKind, PendingOperation } from "./deployment-format";
import { type ResourceState, withMembers } from "./resource-state";

export class Snapshot {
  readonly #save: (deployment: Deployment) => void;
  #base: ResourceState[];
  #fresh: ResourceState[] = [];
  readonly #pending = new Set<PendingOperation>();
  readonly #renamed = new Map<string, string>();

  /** @param save - called with the whole state after each change; must not return before it is on disk. */
  constructor(loaded: readonly ResourceState[], save: (deployment: Deployment) => void) {
    this.#base = [...loaded];
    this.#save = save;
  }

  /** What the last run left and this one has not settled. */
  get base(): readonly ResourceState[] {
    return this.#base;
  }

  get resources(): readonly ResourceState[] {
    return [...this.#fresh, ...this.#base].map((state) => this.#withNewNames(state));
  }

  /** The living entry of that name: not one that waits for its deletion. */
  find(urn: string): ResourceState | undefined {
    return this.#base.find((state) => state.urn === urn && state.delete !== true);
  }

  settled(urn: string): ResourceState | undefined {
    return this.#fresh.find((state) => state.urn === urn);
  }

  /** Notes an operation as under way; the returned function takes the note away (and does not save). */
  begin(type: PendingKind, resource: ResourceState): () => void {
    const operation: PendingOperation = { type, resource };
    this.#pending.add(operation);
    this.save();
    return () => void this.#pending.delete(operation);
  }

  /** The resource is settled as `next`; `old`, if any, is no more. */
  settle(old: ResourceState | undefined, next: ResourceState): void {
    if (old !== undefined) {
      this.#base = this.#base.filter((state) => state !== old);
      if (old.urn !== next.urn) this.#renamed.set(old.urn, next.urn);
    }
    this.#fresh.push(next);
    this.save();
  }

  /** `next` is there, and `old` waits beside it for its deletion: one write, so that neither can be lost. */
  settleBeside(old: ResourceState, next: ResourceState): void {
    this.#base = this.#base.map((state) => (state === old ? withMembers(state, { delete: true }) : state));
    this.#fresh.push(next);
    this.save();
  }

  /** Changes an entry where it stands; returns the new entry. */
  amend(entry: ResourceState, changes: Parameters<typeof withMembers>[1]): ResourceState {
    return this.exchange(entry, withMembers(entry, changes));
  }

  /** Puts another entry in the place of one, whole: members that `next` lacks are gone. */
  exchange(entry: ResourceState, next: ResourceState): ResourceState {
    const swap = (state: ResourceState): ResourceState => (state === entry ? next : state);
    this.#base = this.#base.map(swap);
    this.#fresh = this.#fresh.map(swap);
    this.save();
    return next;
  }

  remove(entry: ResourceState): void {
    this.#base = this.#base.filter((state) => state !== entry);
    this.#fresh = this.#fresh.filter((state) => state !== entry);
    this.save();
  }

  save(): void {
    this.#save({ resources: this.resources, pending: [...this.#pending] });
  }

  /** A resource found by its alias has a new name; those that named the old one must follow. */
  #withNewNames(state: ResourceState): ResourceState {
    if (this.#renamed.size === 0) return state;
    const rename = (urn: string): string => this.#renamed.get(urn) ?? urn;
    const byProperty = Object.entries(state.propertyDependencies ?? {});
    return withMembers(state, {
      parent: state.parent === undefined ? undefined : rename(state.parent),
      dependencies: state.dependencies?.map(rename),
      propertyDependencies:
        state.propertyDependencies === undefined
          ? undefined
          : Object.fromEntries(byProperty.map(([key, urns]) => [key, urns.map(rename)] as const)),
    });
  }
}
