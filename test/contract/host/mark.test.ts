import { mkdirSync, writeFileSync } from "node:fs";
import { confirmAbsence } from "../../../provider/host/absence";
import { readClaim, sayClaim } from "../../../provider/host/claim";
import { sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";

describe.each([["dash"], ["bash"], ["busybox sh"]])("what a host says of a mark of before claims, under %s", (name) => {
  let shell: LocalShell;
  beforeEach(() => {
    shell = new LocalShell(name.split(" "));
  });
  afterEach(() => {
    shell.remove();
  });

  it.each([
    ["pulumi-xen 1\n/xen/g.img\n", "ours"],
    ["pulumi-xen 12", "ours"],
    ["somebody else\npulumi-xen 1\n", "foreign"],
    ["pulumi-xen x\n", "foreign"],
    ["", "foreign"],
    [undefined, "none"],
  ])("only our first line is our mark: %j", async (owner, expected) => {
    mkdirSync(shell.at("it"));
    if (owner !== undefined) writeFileSync(shell.at("it", "owner"), owner);
    const claim = await shell.ask({ about: "the mark", script: sayClaim(sh`${shell.at("it")}`), read: readClaim });
    expect(claim === undefined ? "none" : (claim.id ?? "ours")).toBe(expected);
  });

  it("only the system's own word for it is absence", async () => {
    writeFileSync(shell.at("file"), "");
    for (const gone of [shell.at("none"), shell.at("none", "below"), shell.at("file", "below")]) {
      expect((await shell.run(confirmAbsence(sh`${gone}`))).exitCode).toBe(0);
    }
    // A name that is too long stands for all that cannot be asked.
    for (const unclear of [shell.at("file"), shell.at("x".repeat(300))]) {
      const { exitCode, stderr } = await shell.run(confirmAbsence(sh`${unclear}`));
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`it cannot be seen whether ${unclear} is there`)]);
    }
  });
});
