import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { compilePrinted } from "../../support/compile";

const read = (file: string): string => readFileSync(resolve(__dirname, "../../..", file), "utf8");

describe("the README", () => {
  const readme = read("README.md");
  const program = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";

  // The template is compiled and previewed by test/contract/cli/init.test.ts, so the README's program is too.
  it("prints the very program that `pulumi-xen init` makes", () => {
    expect(program).toBe(read("templates/plain-host/index.ts"));
  });

  it("prints a program that compiles as it is printed, and no other", () => {
    const wrong = program.replace("memoryMiB: 512", 'memoryMiB: "512 MiB"');
    expect(compilePrinted({ "printed.ts": program, "wrong.ts": wrong })).toEqual([
      expect.stringMatching(/wrong\.ts.*TS2322/),
    ]);
  }, 120_000);

  it("names the two commands, and the test command is what CI calls", () => {
    expect(readme).toContain("npm run quickstart");
    expect(readme).toContain("npm test");
    expect(read(".ci/run")).toContain("npm test");
  });
});
