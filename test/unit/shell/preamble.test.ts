import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ShellText, preamble, saidIn, sh } from "../../../provider/shell";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-xen-preamble-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]] as const;

describe.each(SHELLS.map((shell) => [shell.join(" "), shell] as const))("under %s", (_name, shell) => {
  function run(script: ShellText): { status: number | null; stdout: string; stderr: string } {
    const [program = "dash", ...rest] = shell;
    return spawnSync(program, rest, { input: `${preamble.text}\n${script.text}\n`, encoding: "utf8", cwd: folder });
  }

  function decoded(stdout: string, key: string): string | undefined {
    return stdout
      .split("\n")
      .map((line) => saidIn(line))
      .find((said) => said?.key === key)?.value;
  }

  it("a script runs in /, in the C locale, with a private umask, and ends at the first failure", () => {
    const { status, stdout } = run(sh`pwd; echo "$LC_ALL"; umask; false; echo never`);
    expect(stdout).toMatch(/^\/\nC\n0*77\n$/);
    expect(status).not.toBe(0);
  });

  it("an unset variable is an error", () => {
    expect(run(sh`echo "$not_there"; echo never`).stdout).toBe("");
  });

  it("say keeps any text on one line", () => {
    const { stdout } = run(sh`say key ${"two\nlines  and = signs"} ${"more"}; say long ${"x".repeat(3000)}`);
    expect(decoded(stdout, "key")).toBe("two\nlines  and = signs more");
    expect(decoded(stdout, "long")).toHaveLength(3000);
    expect(stdout.trim().split("\n")).toHaveLength(2);
  });

  it.each(["", "yes", "4.17.7", "/dev/vg/a, b:c@d+e-f", "~", "=x", "a\tb", "ä", "*", "\\n", 'a=b "c" $(d) `e`'])(
    "say keeps %j",
    (text) => {
      expect(decoded(run(sh`say key ${text}`).stdout, "key")).toBe(text);
    },
  );

  it("a value that could not be encoded ends the script: it is not said to be empty", () => {
    const { status, stdout } = run(sh`base64() { return 1; }; say key ${"ä"}; echo never`);
    expect(status).not.toBe(0);
    expect(stdout).not.toContain("never");
  });

  it("say_file says a file's content, and nothing where there is none", () => {
    const file = join(folder, "a file");
    writeFileSync(file, "content\n\n");
    const { stdout } = run(sh`say_file there ${file}; say_file gone ${`${file}-not`}`);
    expect(decoded(stdout, "there")).toBe("content\n\n");
    expect(decoded(stdout, "gone")).toBeUndefined();
  });

  it("say_line says a file's line, nothing of an empty one, and is silent where there is none", () => {
    const file = join(folder, "a file");
    writeFileSync(file, "control_d\n");
    writeFileSync(`${file}-empty`, "");
    const said = run(
      sh`say_line there ${file}; echo "read=$say_read"; say_line empty ${`${file}-empty`}; say_line gone ${`${file}-not`}; say after z`,
    );
    expect(decoded(said.stdout, "there")).toBe("control_d");
    expect(said.stdout).toContain("read=control_d\n");
    expect(decoded(said.stdout, "empty")).toBe("");
    expect(decoded(said.stdout, "gone")).toBeUndefined();
    expect(decoded(said.stdout, "after")).toBe("z");
  });

  it("say_cmd says output, exit code and complaint, and goes on after a failure", () => {
    const { stdout, status } = run(
      sh`say_cmd x sh -c ${"cat; echo out; echo err >&2; exit 4"}; say_cmd y no-such-command; say after z`,
    );
    expect(status).toBe(0);
    expect([decoded(stdout, "x"), decoded(stdout, "x.rc"), decoded(stdout, "x.err")]).toEqual(["out\n", "4", "err\n"]);
    expect(decoded(stdout, "y.rc")).toBe("127");
    expect(decoded(stdout, "after")).toBe("z");
  });

  it("die says why on stderr and ends with 1", () => {
    expect(run(sh`die ${"no such bridge"} br0; echo never`)).toMatchObject({
      status: 1,
      stdout: "",
      stderr: "no such bridge br0\n",
    });
  });

  it("note_down makes a file of a line, with its mode, and leaves nothing where it cannot", () => {
    const file = join(folder, "phase");
    expect(run(sh`note_down ${file} ${"a 'line' $(of) %s words"} 644; note_down ${file} ready`)).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(readFileSync(file, "utf8")).toBe("ready\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const cannot = run(sh`mv() { return 1; }; note_down ${file} other; echo never`);
    expect([cannot.status, cannot.stdout, readFileSync(file, "utf8"), readdirSync(folder)]).toEqual([
      1,
      "",
      "ready\n",
      ["phase"],
    ]);
  });

  it("replace_whole gives a file what was written beside it, with its mode, and leaves nothing beside it where it cannot", () => {
    const file = join(folder, "claim");
    expect(run(sh`echo whole >${`${file}.new`}; replace_whole ${file} 644`)).toMatchObject({ status: 0, stderr: "" });
    expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["whole\n", 0o644]);
    const cannot = run(sh`mv() { return 1; }; echo c >${`${file}.new`}; replace_whole ${file}; echo never`);
    expect([cannot.status, cannot.stdout, readFileSync(file, "utf8"), readdirSync(folder)]).toEqual([
      1,
      "",
      "whole\n",
      ["claim"],
    ]);
  });

  it("note_down gives a file its name only when what is in it is on the disk", () => {
    const file = join(folder, "phase");
    const told = run(sh`sync() { echo "sync $1"; }; mv() { echo "mv $2"; }; note_down ${file} ready`);
    expect(told.stdout).toBe(`sync ${file}.new\nmv ${file}.new\n`);
  });

  it("install_file writes whole with its mode, makes folders, and leaves an equal file alone", () => {
    const source = join(folder, "source");
    const target = join(folder, "new folder/target");
    writeFileSync(source, "text");
    expect(run(sh`install_file ${source} ${target} 640`).status).toBe(0);
    expect(readFileSync(target, "utf8")).toBe("text");
    expect((statSync(target).mode & 0o777).toString(8)).toBe("640");
    utimesSync(target, 1, 1);
    run(sh`install_file ${source} ${target} 600`);
    expect(statSync(target).mtimeMs).toBe(1000);
    expect((statSync(target).mode & 0o777).toString(8)).toBe("600");
    writeFileSync(source, "other");
    run(sh`install_file ${source} ${target} 600`);
    expect(readFileSync(target, "utf8")).toBe("other");
    expect(readdirSync(join(folder, "new folder"))).toEqual(["target"]);
  });

  it("install_file leaves the old file and nothing else where it fails, and clears away what an ended one left", () => {
    const source = join(folder, "source");
    const target = join(folder, "target");
    writeFileSync(source, "new");
    writeFileSync(target, "old");
    writeFileSync(join(folder, ".target.pulumi-xen-new"), "ne");
    const failed = run(sh`mv() { echo "mv: no space left" >&2; return 1; }
install_file ${source} ${target} 600
echo never >${join(folder, "never")}`);
    expect(failed.status).toBe(1);
    expect(readFileSync(target, "utf8")).toBe("old");
    expect(readdirSync(folder).sort()).toEqual(["source", "target"]);
    run(sh`install_file ${source} ${target} 600`);
    expect(readFileSync(target, "utf8")).toBe("new");
  });
});
