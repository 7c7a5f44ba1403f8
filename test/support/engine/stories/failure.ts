/** What fails, what is left of it, and how the next up goes on. */
import {
  changesNothing,
  creates,
  failsHalfWay,
  isRefused,
  onlyA,
  refreshesA,
  type Story,
  up,
  updatesA,
} from "../story";

const a = onlyA({ size: 1 });
const halfMade = onlyA({ failCreate: "init" });
const deletedFirst = (size: number, more: object = {}) =>
  onlyA({ size, replaceOn: ["size"], deleteFirst: true, ...more });

export const failure: readonly Story[] = [
  {
    title: "keeps a half-made resource and finishes it with the next up",
    steps: [failsHalfWay(halfMade), updatesA(), changesNothing()],
  },
  {
    title: "forgets at a refresh that a resource is half made, if the provider's diff does not say so",
    steps: [failsHalfWay(halfMade), refreshesA(), changesNothing()],
  },
  {
    title: "finishes a half-made resource after a refresh, if the provider's diff says so",
    steps: [failsHalfWay(onlyA({ failCreate: "init", remembers: true })), refreshesA(), updatesA()],
  },
  {
    title: "a plain failure leaves nothing in the state and does not delete others",
    steps: [
      creates(a, "a"),
      {
        action: up,
        program: { things: [{ name: "b", properties: { failCreate: "plain" } }] },
        does: [],
        succeeds: false,
        calls: ["create b"],
      },
      {
        action: up,
        program: { things: [{ name: "b" }] },
        does: ["create b", "delete a"],
        calls: ["create b", "delete a"],
      },
    ],
  },
  {
    title: "a failed update keeps the old inputs and tries again",
    steps: [
      creates(a, "a"),
      {
        action: up,
        program: onlyA({ size: 2, failUpdate: "init" }),
        does: [],
        succeeds: false,
        calls: ["update a"],
      },
      updatesA(onlyA({ size: 2 })),
    ],
  },
  {
    title: "a failed check changes nothing, a program that throws deletes nothing",
    steps: [
      creates(a, "a"),
      isRefused(onlyA({ size: -1 })),
      isRefused({ things: [], throwLate: true }),
      { action: up, program: { ...a, logError: true }, does: [], calls: [] },
    ],
  },
  {
    title: "a delete that failed is tried again",
    steps: [
      creates(onlyA({ size: 1, generation: 1, replaceOn: ["size"] }), "a"),
      {
        action: up,
        program: onlyA({ size: 2, generation: 2, replaceOn: ["size"] }),
        world: { "a.undeletable": "" },
        does: ["create-replacement a", "replace a"],
        succeeds: false,
        calls: ["create a", "delete a"],
      },
      { action: up, world: { "a.undeletable": null }, does: ["delete-replaced a"], calls: ["delete a"] },
    ],
  },
  {
    title: "a replacement whose creation failed after the delete is created by the next up",
    steps: [
      creates(deletedFirst(1), "a"),
      {
        action: up,
        program: deletedFirst(2, { failCreate: "plain" }),
        does: ["delete-replaced a", "replace a"],
        succeeds: false,
        calls: ["delete a", "create a"],
      },
      {
        action: up,
        program: deletedFirst(2),
        does: ["create-replacement a", "replace a"],
        calls: ["create a"],
      },
    ],
  },
];
