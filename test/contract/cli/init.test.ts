/** What `pulumi-xen init` makes: a project that compiles and previews as it is, before anybody has typed a value. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../support/cli-process";
import { compile } from "../../support/compile";
import { projectRoot } from "../../support/project-root";

const MINUTE = 60_000;
const templates = ["plain-host", "xen-host"] as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-xen-init-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The packages as npm install would put them there. */
function install(): void {
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "shop", "node_modules"), "dir");
}

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly engines: object;
  readonly version: string;
}
const manifest = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8")) as Manifest;

describe.each(templates)("a project of the template %s", (template) => {
  it(
    "compiles, and previews what it would make",
    () => {
      expect(runCli(["init", "shop", "--template", template], { cwd: folder })).toMatchObject({ code: 0, stderr: "" });
      install();
      expect(compile(join(folder, "shop", "tsconfig.json"))).toEqual([]);

      const args = ["stack", "preview", "--engine", "practice", "--state", join(folder, "state.json")];
      const { code, stdout } = runCli(args, { cwd: join(folder, "shop") });
      expect({ code, stdout }).toMatchObject({ code: 0 });
      expect(stdout).toContain("+  DomU guest1 create");
      expect(stdout).toMatch(template === "plain-host" ? /^Preview: 5 to create \(/m : /^Preview: 2 to create \(/m);
    },
    3 * MINUTE,
  );

  it("asks for the versions that this package itself is made with", () => {
    const made = manifest(join(projectRoot, "templates", template, "package.json"));
    const own = manifest(join(projectRoot, "package.json"));
    expect(made.dependencies["@pulumi/pulumi"]).toBe(own.peerDependencies["@pulumi/pulumi"]);
    expect(made.dependencies["pulumi-xen"]).toBe(`^${own.version}`);
    expect(made.devDependencies["typescript"]).toBe(own.devDependencies["typescript"]);
    expect(made.devDependencies["@types/node"]).toBe(own.devDependencies["@types/node"]);
    expect(made.engines).toEqual(own.engines);
  });

  it("serves pulumi new too: it asks for every value that the program requires, and has a default for each", () => {
    const read = (file: string): string => readFileSync(join(projectRoot, "templates", template, file), "utf8");
    const required = [...read("index.ts").matchAll(/config\.require\("(\w+)"\)/g)].map(([, key]) => key);
    const asked = [...read("Pulumi.yaml").matchAll(/^ {4}(\w+):\n {6}description: .+\n {6}default: .+$/gm)].map(
      ([, key]) => key,
    );
    expect(required.length).toBeGreaterThan(2);
    expect(asked.sort()).toEqual([...new Set(required)].sort());
    expect(read("Pulumi.yaml")).toMatch(/^name: \$\{PROJECT\}\ndescription: \$\{DESCRIPTION\}\n/);
    expect(read(".gitignore")).toBe("node_modules/\n");
  });
});

it("init writes nothing when a file is in the way", () => {
  mkdirSync(join(folder, "shop"));
  writeFileSync(join(folder, "shop", "index.ts"), "// mine\n");
  const { code, stderr } = runCli(["init", "shop"], { cwd: folder });
  expect(code).toBe(1);
  expect(stderr).toContain("has index.ts already; nothing was written. Name another folder.");
  expect(readdirSync(join(folder, "shop"))).toEqual(["index.ts"]);
  expect(readFileSync(join(folder, "shop", "index.ts"), "utf8")).toBe("// mine\n");
});

it("init without a folder makes the project where it is called, named after that folder", () => {
  mkdirSync(join(folder, "web.shop"));
  expect(runCli(["init"], { cwd: join(folder, "web.shop") }).code).toBe(0);
  expect(readFileSync(join(folder, "web.shop", "Pulumi.yaml"), "utf8")).toMatch(/^name: web\.shop\n/);
  expect(existsSync(join(folder, "web.shop", "Pulumi.dev.yaml"))).toBe(true);
});

it("a project made in a checkout tells to pack the package first, since npm has none of that name yet", () => {
  const { stdout } = runCli(["init", "shop"], { cwd: folder });
  const range = manifest(join(folder, "shop", "package.json")).dependencies["pulumi-xen"];
  expect(range).toMatch(/^file:\/.*\/pulumi-xen-\d+\.\d+\.\d+\.tgz$/);
  expect(stdout).toContain("npm install");
});
