import { decide, inputsAfterReplacement } from "../../../../lab/engine/planner";
import type { ResourceState } from "../../../../lab/engine/resource-state";
import { UNKNOWN } from "../../../../lab/engine/wire-values";

const old: ResourceState = { urn: "u", custom: true, type: "t", id: "1", inputs: { a: 1, b: 2 }, outputs: {} };
const open = { changes: undefined, replaces: [], deleteBeforeReplace: false };
const none = { deleteBeforeReplace: undefined, replaceOnChanges: [] };

it("leaves alone what neither the provider nor the inputs call changed", () => {
  expect(decide(old, { a: 1, b: 2 }, open, none)).toEqual({ kind: "same" });
  expect(decide(old, { a: 1, b: 3 }, { ...open, changes: false }, none)).toEqual({ kind: "same" });
});

it("updates on the provider's word, or on different inputs when it left the question open", () => {
  expect(decide(old, { a: 1, b: 2 }, { ...open, changes: true }, none)).toEqual({ kind: "update" });
  expect(decide(old, { a: 1, b: 3 }, open, none)).toEqual({ kind: "update" });
});

it("updates what is not finished even when nothing changed", () => {
  expect(decide({ ...old, initErrors: ["half"] }, { a: 1, b: 2 }, { ...open, changes: false }, none)).toEqual({
    kind: "update",
  });
});

it("lets the program's option decide about delete before replace, else the provider", () => {
  const diff = { ...open, replaces: ["a"], deleteBeforeReplace: true };
  expect(decide(old, {}, diff, none)).toMatchObject({ kind: "replace", deleteFirst: true });
  expect(decide(old, {}, diff, { ...none, deleteBeforeReplace: false })).toMatchObject({ deleteFirst: false });
});

it("heeds replaceOnChanges only where the provider left the question open", () => {
  const desired = { ...none, replaceOnChanges: ["b"] };
  expect(decide(old, { a: 1, b: 3 }, open, desired)).toMatchObject({ kind: "replace" });
  expect(decide(old, { a: 1, b: 3 }, { ...open, changes: true }, desired)).toEqual({ kind: "update" });
});

it("goes on with a replacement whose original is gone already", () => {
  expect(decide({ ...old, pendingReplacement: true }, { a: 1, b: 2 }, { ...open, changes: false }, none)).toEqual({
    kind: "replace",
    deleteFirst: false,
    alreadyDeleted: true,
  });
});

it("asks a dependent with unknown inputs only where they come from what is replaced", () => {
  const dependent = { ...old, propertyDependencies: { a: ["x"], b: ["y"] } };
  expect(inputsAfterReplacement(dependent, new Set(["x"]))).toEqual({ a: UNKNOWN, b: 2 });
  expect(inputsAfterReplacement(dependent, new Set(["z"]))).toBeUndefined();
  expect(inputsAfterReplacement({ ...dependent, custom: false }, new Set(["x"]))).toBeUndefined();
});
