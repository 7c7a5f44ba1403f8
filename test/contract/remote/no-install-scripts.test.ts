/**
 * npm install --ignore-scripts is enough: ssh2's own accelerator, which its install script compiles, and cpu-features beside
 * it are optional. Here both are denied, whether this machine has them or not, and a job still goes over ssh2.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../support/project-root";
import { startSshd } from "../../support/sshd";

const deny = `
const Module = require("node:module");
const load = Module._load;
Module._load = function (request, ...rest) {
  if (request.endsWith(".node") || request === "cpu-features") {
    console.log("denied " + request);
    throw Object.assign(new Error("Cannot find module " + request), { code: "MODULE_NOT_FOUND" });
  }
  return load.call(this, request, ...rest);
};
`;

it("a job goes over ssh2 without anything that an install script compiles", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-no-native-"));
  const sshd = await startSshd();
  try {
    const preload = join(folder, "deny.cjs");
    writeFileSync(preload, deny);
    // swc, which compiles the sources for this test, is native itself: it comes first.
    const loader = join(projectRoot, "test/support/typescript-loader.cjs");
    const job = JSON.stringify({ script: "echo over ssh2", files: [] });
    const args = ["-r", loader, "-r", preload, join(projectRoot, "test/support/programs/perform.ts")];
    const { status, stdout } = spawnSync(process.execPath, [...args, JSON.stringify(sshd.connection), job], {
      cwd: projectRoot,
      encoding: "utf8",
    });
    expect(stdout).toContain("denied ./crypto/build/Release/sshcrypto.node");
    expect(stdout).toContain("performed");
    expect(status).toBe(0);
  } finally {
    await sshd.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
