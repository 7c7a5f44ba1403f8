import { describe as show, describeCounts, plain } from "../../../../lab/engine/display";
import type { ResourceState } from "../../../../lab/engine/resource-state";
import { makeSecret, type PropertyMap, UNKNOWN } from "../../../../lab/engine/wire-values";

const urn = "urn:pulumi:dev::p::pulumi-nodejs:dynamic/xen:DomU::guest1";
const state = (inputs: PropertyMap): ResourceState => ({ urn, custom: true, type: "t", inputs });
const preview = (op: "create" | "update", olds: ResourceState | undefined, news: ResourceState): string =>
  show({ kind: "done", op, urn, preview: true, olds, news, elapsedMs: 0 }, plain).join("\n");

it("shows of an update verdicts first, a line diff of long texts, and neither secrets nor markers", () => {
  const olds = state({ config: "memory=512\nvcpus=1\n", memoryMiB: 512, pw: makeSecret("old"), __provider: "x" });
  const news = state({
    plan: "memoryMiB 512 -> 768: live",
    effect: "live",
    config: "memory=768\nvcpus=1\n",
    memoryMiB: 768,
    pw: makeSecret("new"),
    ip: UNKNOWN,
    __provider: "y",
  });
  expect(preview("update", olds, news)).toBe(
    [
      "  ~  DomU guest1 update",
      "       effect: live",
      "       plan: memoryMiB 512 -> 768: live",
      "       config:",
      "           - memory=512",
      "           + memory=768",
      "             vcpus=1",
      "       + ip: [unknown]",
      "       ~ memoryMiB: 512 => 768",
      "       ~ pw: [secret] => [secret]",
    ].join("\n"),
  );
});

it("shows all inputs of what is created", () => {
  expect(preview("create", undefined, state({ a: 1, text: "x\ny\n" }))).toBe(
    ["  +  DomU guest1 create", "       + a: 1", "       text:", "           + x", "           + y"].join("\n"),
  );
});

it("counts in words", () => {
  expect(
    describeCounts(
      new Map([
        ["create", 2],
        ["same", 1],
      ]),
      true,
    ),
  ).toBe("2 to create, 1 unchanged");
  expect(describeCounts(new Map([["delete", 3]]), false)).toBe("3 deleted");
  expect(describeCounts(new Map(), false)).toBe("");
});
