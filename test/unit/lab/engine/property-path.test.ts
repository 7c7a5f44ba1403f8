import { keepIgnored, parsePropertyPath, pathMatches } from "../../../../lab/engine/property-path";

it.each([
  ["a", ["a"]],
  ["a.b[0].c", ["a", "b", 0, "c"]],
  ['a["b.c"]', ["a", "b.c"]],
  ["a[*].b", ["a", "*", "b"]],
])("reads the path %s", (text, path) => expect(parsePropertyPath(text)).toEqual(path));

it("refuses what is no path, and says from where on", () => {
  expect(() => parsePropertyPath("a[b")).toThrow('"a[b" is no property path: it cannot be read from character 2 on.');
});

it("keeps the old values at ignored paths, and takes away what was not there", () => {
  const news = { a: 1, b: { c: 2, d: 3 }, list: [{ x: 1 }, { x: 2 }], fresh: true };
  const olds = { a: 9, b: { c: 8, d: 7 }, list: [{ x: 5 }, { x: 6 }] };
  expect(keepIgnored(news, olds, ["a", "b.c", "list[*].x", "fresh"])).toEqual({
    a: 9,
    b: { c: 8, d: 3 },
    list: [{ x: 5 }, { x: 6 }],
  });
});

it("keeps all with a star", () => expect(keepIgnored({ a: 1 }, { a: 2, b: 3 }, ["*"])).toEqual({ a: 2, b: 3 }));

it("matches a path at or below what the pattern names", () => {
  expect(pathMatches(["a", "*"], ["a", 3, "x"])).toBe(true);
  expect(pathMatches(["a", "b"], ["a"])).toBe(false);
});
