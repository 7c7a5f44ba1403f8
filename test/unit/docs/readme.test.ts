import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compile } from "../../support/compile";
import { projectRoot } from "../../support/project-root";

const read = (file: string): string => readFileSync(resolve(__dirname, "../../..", file), "utf8");

describe("the README", () => {
  const readme = read("README.md");
  const program = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";

  // The template is compiled and previewed by test/contract/cli/init.test.ts, so the README's program is too.
  it("prints the very program that `pulumi-xen init` makes", () => {
    expect(program).toBe(read("templates/plain-host/index.ts"));
  });

  it("prints a program that compiles as it is printed, and no other", () => {
    const folder = mkdtempSync(join(projectRoot, "test", ".readme-"));
    try {
      writeFileSync(join(folder, "printed.ts"), program);
      writeFileSync(join(folder, "wrong.ts"), program.replace("memoryMiB: 512", 'memoryMiB: "512 MiB"'));
      // Against the sources: what is built may be older. Against the built package: test/contract/cli/init.test.ts.
      writeFileSync(join(folder, "tsconfig.json"), '{ "extends": "../../tsconfig.json", "include": ["*.ts"] }');
      expect(compile(join(folder, "tsconfig.json"))).toEqual([expect.stringMatching(/wrong\.ts.*TS2322/)]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);

  it("names the two commands, and the test command is what CI calls", () => {
    expect(readme).toContain("npm run quickstart");
    expect(readme).toContain("npm test");
    expect(read(".ci/run")).toContain("npm test");
  });
});
