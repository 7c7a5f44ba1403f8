import * as pulumi from "@pulumi/pulumi";
import { masked, secretFor, secretPaths, withoutSecretValues } from "../../../provider/pulumi/secret-paths";
import { whereKnown } from "../../../provider/pulumi/where-known";
import { UNKNOWN } from "../../../provider/property";

it("the places of secrets are those that the program marks, at any depth", async () => {
  const given = {
    plain: 1,
    deep: { list: [{ a: "x" }, { a: pulumi.secret("y") }], later: Promise.resolve({ b: pulumi.secret(1) }) },
    whole: pulumi.secret({ c: 1 }),
    open: pulumi.output("z"),
  };
  expect(await secretPaths(given)).toEqual([["deep", "list", 1, "a"], ["deep", "later", "b"], ["whole"]]);
});

it("of what we make a secret ourselves, only the members that are secret by their nature count", async () => {
  const given = { host: "h", privateKey: "k", user: pulumi.secret("u") };
  const connection = secretFor(pulumi.secret(given), given, ["privateKey", "jump.privateKey"]);
  expect(await secretPaths({ connection })).toEqual([
    ["connection", "user"],
    ["connection", "privateKey"],
    ["connection", "jump", "privateKey"],
  ]);
});

it("[secret] stands in the place of the secret alone", () => {
  const value = { a: [{ b: "secret", c: "open" }], d: 1 };
  expect(masked(value, [["a", 0, "b"], ["e"]])).toEqual({ a: [{ b: "[secret]", c: "open" }], d: 1 });
  expect(masked(value, [["a"]])).toEqual({ a: "[secret]", d: 1 });
  expect(withoutSecretValues("is 51, not 512 or 51", { memoryMiB: 51 }, [["memoryMiB"]])).toBe(
    "is [secret], not 512 or [secret]",
  );
});

it("a rule that meets an unknown value says nothing, at any depth; one that does not is heard", () => {
  const value = { a: UNKNOWN, list: [{ b: 1 }, { b: UNKNOWN }], c: 2 };
  expect(whereKnown(value, ({ c }) => [c])).toEqual([2]);
  expect(whereKnown(value, ({ a }) => [a])).toEqual([]);
  expect(whereKnown(value, ({ list }) => [list[0]?.b])).toEqual([1]);
  expect(whereKnown(value, ({ list }) => list.map(({ b }) => b))).toEqual([]);
  expect(() =>
    whereKnown(value, () => {
      throw new RangeError("ours");
    }),
  ).toThrow("ours");
});
