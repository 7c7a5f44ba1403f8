/**
 * Every line of shell goes through shellcheck: the files, and the scripts that the product makes of them and of its templates.
 * Findings are excluded in test/support/lint/shellcheck.ts and nowhere else.
 */
import { execFileSync } from "node:child_process";
import { asWritten, libraryFiles } from "../../support/lint/library-files";
import { renderedScripts } from "../../support/lint/rendered-scripts";
import {
  findingsInFiles,
  findingsInLibraries,
  findingsInRendered,
  shellcheckProgram,
} from "../../support/lint/shellcheck";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";

jest.setTimeout(120_000);

const program = shellcheckProgram();
if (program === undefined)
  note("not run: shellcheck over all shell text: it is not in the cache (sh scripts/setup.sh)");
const found = program === undefined ? it.skip : it;
const libraries = libraryFiles().filter((file) => file.endsWith(".sh"));

describe("shellcheck finds nothing", () => {
  found("in the scripts of the project", () => {
    const files = execFileSync("find", ["scripts", "lab", ".ci", "(", "-name", "*.sh", "-o", "-path", ".ci/*", ")"], {
      cwd: projectRoot,
      encoding: "utf8",
    });
    expect(findingsInFiles(program ?? "", files.trim().split("\n"))).toEqual([]);
  });

  found("in the library files", () => {
    expect(findingsInLibraries(program ?? "", libraries)).toEqual([]);
  });

  found("in the scripts that hosts get", () => {
    expect(findingsInRendered(program ?? "", renderedScripts())).toEqual([]);
  });

  found("only where there is nothing to find", () => {
    expect(findingsInRendered(program ?? "", [{ name: "bad", text: "rm $1\n" }])).toEqual([
      expect.stringContaining("SC2086"),
    ]);
  });
});

describe("the scripts that hosts get, as they are rendered for shellcheck,", () => {
  const scripts = renderedScripts();

  it("are those of many steps and of all that carries them", () => {
    expect(scripts.length).toBeGreaterThan(80);
    expect(scripts.every(({ text }) => text.trim() !== "")).toBe(true);
    expect(scripts.some(({ text }) => text.includes('. "$JOB_FILES"'))).toBe(false);
  });

  it.each(libraries)("hold %s", (file) => {
    const text = asWritten(file).replace("# shellcheck shell=sh\n", "");
    expect(scripts.some((script) => script.text.includes(text))).toBe(true);
  });
});
