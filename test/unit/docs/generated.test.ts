/** What the pages say of properties and phases is generated from the data that the product goes by. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { generatedPages, root } from "../../../scripts/docs/pages";
import { typeWords } from "../../../scripts/docs/type-words";

describe("the generated parts", () => {
  it.each([...generatedPages()])("of %s are what npm run docs writes", (page, text) => {
    expect(readFileSync(join(root, page), "utf8")).toBe(text);
  });
});

describe("the words for a type", () => {
  it.each<[z.ZodType, string]>([
    [z.int().min(1).max(512), "whole number, 1 to 512"],
    [z.int().min(16), "whole number, at least 16"],
    [z.enum(["pv", "hvm"]), '`"pv"` or `"hvm"`'],
    [z.array(z.strictObject({ path: z.string(), mode: z.string().optional() })), "list of `{path, mode}`"],
    [
      z.record(z.string(), z.union([z.string(), z.int(), z.array(z.string())])),
      "object of text, whole number or list of text",
    ],
    [z.union([z.ipv4(), z.ipv6()]), "text"],
  ])("%# are short", (type, words) => {
    expect(typeWords(type)).toBe(words);
  });
});
