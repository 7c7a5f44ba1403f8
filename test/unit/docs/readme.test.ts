import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const read = (file: string): string => readFileSync(resolve(__dirname, "../../..", file), "utf8");

describe("the README", () => {
  const readme = read("README.md");
  const block = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";

  it("shows lines of the example, in its order and nothing else", () => {
    const example = read("examples/install-then-pygrub/index.ts").split("\n");
    let from = 0;
    for (const line of block.split("\n").filter((text) => text.trim() !== "")) {
      const found = example.indexOf(line, from);
      expect({ line, found: found >= from }).toEqual({ line, found: true });
      from = found + 1;
    }
    expect(from).toBeGreaterThan(0);
  });

  it("names the two commands, and the test command is what CI calls", () => {
    expect(readme).toContain("npm run quickstart");
    expect(readme).toContain("npm test");
    expect(read(".ci/run")).toContain("npm test");
  });
});
