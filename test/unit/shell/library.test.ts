import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { libraryText } from "../../../provider/shell";
import { asSent, asWritten, libraryFiles } from "../../support/lint/library-files";
import { projectRoot } from "../../support/project-root";

const SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]] as const;
const files = libraryFiles();
const shellFiles = files.filter((file) => file.endsWith(".sh"));
const pythonFiles = files.filter((file) => file.endsWith(".py"));

/** What bash has understood, in its own writing: comments are gone, each word is there. */
function understoodByBash(text: string): string {
  return execFileSync("bash", ["--posix"], { input: `all() {\n${text}\n}\ndeclare -f all\n`, encoding: "utf8" });
}

function understoodByPython(text: string): string {
  const program = "import ast, sys; print(ast.dump(ast.parse(sys.stdin.read())))";
  return execFileSync("python3", ["-c", program], { input: text, encoding: "utf8" });
}

describe("every library file", () => {
  it.each(files)("%s is shell or Python and says at its beginning what it is for", (file) => {
    expect(file).toMatch(/\.(sh|py)$/);
    const header = asWritten(file).replace(/^# shellcheck shell=sh\n/, "");
    expect(header).toMatch(/^# [^\n]{20,}/);
  });

  it.each(shellFiles)("%s means the same to a shell with and without its comments", (file) => {
    expect(understoodByBash(asSent(file))).toBe(understoodByBash(asWritten(file)));
    // Lines of a here-document are not the shell's.
    if (!asWritten(file).includes("<<")) expect(asSent(file)).not.toMatch(/^\s*#/m);
  });

  it.each(pythonFiles)("%s means the same to Python with and without its comments", (file) => {
    expect(understoodByPython(asSent(file))).toBe(understoodByPython(asWritten(file)));
  });

  it.each(shellFiles)("%s can be read by dash, bash and busybox", (file) => {
    for (const [program, ...rest] of SHELLS) {
      for (const input of [asWritten(file), asSent(file)]) {
        expect(execFileSync(program, [...rest, "-n"], { input, encoding: "utf8", stdio: "pipe" })).toBe("");
      }
    }
  });
});

describe("the reader of library files", () => {
  it("gives the file without whole-line comments", () => {
    const preamble = libraryText(join(projectRoot, "provider/shell"), "preamble.sh").text;
    expect(preamble).toMatch(/^set -eu\nLC_ALL=C /);
    expect(preamble).toMatch(/\n}\n$/);
  });

  it.each([
    ["/etc", "passwd.sh"],
    [projectRoot, "setup.sh"],
    [join(projectRoot, "provider/shell"), "../../preamble.sh"],
    [join(projectRoot, "provider-of-others"), "preamble.sh"],
  ] as const)("refuses what is no file of the package: %s, %s", (folder, name) => {
    expect(() => libraryText(folder, name)).toThrow("no library file of this package");
  });
});
