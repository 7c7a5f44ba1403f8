/** What users compile against and read in their editor: the declarations that the package ships. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KINDS } from "../../../scripts/docs/kinds";
import { publicDeclarations } from "../../../scripts/public-types/declarations";
import { compile } from "../../support/compile";
import { declaredIn, wantingIn } from "../../support/declared-docs";
import { projectRoot } from "../../support/project-root";

const text = publicDeclarations();
const declared = declaredIn(text);
const docOf = (path: string): string => declared.inputs.find((property) => property.path === path)?.doc ?? "";

describe("the public declarations", () => {
  it("name no module but Pulumi's, so that no type of zod or ssh2 is reachable from them", () => {
    expect(declared.imports).toEqual(["@pulumi/pulumi"]);
    expect(text).not.toMatch(/\bzod\b/i);
    expect(declaredIn('import { z } from "zod"; type A = import("ssh2").Client;').imports).toEqual(["zod", '"ssh2"']);
  });

  it("compile without skipLibCheck under a classic tsconfig, and hold a program to its types", () => {
    const folder = mkdtempSync(join(projectRoot, "test", ".declarations-"));
    try {
      writeFileSync(join(folder, "index.d.ts"), text);
      const program = (memory: string): string =>
        `import * as xen from "./index";\nnew xen.DomU("a", { host: { host: "h" }, memoryMiB: ${memory} }).ip.apply(String);\n`;
      writeFileSync(join(folder, "right.ts"), program("512"));
      writeFileSync(join(folder, "wrong.ts"), program('"512"'));
      const compilerOptions = {
        target: "es2020",
        module: "commonjs",
        moduleResolution: "node",
        esModuleInterop: false,
        skipLibCheck: false,
        strict: true,
        types: ["node"],
        ignoreDeprecations: "6.0",
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
      expect(compile(join(folder, "tsconfig.json"))).toEqual([expect.stringMatching(/wrong\.ts.*TS2322/)]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

describe("the doc comments in the editor", () => {
  it("say of every argument its meaning, its unit, its default and what a change does", () => {
    expect(declared.inputs.flatMap(wantingIn)).toEqual([]);
  });

  it("are there for every entry of the five tables, and for what these entries are made of", () => {
    expect(KINDS).toHaveLength(5);
    for (const { title, table } of KINDS) {
      const paths = Object.keys(table).map((name) => `${title}Args.${name}`);
      expect(declared.inputs.map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
    }
    const entries = KINDS.reduce((sum, { table }) => sum + Object.keys(table).length, 0);
    expect(entries).toBeGreaterThanOrEqual(55);
    expect(declared.inputs.length).toBeGreaterThan(2 * entries);
  });

  it("are prose for every class and every output of the five kinds", () => {
    expect(declared.classes.map(({ name }) => name).sort()).toEqual(KINDS.map(({ title }) => title).sort());
    expect(declared.classes.filter(({ doc }) => doc.split(" ").length < 15)).toEqual([]);
    expect(declared.outputs.length).toBeGreaterThanOrEqual(50);
    expect(declared.outputs.filter(({ doc }) => doc.split(" ").length < 3).map(({ path }) => path)).toEqual([]);
  });

  it("would be missed: one without meaning, unit, default and change is found", () => {
    const bare = declaredIn("interface A { /** Size. */ readonly size?: pulumi.Input<number>; }");
    expect(bare.inputs.flatMap(wantingIn)).toEqual(
      ["meaning", "unit", "default", "change"].map((part) => `A.size: no ${part}`),
    );
  });

  it("say of a VNC password that it stands in clear text in the guest's file, and that VNC takes 8 characters", () => {
    expect(docOf("DomUVfb.vncPassword")).toMatch(/clear text in the guest's file/);
    expect(docOf("DomUVfb.vncPassword")).toMatch(/VNC takes 8 characters/);
  });
});
