import { removalGroups } from "../../../../lab/engine/removal-order";
import type { ResourceState } from "../../../../lab/engine/resource-state";

const named = (urn: string, parts: Partial<ResourceState> = {}): ResourceState => ({
  urn,
  custom: true,
  type: "t",
  ...parts,
});
const order = (states: readonly ResourceState[]): string[][] =>
  removalGroups(states).map((group) => group.map(({ urn }) => urn));

it("deletes who needs another before the other, and independent ones together", () => {
  const states = [
    named("stack"),
    named("provider"),
    named("a", { parent: "stack", provider: "provider::id" }),
    named("b", { parent: "stack", provider: "provider::id", dependencies: ["a"] }),
    named("c", { parent: "stack", propertyDependencies: { x: ["a"] } }),
  ];
  expect(order(states)).toEqual([["b", "c"], ["a"], ["stack", "provider"]]);
});

it("does not wait for what is not deleted", () => {
  expect(order([named("b", { dependencies: ["elsewhere"] })])).toEqual([["b"]]);
});

it("ends even over a circle", () => {
  expect(order([named("a", { dependencies: ["b"] }), named("b", { dependencies: ["a"] })])).toEqual([["a", "b"]]);
});
