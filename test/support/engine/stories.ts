/**
 * Stories of stacks, written once and told over each engine there is. A step changes the program (or the world behind
 * the provider's back), runs an action, and says what must come of it.
 */
import type { StackAction } from "../../../lab/engine";

/** What the program test/support/programs/things reads. `$secret`, `$from` and `$config` wrap values there. */
export interface Declared {
  readonly groups?: readonly string[];
  readonly things?: readonly {
    readonly name: string;
    readonly properties?: object;
    readonly dependsOn?: readonly string[];
    readonly parent?: string;
    readonly options?: object;
  }[];
  readonly outputs?: object;
  readonly throwLate?: boolean;
  readonly logError?: boolean;
}

export interface StoryStep {
  readonly action: StackAction;
  /** From here on; default: as in the step before. */
  readonly program?: Declared;
  /** Files of the world to write (text) or to remove (null) before the action. */
  readonly world?: Readonly<Record<string, string | null>>;
  /** `op name`, in any order; the stack itself, providers and what stays the same are left out. */
  readonly does: readonly string[];
  /** Default true. */
  readonly succeeds?: boolean;
  /** Calls to the provider that change something. Those of resources that do not need each other come in any order. */
  readonly calls: readonly string[];
}

export interface Story {
  readonly title: string;
  readonly steps: readonly StoryStep[];
}

const a = { name: "a", properties: { size: 1 } };
const bOnA = { name: "b", properties: { of: { $from: "a.stamp" } } };
const up = "up" as const;
const gone = { action: "destroy", succeeds: true } as const;

export const stories: readonly Story[] = [
  {
    title: "creates in order of need, then changes nothing, then deletes in reverse",
    steps: [
      { action: "preview", program: { things: [a, bOnA] }, does: ["create a", "create b"], calls: [] },
      { action: up, does: ["create a", "create b"], calls: ["create a", "create b"] },
      { action: up, does: [], calls: [] },
      { action: "preview", does: [], calls: [] },
      { ...gone, does: ["delete b", "delete a"], calls: ["delete b", "delete a"] },
    ],
  },
  {
    title: "updates what changed and what depends on it only if it changed too",
    steps: [
      { action: up, program: { things: [a, bOnA] }, does: ["create a", "create b"], calls: ["create a", "create b"] },
      {
        action: "preview",
        program: { things: [{ name: "a", properties: { size: 2 } }, bOnA] },
        does: ["update a", "update b"],
        calls: [],
      },
      { action: up, does: ["update a"], calls: ["update a"] },
    ],
  },
  {
    title: "replaces by creating first and deleting at the end",
    steps: [
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 1, generation: 1, replaceOn: ["size"] } }] },
        does: ["create a"],
        calls: ["create a"],
      },
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 2, generation: 2, replaceOn: ["size"] } }] },
        does: ["create-replacement a", "replace a", "delete-replaced a"],
        calls: ["create a", "delete a"],
      },
    ],
  },
  {
    title: "replaces by deleting first, dependents that must go before their original",
    steps: [
      {
        action: up,
        program: {
          things: [
            { name: "a", properties: { size: 1, generation: 1, replaceOn: ["size"], deleteFirst: true } },
            { name: "b", properties: { of: { $from: "a.size" }, replaceOn: ["of"] } },
            { name: "c", properties: { of: { $from: "a.size" } } },
          ],
        },
        does: ["create a", "create b", "create c"],
        calls: ["create a", "create b", "create c"],
      },
      {
        action: up,
        program: {
          things: [
            { name: "a", properties: { size: 2, generation: 2, replaceOn: ["size"], deleteFirst: true } },
            { name: "b", properties: { of: { $from: "a.size" }, replaceOn: ["of"] } },
            { name: "c", properties: { of: { $from: "a.size" } } },
          ],
        },
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
    title: "keeps a half-made resource and finishes it with the next up",
    steps: [
      {
        action: up,
        program: { things: [{ name: "a", properties: { failCreate: "init" } }] },
        does: [],
        succeeds: false,
        calls: ["create a"],
      },
      { action: up, does: ["update a"], calls: ["update a"] },
      { action: up, does: [], calls: [] },
    ],
  },
  {
    title: "forgets at a refresh that a resource is half made, if the provider's diff does not say so",
    steps: [
      {
        action: up,
        program: { things: [{ name: "a", properties: { failCreate: "init" } }] },
        does: [],
        succeeds: false,
        calls: ["create a"],
      },
      { action: "refresh", does: ["refresh a"], calls: [] },
      { action: up, does: [], calls: [] },
    ],
  },
  {
    title: "finishes a half-made resource after a refresh, if the provider's diff says so",
    steps: [
      {
        action: up,
        program: { things: [{ name: "a", properties: { failCreate: "init", remembers: true } }] },
        does: [],
        succeeds: false,
        calls: ["create a"],
      },
      { action: "refresh", does: ["refresh a"], calls: [] },
      { action: up, does: ["update a"], calls: ["update a"] },
    ],
  },
  {
    title: "a plain failure leaves nothing in the state and does not delete others",
    steps: [
      { action: up, program: { things: [a] }, does: ["create a"], calls: ["create a"] },
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
      { action: up, program: { things: [a] }, does: ["create a"], calls: ["create a"] },
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 2, failUpdate: "init" } }] },
        does: [],
        succeeds: false,
        calls: ["update a"],
      },
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 2 } }] },
        does: ["update a"],
        calls: ["update a"],
      },
    ],
  },
  {
    title: "refresh takes drift over and the next up turns it back",
    steps: [
      { action: up, program: { things: [a] }, does: ["create a"], calls: ["create a"] },
      {
        action: "refresh",
        world: { "a-0.json": '{"name":"a","size":7,"stamp":"stamp of a"}' },
        does: ["refresh a"],
        calls: [],
      },
      { action: up, does: ["update a"], calls: ["update a"] },
      { action: "refresh", world: { "a-0.json": null }, does: ["refresh a"], calls: [] },
      { action: up, does: ["create a"], calls: ["create a"] },
    ],
  },
  {
    title: "options: ignoreChanges, replaceOnChanges, retainOnDelete, additionalSecretOutputs",
    steps: [
      {
        action: up,
        program: {
          things: [
            { name: "i", properties: { size: 1, colour: "red" }, options: { ignoreChanges: ["colour"] } },
            { name: "r", properties: { size: 1, generation: 1, vague: true }, options: { replaceOnChanges: ["size"] } },
            { name: "k", options: { retainOnDelete: true } },
            { name: "s", options: { additionalSecretOutputs: ["stamp"] } },
          ],
        },
        does: ["create i", "create r", "create k", "create s"],
        calls: ["create i", "create k", "create r", "create s"],
      },
      {
        action: up,
        program: {
          things: [
            { name: "i", properties: { size: 1, colour: "blue" }, options: { ignoreChanges: ["colour"] } },
            { name: "r", properties: { size: 2, generation: 2, vague: true }, options: { replaceOnChanges: ["size"] } },
            { name: "s", options: { additionalSecretOutputs: ["stamp"] } },
          ],
        },
        does: ["create-replacement r", "replace r", "delete-replaced r", "delete k"],
        calls: ["create r", "delete r"],
      },
    ],
  },
  {
    title: "protected resources are neither deleted nor replaced",
    steps: [
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 1, replaceOn: ["size"] }, options: { protect: true } }] },
        does: ["create a"],
        calls: ["create a"],
      },
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 2, replaceOn: ["size"] }, options: { protect: true } }] },
        does: [],
        succeeds: false,
        calls: [],
      },
      { action: "destroy", does: [], succeeds: false, calls: [] },
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 1, replaceOn: ["size"] }, options: { protect: false } }] },
        does: [],
        calls: [],
      },
      { ...gone, does: ["delete a"], calls: ["delete a"] },
    ],
  },
  {
    title: "components hold their children; dependsOn orders; a new name is found by its alias",
    steps: [
      {
        action: up,
        program: {
          groups: ["g"],
          things: [
            { name: "a", parent: "g" },
            { name: "b", dependsOn: ["a"] },
            { name: "old", properties: { size: 1 } },
          ],
        },
        does: ["create g", "create a", "create b", "create old"],
        calls: ["create a", "create b", "create old"],
      },
      {
        action: up,
        program: {
          groups: ["g"],
          things: [
            { name: "a", parent: "g" },
            { name: "b", dependsOn: ["a"] },
            { name: "new", properties: { name: "old", size: 1 }, options: { aliases: [{ name: "old" }] } },
          ],
        },
        does: [],
        calls: [],
      },
      {
        ...gone,
        does: ["delete b", "delete new", "delete a", "delete g"],
        calls: ["delete a", "delete b", "delete old"],
      },
    ],
  },
  {
    title: "a failed check changes nothing, a program that throws deletes nothing",
    steps: [
      { action: up, program: { things: [a] }, does: ["create a"], calls: ["create a"] },
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: -1 } }] },
        does: [],
        succeeds: false,
        calls: [],
      },
      { action: up, program: { things: [], throwLate: true }, does: [], succeeds: false, calls: [] },
      { action: up, program: { things: [a], logError: true }, does: [], calls: [] },
    ],
  },
  {
    title: "a delete that failed is tried again",
    steps: [
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 1, generation: 1, replaceOn: ["size"] } }] },
        does: ["create a"],
        calls: ["create a"],
      },
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 2, generation: 2, replaceOn: ["size"] } }] },
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
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 1, replaceOn: ["size"], deleteFirst: true } }] },
        does: ["create a"],
        calls: ["create a"],
      },
      {
        action: up,
        program: {
          things: [{ name: "a", properties: { size: 2, replaceOn: ["size"], deleteFirst: true, failCreate: "plain" } }],
        },
        does: ["delete-replaced a", "replace a"],
        succeeds: false,
        calls: ["delete a", "create a"],
      },
      {
        action: up,
        program: { things: [{ name: "a", properties: { size: 2, replaceOn: ["size"], deleteFirst: true } }] },
        does: ["create-replacement a", "replace a"],
        calls: ["create a"],
      },
    ],
  },
  {
    title: "secrets stay secret in the state, nested ones and those of the configuration too",
    steps: [
      {
        action: up,
        program: {
          things: [
            {
              name: "a",
              properties: {
                password: { $secret: "sesame-open" },
                nested: { key: { $secret: "sesame-nested" }, list: ["x", { $secret: "sesame-list" }] },
                fromConfig: { $config: "pw" },
              },
            },
          ],
          outputs: { password: { $from: "a.password" }, stamp: { $from: "a.stamp" } },
        },
        does: ["create a"],
        calls: ["create a"],
      },
      { action: up, does: [], calls: [] },
      { action: "refresh", does: ["refresh a"], calls: [] },
      { action: up, does: [], calls: [] },
    ],
  },
];
