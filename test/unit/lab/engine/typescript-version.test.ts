import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertTypeScript } from "../../../../lab/engine/typescript-version";

describe("a project's TypeScript", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-xen-typescript-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const install = (version: string): void => {
    mkdirSync(join(folder, "node_modules", "typescript"), { recursive: true });
    writeFileSync(join(folder, "node_modules", "typescript", "package.json"), JSON.stringify({ version }));
  };
  const judge = (typescript = true) => assertTypeScript({ programFolder: folder, typescript });

  it("is refused at version 7, with the command that cures it, before Pulumi's runner dies at it", () => {
    install("7.0.2");
    expect(judge).toThrow(
      `TypeScript 7.0.2 is installed for ${folder}, and Pulumi's runner works with TypeScript up to 6. ` +
        "Run this in the project: npm install --save-dev typescript@6",
    );
  });

  it("accepts a TypeScript up to 6, and none", () => {
    expect(judge).not.toThrow();
    install("6.0.3");
    expect(judge).not.toThrow();
  });

  it("does not matter where Pulumi.yaml switches it off", () => {
    install("7.0.2");
    expect(() => judge(false)).not.toThrow();
  });
});
