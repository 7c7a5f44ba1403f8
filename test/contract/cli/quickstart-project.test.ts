/** The project that the quickstart of an installed package makes really is one: it previews, with nothing but what the package ships. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudImageConfig } from "../../../cli/quickstart/cloud-image";
import { exampleConfig } from "../../../cli/quickstart/install-then-pygrub";
import { quickstartProject, writeStackConfig } from "../../../cli/quickstart/project-folder";
import { summary } from "../../../cli/quickstart/summary";
import { practiceEngine } from "../../../lab/engine";
import { projectRoot } from "../../support/project-root";

let user: string;
beforeEach(() => {
  user = mkdtempSync(join(tmpdir(), "pulumi-xen-user-"));
});
afterEach(() => rmSync(user, { recursive: true, force: true }));

/** As npm lays it out; the package's own folder has no scripts, so it is no checkout. */
function installPackage(): string {
  const installed = join(user, "node_modules", "pulumi-xen");
  mkdirSync(installed, { recursive: true });
  mkdirSync(join(user, "node_modules", "@pulumi"));
  cpSync(join(projectRoot, "package.json"), join(installed, "package.json"));
  symlinkSync(join(projectRoot, "dist"), join(installed, "dist"), "dir");
  symlinkSync(join(projectRoot, "node_modules", "@pulumi", "pulumi"), join(user, "node_modules", "@pulumi", "pulumi"));
  return installed;
}

const sha256 = "0".repeat(64);
const asset = { file: "", name: "", sha256 };
const host = { name: "quickstart", sshPort: 2222, privateKeyFile: "/nonexistent", hostKey: "ssh-ed25519 AAAA" };

it("its program previews five resources, and the commands it advises name its folder", async () => {
  const project = quickstartProject(user, "install-then-pygrub", installPackage());
  const assets = { kernel: asset, ramdisk: asset, rootfs: asset };
  const config = exampleConfig(host, assets, "http://10.0.2.2:8099");
  writeStackConfig({ cwd: project.folder, stack: "quickstart" }, "install-then-pygrub", config);
  const engine = practiceEngine({ stateFile: join(user, "state.json") });
  const result = await engine.preview({ cwd: project.folder, stack: "quickstart" });
  expect(result.errors).toEqual([]);
  expect(result.log).toMatch(/^Preview: 5 to create \(/m);

  const answer = { command: "curl http://127.0.0.1:1/", text: "hello" };
  const lastWords = summary({
    engine,
    project,
    host,
    upResult: result,
    answer,
    change: [192, 256],
    seconds: 1,
    isStopped: false,
  });
  expect(lastWords).toContain("Change memoryMiB in pulumi-xen-quickstart/index.js from 192 to 256");
  expect(lastWords).toContain("npx pulumi-xen stack preview --cwd pulumi-xen-quickstart --stack quickstart ");
}, 120_000);

it("its second program previews three resources, in a folder of its own", async () => {
  const project = quickstartProject(user, "cloud-image", installPackage());
  const privateKeyFile = join(user, "key");
  writeFileSync(
    `${privateKeyFile}.pub`,
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVQ1NWk0Vv3xMqcPzTtdW2TnAv1CF8bGRcbsB8bYz5m lab\n",
  );
  const config = cloudImageConfig(
    { ...host, privateKeyFile },
    { name: "cloud.img.zst", sha256 },
    "http://10.0.2.2:8099",
  );
  writeStackConfig({ cwd: project.folder, stack: "quickstart" }, "cloud-image", config);
  const engine = practiceEngine({ stateFile: join(user, "state.json") });
  const result = await engine.preview({ cwd: project.folder, stack: "quickstart" });
  expect(result.errors).toEqual([]);
  expect(result.log).toMatch(/^Preview: 3 to create \(/m);
  expect([project.cwdOption, project.again]).toEqual([
    " --cwd pulumi-xen-quickstart-cloud-image",
    "npx pulumi-xen quickstart --cloud-image",
  ]);
}, 120_000);
