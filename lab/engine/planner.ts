/** Which step brings a resource from its state to what the program wants: pure decisions. */
import type { DiffAnswer } from "./provider-process";
import { diffProperties } from "./property-diff";
import { parsePropertyPath, pathMatches } from "./property-path";
import type { Registration } from "./registration";
import type { ResourceState } from "./resource-state";
import { type PropertyMap, sameValue, UNKNOWN } from "./wire-values";

export type Decision =
  | { readonly kind: "same" }
  | { readonly kind: "update" }
  /** `deleteFirst`: the original goes before the replacement comes. `alreadyDeleted`: it has gone in an earlier run. */
  | { readonly kind: "replace"; readonly deleteFirst: boolean; readonly alreadyDeleted: boolean };

/** Whether inputs differ: the provider's Diff says it, or leaves the question to the engine. */
export function differs({ changes }: DiffAnswer, olds: PropertyMap, news: PropertyMap): boolean {
  return changes ?? !sameValue(olds, news);
}

/** For a custom resource that exists, after its Check and Diff. */
export function decide(
  old: ResourceState,
  checked: PropertyMap,
  diff: DiffAnswer,
  desired: Pick<Registration, "deleteBeforeReplace" | "replaceOnChanges">,
): Decision {
  const changed = differs(diff, old.inputs ?? {}, checked);
  if (old.pendingReplacement === true) return { kind: "replace", deleteFirst: false, alreadyDeleted: true };
  if (
    diff.replaces.length > 0 ||
    (diff.changes === undefined && replacedByOption(old.inputs ?? {}, checked, desired.replaceOnChanges))
  ) {
    return {
      kind: "replace",
      deleteFirst: desired.deleteBeforeReplace ?? diff.deleteBeforeReplace,
      alreadyDeleted: false,
    };
  }
  // A resource that is not finished gets an Update to finish it, even when nothing else changed.
  return changed || (old.initErrors ?? []).length > 0 ? { kind: "update" } : { kind: "same" };
}

/** replaceOnChanges works on differences the engine itself sees: only where the provider left the question open. */
function replacedByOption(olds: PropertyMap, news: PropertyMap, texts: readonly string[]): boolean {
  const patterns = texts.map(parsePropertyPath);
  return diffProperties(olds, news).some(({ path }) => patterns.some((pattern) => pathMatches(pattern, path)));
}

/**
 * The inputs of a resource as a Diff gets them that asks "must you go too?": what depends on a replaced resource is unknown.
 * Undefined when nothing of it does.
 */
export function inputsAfterReplacement(state: ResourceState, replaced: ReadonlySet<string>): PropertyMap | undefined {
  if (!state.custom) return undefined;
  const touched = Object.entries(state.propertyDependencies ?? {}).filter(([, urns]) =>
    urns.some((urn) => replaced.has(urn)),
  );
  if (touched.length === 0) return undefined;
  return { ...state.inputs, ...Object.fromEntries(touched.map(([key]) => [key, UNKNOWN])) };
}

/** The state entry a registration asks for; id, inputs and outputs come from the provider. */
export function wantedState(
  urn: string,
  desired: Registration,
  parts: {
    readonly id?: string | undefined;
    readonly inputs: PropertyMap;
    readonly outputs: PropertyMap;
    readonly provider?: string | undefined;
  },
): ResourceState {
  return {
    urn,
    custom: desired.custom,
    ...(parts.id === undefined ? {} : { id: parts.id }),
    type: desired.type,
    inputs: parts.inputs,
    outputs: parts.outputs,
    ...(desired.parent === "" ? {} : { parent: desired.parent }),
    ...(desired.protect ? { protect: true } : {}),
    dependencies: desired.dependencies,
    ...(parts.provider === undefined ? {} : { provider: parts.provider }),
    propertyDependencies: desired.propertyDependencies,
    additionalSecretOutputs: desired.additionalSecretOutputs,
    customTimeouts: desired.customTimeouts,
    ...(desired.retainOnDelete ? { retainOnDelete: true } : {}),
    ignoreChanges: desired.ignoreChanges,
    replaceOnChanges: desired.replaceOnChanges,
  };
}
