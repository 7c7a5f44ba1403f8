/** What becomes of resources that do as they are told: made, changed, found changed, removed. */
import { changesNothing, creates, destroys, onlyA, refreshesA, type Story, up, updatesA } from "../story";

const a = { name: "a", properties: { size: 1 } };
const bOnA = { name: "b", properties: { of: { $from: "a.stamp" } } };

export const life: readonly Story[] = [
  {
    title: "creates in order of need, then changes nothing, then deletes in reverse",
    steps: [
      { action: "preview", program: { things: [a, bOnA] }, does: ["create a", "create b"], calls: [] },
      { action: up, does: ["create a", "create b"], calls: ["create a", "create b"] },
      changesNothing(),
      changesNothing("preview"),
      destroys(["delete b", "delete a"]),
    ],
  },
  {
    title: "updates what changed and what depends on it only if it changed too",
    steps: [
      creates({ things: [a, bOnA] }, "a", "b"),
      {
        action: "preview",
        program: { things: [{ name: "a", properties: { size: 2 } }, bOnA] },
        does: ["update a", "update b"],
        calls: [],
      },
      updatesA(),
    ],
  },
  {
    title: "refresh takes drift over and the next up turns it back",
    steps: [
      creates({ things: [a] }, "a"),
      refreshesA({ "a-0.json": '{"name":"a","size":7,"stamp":"stamp of a"}' }),
      updatesA(),
      refreshesA({ "a-0.json": null }),
      { action: up, does: ["create a"], calls: ["create a"] },
    ],
  },
  {
    title: "what a refresh leaves in the inputs reaches the next check, is an update, and is gone with it",
    steps: [
      creates(onlyA({ size: 1, vague: true }), "a"),
      refreshesA({ "a-0.found": "mend it" }),
      { action: "preview", does: ["update a"], calls: [] },
      updatesA(),
      { ...changesNothing(), world: { "a-0.found": null } },
    ],
  },
  {
    title: "components hold their children; dependsOn orders; a new name is found by its alias",
    steps: [
      {
        action: up,
        program: familyWith({ name: "old", properties: { size: 1 } }),
        does: ["create g", "create a", "create b", "create old"],
        calls: ["create a", "create b", "create old"],
      },
      {
        action: up,
        program: familyWith({
          name: "new",
          properties: { name: "old", size: 1 },
          options: { aliases: [{ name: "old" }] },
        }),
        does: [],
        calls: [],
      },
      destroys(["delete b", "delete new", "delete a", "delete g"], ["delete a", "delete b", "delete old"]),
    ],
  },
  {
    title: "secrets stay secret in the state, nested ones and those of the configuration too",
    steps: [
      creates(
        {
          ...onlyA({
            password: { $secret: "sesame-open" },
            nested: { key: { $secret: "sesame-nested" }, list: ["x", { $secret: "sesame-list" }] },
            fromConfig: { $config: "pw" },
          }),
          outputs: { password: { $from: "a.password" }, stamp: { $from: "a.stamp" } },
        },
        "a",
      ),
      changesNothing(),
      refreshesA(),
      changesNothing(),
    ],
  },
];

function familyWith(third: { name: string; properties: object; options?: object }) {
  return { groups: ["g"], things: [{ name: "a", parent: "g" }, { name: "b", dependsOn: ["a"] }, third] };
}
