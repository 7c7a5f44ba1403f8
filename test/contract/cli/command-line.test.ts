/** How every command of `pulumi-xen` answers, and that nothing happens to a stack without a yes. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../support/cli-process";
import { callsIn } from "../../support/engine/stack-command";
import { THINGS } from "../../support/engine/teller";

const commands = ["init", "quickstart", "stack", "lab"];

describe("pulumi-xen", () => {
  it.each(commands)("%s explains itself on standard output and ends with 0", (command) => {
    for (const option of ["--help", "-h"]) {
      const { code, stdout, stderr } = runCli([command, option]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`^Usage: (npx )?pulumi-xen ${command}`));
    }
  });

  it.each(commands)("%s names its options when it does not know one, and ends with 2", (command) => {
    const { code, stdout, stderr } = runCli([command, "--bogus"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(
        `^pulumi-xen ${command}: Unknown option '--bogus'; there are: --.*\\. \\(See pulumi-xen ${command} --help\\.\\)\n$`,
      ),
    );
  });

  it.each([
    [["fly"], 'pulumi-xen: there is no command "fly"; there are: init, quickstart, stack, lab.'],
    [["stack"], "a command is missing; there are: preview, up, refresh, destroy, export, import."],
    [["stack", "apply"], 'there is no "apply"; there are: preview, up,'],
    [["stack", "preview", "dev"], '"dev" is one word too many.'],
    [["stack", "preview", "--engine", "terraform"], '--engine is "terraform", must be auto, pulumi or practice.'],
    [["stack", "preview", "--parallel", "0"], "--parallel is 0, must be a whole number from 1 on."],
    [["stack", "preview", "--config", "host"], "--config is host, must be KEY=VALUE."],
    [["quickstart", "--suite", "sid"], '--suite is "sid", must be bookworm, trixie or bullseye.'],
    [["init", "here", "there"], '"there" is one word too many.'],
    [["init", "--template", "esxi"], '--template is "esxi", must be plain-host or xen-host.'],
    [["init", "a b"], '"a b" is no project name'],
  ])("%j is refused in one sentence, with the exit code 2", (args, sentence) => {
    const { code, stdout, stderr } = runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("pulumi-xen stack", () => {
  let folder: string;
  let env: Record<string, string>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-xen-cli-"));
    mkdirSync(join(folder, "world"));
    writeFileSync(join(folder, "things.json"), JSON.stringify({ things: [{ name: "a" }] }));
    env = { THINGS_FILE: join(folder, "things.json"), THINGS_WORLD: join(folder, "world") };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const stack = (action: string, ...more: string[]) =>
    runCli(["stack", action, "--engine", "practice", "--cwd", THINGS, "--state", join(folder, "s.json"), ...more], {
      env,
    });
  const answered = (action: string, answer: string) =>
    runCli(["stack", action, "--engine", "practice", "--cwd", THINGS, "--state", join(folder, "s.json")], {
      env,
      answer,
    });

  it("refuses up and destroy without --yes where there is no terminal to ask on, and touches nothing", () => {
    const refused = stack("up");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("up needs --yes here, since there is no terminal to ask on; nothing was done.");
    expect(callsIn(folder)).toEqual([]);
    expect(existsSync(join(folder, "s.json"))).toBe(false);

    expect(stack("up", "--yes").code).toBe(0);
    expect(callsIn(folder)).toContain("create a");

    expect(stack("destroy").code).toBe(2);
    expect(callsIn(folder)).not.toContain("delete a");
    expect(stack("destroy", "--yes").code).toBe(0);
    expect(callsIn(folder)).toContain("delete a");
  }, 120_000);

  it("previews and refreshes without being told yes: they change nothing outside of the state", () => {
    expect(stack("preview").code).toBe(0);
    expect(stack("refresh").code).toBe(0);
    expect(callsIn(folder).filter((call) => /^(create|update|delete) /.test(call))).toEqual([]);
  }, 120_000);

  it("asks in a terminal: a no leaves everything as it is, a yes goes on", () => {
    const refused = answered("up", "n");
    expect(refused.stdout).toMatch(/1 to create[\s\S]*Do this\? \[y\/N\][\s\S]*Nothing was done\./);
    expect(refused.code).toBe(1);
    expect(callsIn(folder)).not.toContain("create a");

    expect(answered("up", "y").code).toBe(0);
    expect(callsIn(folder)).toContain("create a");

    const kept = answered("destroy", "n");
    expect(kept.stdout).toMatch(/The stack dev has made:\s+Thing a\s[\s\S]*Delete all of it\? \[y\/N\]/);
    expect(kept.code).toBe(1);
    expect(callsIn(folder)).not.toContain("delete a");
  }, 120_000);

  it("counts what the program declares, not the stack itself", () => {
    const { stdout } = stack("up", "--yes");
    expect(stdout).toMatch(/^Done: 1 created \(/m);
  }, 120_000);
});
