/** docs/original-recipe.md prints the example's program and the recipe's rows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compilePrinted } from "../../support/compile";
import { projectRoot } from "../../support/project-root";

const page = readFileSync(join(projectRoot, "docs/original-recipe.md"), "utf8");

test("the original recipe's program compiles as it is printed, and a wrong one does not", () => {
  const program = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const wrong = program.replace("sizeGiB: 10", 'sizeGiB: "10 GiB"');
  expect(compilePrinted({ "printed.ts": program, "wrong.ts": wrong })).toEqual([
    expect.stringMatching(/wrong\.ts.*TS2322/),
  ]);
}, 120_000);

test("the original recipe's program is the example, word for word", () => {
  const example = readFileSync(join(projectRoot, "examples/original-recipe/index.ts"), "utf8");
  const program = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  expect(program).toBe(example.slice(example.indexOf("import * as pulumi")));
});

test("the original recipe's rows are those of the recipe, each with its proof", () => {
  const rows = page.split("\n").filter((line) => /^\| \d+\. /.test(line));
  expect(rows.map((row) => Number(/\d+/.exec(row)?.[0]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const row of rows) expect(row.split("|").at(-2)?.trim()).not.toBe("");
});
