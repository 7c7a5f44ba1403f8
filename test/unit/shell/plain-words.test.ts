import { spawnSync } from "node:child_process";
import { inPlainWords, missingProgram } from "../../../provider/shell";

const SHELLS = [["dash"], ["bash"], ["busybox", "sh"], ["sh"]].filter(
  ([program = ""]) => spawnSync(program, ["-c", ":"]).error === undefined,
);

/** What the shell itself says of a script. */
function complaintOf([program = "", ...args]: readonly string[], script: string): string {
  return spawnSync(program, [...args, "-c", script], { encoding: "utf8" }).stderr.trim();
}

describe.each(SHELLS.map((shell) => [shell.join(" "), shell] as const))("what %s says", (_name, shell) => {
  it.each([
    "no-such-tool",
    'eval "no-such-tool list"',
    "exec no-such-tool",
    "eval 'exec no-such-tool'",
    ":\n:\nno-such-tool",
  ])("of a program that is not there names the program alone: %s", (script) => {
    const complaint = complaintOf(shell, script);
    expect(complaint).toMatch(/not found/);
    expect(inPlainWords(complaint)).toBe("there is no program no-such-tool");
    expect(missingProgram(complaint)).toBe("no-such-tool");
  });

  it("of a file that cannot be written keeps the file and the reason", () => {
    const said = inPlainWords(complaintOf(shell, "echo x >/nowhere/at/all"));
    expect(said).toMatch(/\/nowhere\/at\/all/);
    expect(said).not.toMatch(/^\S*sh: /);
  });
});

it("what other programs say stays as it is, line by line", () => {
  const said = "xl: command line error\nsh: 1: eval: xl: not found\nsudo: a password is required";
  expect(inPlainWords(said)).toBe("xl: command line error\nthere is no program xl\nsudo: a password is required");
  expect(missingProgram("grep: /x: not found")).toBeUndefined();
});

it("is asked of real shells, and not of none", () => {
  expect(SHELLS.length).toBeGreaterThan(1);
});
