/** The quickstart writes configuration and runs up without asking: never in a project that is not its own. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quickstartProject, writeStackConfig } from "../../../cli/quickstart/project-folder";
import { projectRoot } from "../../support/project-root";

const EXAMPLE = "install-then-pygrub";

let user: string;
let installed: string;

/** A user's project in which the package is installed: what of it the quickstart looks at. */
beforeEach(() => {
  user = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-xen-user-")));
  writeFileSync(join(user, "Pulumi.yaml"), "name: mine\nruntime: nodejs\n");
  installed = join(user, "node_modules", "pulumi-xen");
  mkdirSync(join(installed, "dist", "examples", "install-then-pygrub"), { recursive: true });
  writeFileSync(join(installed, "package.json"), '{ "name": "pulumi-xen" }');
  writeFileSync(join(installed, "dist", "examples", "install-then-pygrub", "index.js"), "// the example\n");
  mkdirSync(join(user, "node_modules", "@pulumi", "pulumi"), { recursive: true });
  writeFileSync(join(user, "node_modules", "@pulumi", "pulumi", "package.json"), "{}");
});
afterEach(() => rmSync(user, { recursive: true, force: true }));

describe("the quickstart of an installed package", () => {
  it("makes a folder of its own and leaves the user's project beside it alone", () => {
    const project = quickstartProject(user, EXAMPLE, installed);
    writeStackConfig({ cwd: project.folder, stack: "quickstart" }, EXAMPLE, { host: "127.0.0.1" });

    expect(project.folder).toBe(join(user, "pulumi-xen-quickstart"));
    expect(readdirSync(user).sort()).toEqual(["Pulumi.yaml", "node_modules", "pulumi-xen-quickstart"]);
    expect(readFileSync(join(user, "Pulumi.yaml"), "utf8")).toBe("name: mine\nruntime: nodejs\n");
    expect(readFileSync(join(project.folder, "Pulumi.yaml"), "utf8")).toContain("main: index.js");
    expect(readFileSync(join(project.folder, "index.js"), "utf8")).toBe("// the example\n");
    expect(realpathSync(join(project.folder, "node_modules", "pulumi-xen"))).toBe(installed);
  });

  it("names that folder in the commands it prints", () => {
    const { program, cwdOption, again } = quickstartProject(user, EXAMPLE, installed);
    expect([program, cwdOption, again]).toEqual([
      "pulumi-xen-quickstart/index.js",
      " --cwd pulumi-xen-quickstart",
      "npx pulumi-xen quickstart",
    ]);
  });

  it("goes on in its folder, and keeps what the user has changed in the program", () => {
    const { folder } = quickstartProject(user, EXAMPLE, installed);
    writeFileSync(join(folder, "index.js"), "// with 256 MiB\n");
    quickstartProject(user, EXAMPLE, installed);
    expect(readFileSync(join(folder, "index.js"), "utf8")).toBe("// with 256 MiB\n");
  });

  it("refuses a folder of that name which it did not make, and writes nothing there", () => {
    mkdirSync(join(user, "pulumi-xen-quickstart"));
    writeFileSync(join(user, "pulumi-xen-quickstart", "Pulumi.yaml"), "name: precious\n");
    expect(() => quickstartProject(user, EXAMPLE, installed)).toThrow(
      /is there already, and the quickstart did not make it: it is left as it is\. Move it away/,
    );
    expect(readdirSync(join(user, "pulumi-xen-quickstart"))).toEqual(["Pulumi.yaml"]);
  });
});

describe("the quickstart of a checkout", () => {
  it("runs the checkout's own example, whatever folder it is called in", () => {
    expect(quickstartProject(projectRoot, EXAMPLE)).toEqual({
      folder: projectRoot,
      program: "examples/install-then-pygrub/index.ts",
      cwdOption: "",
      again: "npm run quickstart",
    });
    expect(quickstartProject(join(projectRoot, "docs"), EXAMPLE)).toMatchObject({ folder: projectRoot, cwdOption: "" });
    expect(quickstartProject(user, EXAMPLE).cwdOption).toMatch(/^ --cwd \.\.\//);
    expect(existsSync(join(user, "pulumi-xen-quickstart"))).toBe(false);
  });

  it("runs another example in that one's own folder, and says so in its commands", () => {
    expect(quickstartProject(projectRoot, "cloud-image")).toEqual({
      folder: join(projectRoot, "examples/cloud-image"),
      program: "examples/cloud-image/index.ts",
      cwdOption: " --cwd examples/cloud-image",
      again: "npm run quickstart -- --cloud-image",
    });
  });
});
