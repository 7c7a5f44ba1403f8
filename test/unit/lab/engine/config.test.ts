import { configKey, readProjectConfig, readStackConfig } from "../../../../lab/engine/config";

it("gives a key without a namespace to the project", () => {
  expect(configKey("p", "size")).toBe("p:size");
  expect(configKey("p", "other:size")).toBe("other:size");
});

it("reads texts as they are, deeper values as JSON, and opens what is secure", () => {
  const section = { "p:name": "n", size: 3, "p:list": [1, { a: 2 }], key: { secure: "closed" } };
  const config = readStackConfig("p", section, (text) => `${text}, opened`);
  expect([...config]).toEqual([
    ["p:name", { value: "n", secret: false }],
    ["p:size", { value: "3", secret: false }],
    ["p:list", { value: '[1,{"a":2}]', secret: false }],
    ["p:key", { value: "closed, opened", secret: true }],
  ]);
});

it("reads a project's defaults in all their forms", () => {
  const section = { a: "x", b: { value: 2 }, c: { type: "string", default: "d" }, d: { type: "string" } };
  expect([...readProjectConfig("p", section)].map(([key, { value }]) => [key, value])).toEqual([
    ["p:a", "x"],
    ["p:b", "2"],
    ["p:c", "d"],
  ]);
});
