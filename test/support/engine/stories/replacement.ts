/** Replacements in both orders, and the options that bend what would be done. */
import { creates, destroys, isRefused, onlyA, type Story, up } from "../story";

/** `a` of a size that only a new one can have. */
const ofSize = (size: number): object => ({ size, replaceOn: ["size"] });

/** The one that others depend on, created again before the old one goes or after. */
const threeOf = (size: number) => ({
  things: [
    { name: "a", properties: { size, generation: size, replaceOn: ["size"], deleteFirst: true } },
    { name: "b", properties: { of: { $from: "a.size" }, replaceOn: ["of"] } },
    { name: "c", properties: { of: { $from: "a.size" } } },
  ],
});

const ignoring = (colour: string) => ({
  name: "i",
  properties: { size: 1, colour },
  options: { ignoreChanges: ["colour"] },
});
const vague = (size: number) => ({
  name: "r",
  properties: { size, generation: size, vague: true },
  options: { replaceOnChanges: ["size"] },
});
const hiding = { name: "s", options: { additionalSecretOutputs: ["stamp"] } };

export const replacement: readonly Story[] = [
  {
    title: "replaces by creating first and deleting at the end",
    steps: [
      creates(onlyA({ size: 1, generation: 1, replaceOn: ["size"] }), "a"),
      {
        action: up,
        program: onlyA({ size: 2, generation: 2, replaceOn: ["size"] }),
        does: ["create-replacement a", "replace a", "delete-replaced a"],
        calls: ["create a", "delete a"],
      },
    ],
  },
  {
    title: "replaces by deleting first, dependents that must go before their original",
    steps: [
      creates(threeOf(1), "a", "b", "c"),
      {
        action: up,
        program: threeOf(2),
        does: [
          "delete-replaced b",
          "delete-replaced a",
          "replace a",
          "create-replacement a",
          "replace b",
          "create-replacement b",
          "update c",
        ],
        calls: ["delete b", "delete a", "create a", "create b", "update c"],
      },
    ],
  },
  {
    title: "options: ignoreChanges, replaceOnChanges, retainOnDelete, additionalSecretOutputs",
    steps: [
      {
        action: up,
        program: { things: [ignoring("red"), vague(1), { name: "k", options: { retainOnDelete: true } }, hiding] },
        does: ["create i", "create r", "create k", "create s"],
        calls: ["create i", "create k", "create r", "create s"],
      },
      {
        action: up,
        program: { things: [ignoring("blue"), vague(2), hiding] },
        does: ["create-replacement r", "replace r", "delete-replaced r", "delete k"],
        calls: ["create r", "delete r"],
      },
    ],
  },
  {
    title: "protected resources are neither deleted nor replaced",
    steps: [
      creates(onlyA(ofSize(1), { protect: true }), "a"),
      isRefused(onlyA(ofSize(2), { protect: true })),
      { action: "destroy", does: [], succeeds: false, calls: [] },
      { action: up, program: onlyA(ofSize(1), { protect: false }), does: [], calls: [] },
      destroys(["delete a"]),
    ],
  },
];
