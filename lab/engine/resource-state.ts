/** A resource as the state holds it: the entry of Pulumi's deployment format, version 3, with secrets opened. */
import type { PropertyMap } from "./wire-values";

export interface CustomTimeouts {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
}

/** Optional members are left out of the file when they say nothing; unknown ones of a real CLI's export are carried along. */
export interface ResourceState {
  readonly urn: string;
  readonly custom: boolean;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: PropertyMap;
  readonly outputs?: PropertyMap;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** `<urn of the provider entry>::<its id>`; custom resources only. */
  readonly provider?: string;
  /** The original of a replacement: still to be deleted. */
  readonly delete?: boolean;
  /** Deleted to be made again, and not made yet. */
  readonly pendingReplacement?: boolean;
  /** Why the resource is not finished. */
  readonly initErrors?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  /** Seconds. */
  readonly customTimeouts?: CustomTimeouts;
  readonly created?: string;
  readonly modified?: string;
}

/** All that has to be there before this resource, and is deleted after it. */
export function needs(state: ResourceState): ReadonlySet<string> {
  const provider = state.provider === undefined ? [] : [state.provider.split("::").slice(0, -1).join("::")];
  const parent = state.parent === undefined ? [] : [state.parent];
  const byProperty = Object.values(state.propertyDependencies ?? {}).flat();
  return new Set([...parent, ...provider, ...(state.dependencies ?? []), ...byProperty]);
}

/** The state with some members changed; a member given as undefined is taken out. */
export function withMembers(
  state: ResourceState,
  changes: { readonly [K in keyof ResourceState]?: ResourceState[K] | undefined },
): ResourceState {
  const members = Object.entries({ ...state, ...changes }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as unknown as ResourceState;
}
