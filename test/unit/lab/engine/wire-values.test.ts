import fc from "fast-check";
import {
  hasSecret,
  hasUnknown,
  type Json,
  makeSecret,
  markKeys,
  type PropertyMap,
  remarkSecrets,
  reveal,
  revealMap,
  sameValue,
  UNKNOWN,
} from "../../../../lab/engine/wire-values";

const json = fc.jsonValue() as fc.Arbitrary<Json>;
const properties = fc.dictionary(fc.string(), json, { noNullPrototype: true }) as fc.Arbitrary<PropertyMap>;

it("reveals what it made secret", () => {
  fc.assert(fc.property(json, (value) => expect(reveal(makeSecret(value))).toEqual(value)));
});

it("marks a secret only once", () => {
  expect(makeSecret(makeSecret(1))).toEqual(makeSecret(1));
});

it("finds secrets and unknowns at any depth", () => {
  expect(hasSecret({ a: [{ b: makeSecret("x") }] })).toBe(true);
  expect(hasSecret({ a: [{ b: "x" }] })).toBe(false);
  expect(hasUnknown([{ a: UNKNOWN }])).toBe(true);
});

it("marks again what came back in plain, by equal key, a list as a whole", () => {
  const marked = { a: makeSecret("x"), o: { k: makeSecret(1), l: 2 }, list: [1, makeSecret(2)], gone: makeSecret(3) };
  expect(remarkSecrets({ a: "x", o: { k: 1, l: 2 }, list: [1, 2], other: 4 }, marked)).toEqual({
    a: makeSecret("x"),
    o: { k: makeSecret(1), l: 2 },
    list: makeSecret([1, 2]),
    other: 4,
  });
});

it("never changes a value by marking it", () => {
  fc.assert(
    fc.property(properties, properties, (plain, model) => {
      const keys = Object.keys(model);
      expect(revealMap(markKeys(plain, keys))).toEqual(revealMap(plain));
    }),
  );
});

it("takes a null property for none, and a secret for another value than the same in plain", () => {
  expect(sameValue({ a: 1, b: null }, { a: 1 })).toBe(true);
  expect(sameValue({ a: 1, b: false }, { a: 1 })).toBe(false);
  expect(sameValue(makeSecret("x"), "x")).toBe(false);
  expect(sameValue([1, { a: 2 }], [1, { a: 2 }])).toBe(true);
  expect(sameValue([1], [1, 2])).toBe(false);
});
