import { type History, type Step } from "../../histories/play/history";
import { shrink } from "../../histories/play/shrink";
import { applyEdit, unedited } from "../../histories/programs/edits";
import { generate } from "../../histories/programs/generate";
import type { Declared } from "../../histories/programs/program";

const disk = (ref: string): Declared => ({
  type: "DiskImage",
  ref,
  name: ref,
  args: { path: `/xen/vm/${ref}.img`, sizeGiB: 1 },
});
const up: Step = { do: "up", stack: "prod" };

test("a history shrinks to the steps and resources that break the rule", async () => {
  const guilty: Step = { do: "rewind", stack: "prod", runs: 1 };
  const history: History = {
    programs: { prod: { resources: [disk("a"), disk("b"), disk("c")] }, test: { resources: [disk("t")] } },
    steps: [up, { do: "reboot", how: "orderly" }, up, guilty, { do: "up", stack: "test" }, up],
  };
  const isBroken = async ({ steps, programs }: History): Promise<boolean> =>
    steps.includes(guilty) && (programs.prod?.resources.some(({ ref }) => ref === "b") ?? false);
  const small = await shrink(history, isBroken, 200);
  expect(small).toEqual({ programs: { prod: { resources: [disk("b")] } }, steps: [guilty] });
});

test("a step loses its fault, and an edit its innocent parts", async () => {
  const edit: Step = {
    do: "edit",
    stack: "prod",
    edits: [
      { kind: "set", ref: "a", property: "sizeGiB", value: 2 },
      { kind: "remove", ref: "a" },
    ],
  };
  const history: History = {
    programs: { prod: { resources: [disk("a")] } },
    steps: [edit, { ...up, fault: { fault: "cutLink", when: { change: 1 } } }],
  };
  const isBroken = async ({ steps }: History): Promise<boolean> =>
    steps.some((step) => step.do === "up") &&
    steps.some((step) => step.do === "edit" && step.edits.some(({ kind }) => kind === "remove"));
  const small = await shrink(history, isBroken, 200);
  expect(small.steps).toEqual([{ ...edit, edits: [{ kind: "remove", ref: "a" }] }, up]);
});

test("shrinking plays no more often than it may", async () => {
  let plays = 0;
  await shrink(generate(1, 10), async () => (plays += 1) > 0 && false, 7);
  expect(plays).toBe(7);
});

test("a seed makes the same history each time, and another seed another one", () => {
  expect(generate(5, 10)).toEqual(generate(5, 10));
  expect(generate(5, 10)).not.toEqual(generate(6, 10));
  expect(generate(5, 10).steps).toHaveLength(10);
});

test("a generated history survives being written and read", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const history = generate(seed, 10);
    expect(JSON.parse(JSON.stringify(history))).toEqual(history);
  }
});

describe("an edit", () => {
  const program = unedited({ resources: [disk("a"), disk("b")] });

  test("renames the resource, and leaves what it is about", () => {
    const renamed = applyEdit(program, { kind: "rename", ref: "a", name: "volume", withAlias: true });
    expect(renamed.resources[0]).toEqual({ ...disk("a"), name: "volume", aliases: ["DiskImage::a"] });
  });

  test("does not give two resources one URN", () => {
    expect(applyEdit(program, { kind: "rename", ref: "a", name: "b", withAlias: false })).toBe(program);
  });

  test("takes out, puts back, and finds nothing to do without a word", () => {
    const without = applyEdit(program, { kind: "remove", ref: "a" });
    expect(without.resources).toEqual([disk("b")]);
    expect(applyEdit(without, { kind: "remove", ref: "a" })).toBe(without);
    expect(applyEdit(without, { kind: "putBack", ref: "a" }).resources).toEqual([disk("b"), disk("a")]);
  });
});
