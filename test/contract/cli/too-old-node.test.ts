/** Whoever's Node is too old gets every command all the same, under the Node that the setup keeps in the cache. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../support/cli-process";
import { projectRoot } from "../../support/project-root";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-xen-old-node-"));
  // Loaded first, it makes this process believe that it is an old Node.
  writeFileSync(
    join(folder, "old-node.cjs"),
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const asOldNode = (args: readonly string[]) =>
  runCli(args, { preload: join(folder, "old-node.cjs"), env: { XDG_CACHE_HOME: folder } });

/** A "Node" of the cache that loads the TypeScript sources as the tests do, and says which program looks for node first on PATH. */
function putNodeIntoCache(): void {
  const bin = join(folder, "pulumi-xen", "node", "node_modules", ".bin");
  mkdirSync(bin, { recursive: true });
  const loader = join(projectRoot, "test", "support", "typescript-loader.cjs");
  writeFileSync(
    join(bin, "node"),
    `#!/bin/sh\necho "started again; node is $(command -v node)"\nexec '${process.execPath}' -r '${loader}' "$@"\n`,
    { mode: 0o755 },
  );
}

it("a command starts again under the Node of the cache, with the same arguments and exit code", () => {
  putNodeIntoCache();
  const { code, stdout, stderr } = asOldNode(["stack", "fly"]);
  expect(stdout).toBe(`started again; node is ${join(folder, "pulumi-xen", "node", "node_modules", ".bin", "node")}\n`);
  expect(stderr).toContain('there is no "fly"');
  expect(code).toBe(2);
});

it("where the cache has none, one sentence says what is needed and how to get it", () => {
  const { code, stderr } = asOldNode(["stack", "preview"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^pulumi-xen: Node 22\.13 or later is needed, and this is 20\.20\.2 \(.*\)\. .*npm install node@24.*\.\n$/,
  );
});

it("a cache whose Node is the old one itself does not make it start for ever", () => {
  const bin = join(folder, "pulumi-xen", "node", "node_modules", ".bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, join(bin, "node"));
  expect(asOldNode(["stack", "preview"]).code).toBe(1);
});

it("the overview and the version need no new Node", () => {
  expect(asOldNode(["--help"]).code).toBe(0);
  expect(asOldNode(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
