/** Deleting resources: who needs another goes first, independent ones at the same time. */
import type { OperationKind } from "./events";
import { NotBegunError, type Operations } from "./operations";
import type { DynamicProvider } from "./provider-process";
import { removalGroups } from "./removal-order";
import type { ResourceState } from "./resource-state";
import type { Snapshot } from "./snapshot";
import { isProviderUrn } from "./urn";

/** The timeout Pulumi has when none is given: none. */
const NO_TIMEOUT = 0;

export interface Removing {
  readonly snapshot: Snapshot;
  readonly operations: Operations;
  readonly provider: () => Promise<DynamicProvider>;
}

/**
 * Deletes all of `doomed`. A failure lets the group it is in finish and keeps the groups after it; failures are told
 * through the operations.
 */
export async function removeAll(context: Removing, doomed: readonly ResourceState[]): Promise<void> {
  for (const group of removalGroups(doomed)) {
    if (context.operations.ending) return;
    await Promise.all(
      group.map(async (state) => {
        try {
          await removeOne(context, state);
        } catch (error) {
          if (!(error instanceof NotBegunError)) return;
        }
      }),
    );
  }
}

/**
 * Deletes one resource and takes it out of the state.
 *
 * @param after - what becomes of the entry instead, for an original that is deleted before its replacement comes.
 */
async function removeOne(
  context: Removing,
  state: ResourceState,
  after: (state: ResourceState) => void = (gone) => context.snapshot.remove(gone),
): Promise<void> {
  const { operations } = context;
  if (isProviderUrn(state.urn)) {
    context.snapshot.remove(state);
    return;
  }
  const replaced = state.delete === true || state.pendingReplacement === true;
  const op: OperationKind =
    state.pendingReplacement === true ? "remove-pending-replace" : replaced ? "delete-replaced" : "delete";
  await operations.perform(
    { op, urn: state.urn, olds: state, ...(state.custom ? { pending: "deleting" as const } : {}) },
    async () => {
      if (state.protect === true && !replaced) throw new Error(protectedMessage(state.urn));
      if (!operations.dryRun) await callDelete(context, state);
      return undefined;
    },
    () => after(state),
  );
}

/** Deletes the original before its replacement is made; its entry stays, marked, until the replacement is there. */
export async function removeBeforeReplacement(context: Removing, state: ResourceState): Promise<ResourceState> {
  const marked: ResourceState[] = [];
  await context.operations.perform(
    { op: "delete-replaced", urn: state.urn, olds: state, pending: "deleting" },
    async () => {
      if (!context.operations.dryRun) await callDelete(context, state);
      return undefined;
    },
    () => void marked.push(context.snapshot.amend(state, { pendingReplacement: true })),
  );
  return marked[0] ?? state;
}

async function callDelete(context: Removing, state: ResourceState): Promise<void> {
  if (!state.custom || state.retainOnDelete === true || state.pendingReplacement === true) return;
  const provider = await context.provider();
  const { urn, id = "", outputs = {}, inputs = {}, customTimeouts } = state;
  await provider.delete(urn, id, outputs, inputs, customTimeouts?.delete ?? NO_TIMEOUT);
}

function protectedMessage(urn: string): string {
  return `${urn} is protected and is not deleted. Take the option protect away in the program, run up, and try again.`;
}
