import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDeploymentFile } from "../../../../lab/engine";
import { missingValueHint } from "../../../../lab/engine/missing-value";
import { assertName, readProject } from "../../../../lab/engine/project";
import { loadSdk } from "../../../../lab/engine/sdk";
import { projectRoot } from "../../../support/project-root";

describe("a project that cannot be read", () => {
  const { parseYaml } = loadSdk(projectRoot);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-xen-project-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const read = (yaml: string) => () => {
    writeFileSync(join(folder, "Pulumi.yaml"), yaml);
    return readProject(folder, parseYaml);
  };

  it("is told by its file and the place in it", () => {
    const file = join(folder, "Pulumi.yaml");
    expect(read("a: [\n")).toThrow(
      `${file} is not valid YAML: unexpected end of the stream within a flow collection (2:1).`,
    );
    expect(read("runtime: nodejs\n")).toThrow(`${file} has no name.`);
    expect(read("name: x\nruntime: python\n")).toThrow(`${file} names the runtime "python"`);
    expect(read("name: ../x\nruntime: nodejs\n")).toThrow(`The name in ${file} is "../x", must be letters,`);
  });

  it("a missing value is told with what to do where there is no Pulumi CLI", () => {
    const sdkSays = "Missing required configuration variable 'shop:mirror'\n\tplease set a value using the command …";
    writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: {}\n");
    expect(missingValueHint(sdkSays, folder, "dev")).toBe(
      "Here: put shop:mirror into the config of Pulumi.dev.yaml, or give it for this run with --config shop:mirror=VALUE.",
    );
    expect(missingValueHint(sdkSays, folder, "prod")).toContain(
      "There is no Pulumi.prod.yaml; there are stacks of the names: dev.",
    );
    expect(missingValueHint("another error", folder, "dev")).toBeUndefined();
  });
});

it("a stack's name never leads out of the folder of states", () => {
  for (const name of ["dev", "prod-2", "a.b_c"]) expect(() => assertName(name, "It")).not.toThrow();
  for (const name of ["../../x", "a/b", "..", "", "a b"]) expect(() => assertName(name, "It")).toThrow(/^It is "/);
});

it("a state file that is no JSON is told by its name", () => {
  expect(() => parseDeploymentFile("{", "bad.json")).toThrow(/^bad\.json is not valid JSON: /);
});
