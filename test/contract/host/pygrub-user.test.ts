/** Whose guests xendomains starts: ours are known by their claims, whatever their folders are called. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { restrictPygrubOfXendomains } from "../../../provider/host/pygrub-user";
import { preamble } from "../../../provider/shell";

describe.each([["dash"], ["bash --posix"], ["busybox sh"]])("xendomains' pygrub, under %s", (shell) => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "pulumi-xen-pygrub-"));
    mkdirSync(join(root, "usr/lib/xen-4.17"), { recursive: true });
    mkdirSync(join(root, "domu"));
    write("bin/systemctl", "#!/bin/sh\nexit 0\n", 0o755);
    write("etc/xen/auto/guest1.cfg", 'name = "guest1"\nbootloader = "pygrub"\n');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  /** Is it restricted? */
  const decide = (): boolean => {
    const text = restrictPygrubOfXendomains("/etc/pulumi-xen.conf", "/domu").text;
    const local = text.replaceAll(/\/(etc|domu|usr\/lib\/xen)(?=[-/'])/g, `${root}/$1`);
    const [program = "dash", ...args] = shell.split(" ");
    const script = `${preamble.text}\nPATH=${root}/bin:$PATH\n${local}\n`;
    const ran = spawnSync(program, [...args, "-c", script], { encoding: "utf8" });
    expect([ran.status, ran.stderr]).toEqual([0, ""]);
    return !ran.stdout.includes("starts guests of others");
  };

  it.each([
    ["of an earlier version, whose folder has the guest's name", "domu/guest1/owner", "pulumi-xen 1\n"],
    ["whose claim names it", "domu/7e3a/claim", "pulumi-xen claim 2\nid=1\nof=guest1\n"],
  ])("is restricted for a guest of ours %s", (_which, path, text) => {
    write(path, text);
    expect(decide()).toBe(true);
  });

  it.each([
    ["nobody has claimed it", "domu/7e3a/phase", "done\n"],
    ["a claim is another guest's", "domu/7e3a/claim", "of=guest10\n"],
  ])("stays as it is for a guest of somebody else's: %s", (_why, path, text) => {
    write(path, text);
    expect(decide()).toBe(false);
  });
});
