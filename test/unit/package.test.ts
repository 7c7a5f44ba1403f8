import { readFileSync } from "node:fs";
import { resolve } from "node:path";

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly engines: { readonly node: string };
  readonly exports: Record<string, unknown>;
  readonly scripts: Record<string, string>;
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

  // What is in it, its size, its links and its types: scripts/check-package.mjs, a part of npm run check.
  it("is built from the sources whenever it is packed, and needs no script when it is installed", () => {
    expect(manifest.scripts["prepack"]).toBe(manifest.scripts["build"]);
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });

  it("is not published before the owner has said where it lives", () => {
    expect(manifest.scripts["prepublishOnly"]).toBe("node scripts/check-owner.mjs");
  });
});
