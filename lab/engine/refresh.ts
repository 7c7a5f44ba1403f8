/** Refresh: asks the provider what is really there, and writes that into the state. */
import { NotBegunError, type Operations } from "./operations";
import { differs } from "./planner";
import type { DynamicProvider } from "./provider-process";
import { type ResourceState, withMembers } from "./resource-state";
import type { Snapshot } from "./snapshot";
import { isProviderUrn } from "./urn";
import { markKeys, remarkSecrets } from "./wire-values";

export interface Refreshing {
  readonly snapshot: Snapshot;
  readonly operations: Operations;
  readonly provider: () => Promise<DynamicProvider>;
  readonly now: () => string;
}

/** Reads all custom resources, in parallel. One that is gone leaves the state. Failures are told by the operations. */
export async function refreshAll(context: Refreshing): Promise<void> {
  const living = context.snapshot.base.filter((state) => !isProviderUrn(state.urn) && state.delete !== true);
  await Promise.all(
    living.map(async (state) => {
      try {
        await refreshOne(context, state);
      } catch (error) {
        if (!(error instanceof NotBegunError)) return;
      }
    }),
  );
}

async function refreshOne(context: Refreshing, state: ResourceState): Promise<void> {
  const { snapshot, operations } = context;
  if (!state.custom || state.pendingReplacement === true) return;
  let isSame = false;
  await operations.perform(
    { op: "refresh", urn: state.urn, olds: state, pending: "reading", isSame: () => isSame },
    async () => {
      const found = await readOne(context, state);
      isSame = found?.isSame ?? false;
      return found?.state;
    },
    (found) => (found === undefined ? snapshot.remove(state) : void snapshot.exchange(state, found)),
  );
}

interface Found {
  readonly state: ResourceState;
  readonly isSame: boolean;
}

async function readOne(context: Refreshing, state: ResourceState): Promise<Found | undefined> {
  const { urn, id = "", outputs = {}, inputs = {} } = state;
  const provider = await context.provider();
  const answer = await provider.read(urn, id, outputs, inputs);
  if (answer.id === "") return undefined;
  const newOutputs = markKeys(remarkSecrets(answer.outputs, outputs), state.additionalSecretOutputs ?? []);
  const newInputs = answer.inputs === undefined ? inputs : remarkSecrets(answer.inputs, inputs);
  // The real engine asks this too, and counts the resource by the answer (RefreshStep.ResultOp); what it shows, we take from the inputs.
  const diff = await provider.diff(urn, answer.id, newOutputs, inputs, newInputs);
  const byProperty = Object.entries(state.propertyDependencies ?? {}).filter(([, urns]) => urns.length > 0);
  const now = withMembers(state, {
    id: answer.id,
    inputs: newInputs,
    outputs: newOutputs,
    propertyDependencies: Object.fromEntries(byProperty),
    // A trap of the real engine, kept: after a refresh only the provider's own diff can say that something is unfinished.
    initErrors: undefined,
    modified: context.now(),
  });
  return { state: now, isSame: !differs(diff, inputs, newInputs) };
}
