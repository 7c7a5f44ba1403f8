/** In which order resources may be deleted. */
import { needs, type ResourceState } from "./resource-state";

/**
 * Splits resources into groups; those of one group may be deleted at the same time, after all groups before it.
 * Who needs another goes first. Two entries of one URN (an original waiting to be deleted beside its replacement) do
 * not wait for each other.
 */
export function removalGroups(doomed: readonly ResourceState[]): ResourceState[][] {
  const groups: ResourceState[][] = [];
  let left = [...doomed];
  while (left.length > 0) {
    const needed = new Map<string, number>();
    for (const state of left) for (const urn of needs(state)) needed.set(urn, (needed.get(urn) ?? 0) + 1);
    const free = left.filter((state) => (needed.get(state.urn) ?? 0) === (needs(state).has(state.urn) ? 1 : 0));
    // A circle cannot come from a program; were one in a file, taking all is better than never ending.
    const group = free.length > 0 ? free : left;
    groups.push(group);
    left = left.filter((state) => !group.includes(state));
  }
  return groups;
}
