/** What an engine keeps of a stack. */
import type { Properties } from "./provider-protocol";

export interface ResourceState {
  /** `Component$DomU::guest1`: parents' types, type and name, as in a URN. */
  readonly key: string;
  readonly kind: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** What was created, or changed, and not finished. */
  readonly initErrors?: readonly string[];
  /** The original of a replacement, to be deleted at the end. */
  readonly isDoomed?: boolean;
  readonly dependencies: readonly string[];
}

export type StackState = readonly ResourceState[];

/** What others need before those who need it; else as it is. */
export function inDependencyOrder(state: StackState): ResourceState[] {
  const ordered: ResourceState[] = [];
  const visit = (one: ResourceState): void => {
    if (ordered.includes(one)) return;
    for (const other of state) if (other !== one && one.dependencies.includes(other.key)) visit(other);
    ordered.push(one);
  };
  for (const one of state) visit(one);
  return ordered;
}
