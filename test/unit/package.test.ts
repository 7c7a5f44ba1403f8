import { readFileSync } from "node:fs";
import { resolve } from "node:path";

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly engines: { readonly node: string };
  readonly exports: Record<string, unknown>;
}

describe("the package", () => {
  const manifest = JSON.parse(readFileSync(resolve(__dirname, "../../package.json"), "utf8")) as Manifest;

  it("has two run-time dependencies, and Pulumi as a peer", () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(["ssh2", "zod"]);
    expect(Object.keys(manifest.peerDependencies)).toEqual(["@pulumi/pulumi"]);
  });

  it("has two doors and no other way in", () => {
    expect(Object.keys(manifest.exports).sort()).toEqual([".", "./lifecycle", "./package.json"]);
  });
});
