/** Who installs packages now, as the real kernel's list of locks tells of a lock that a program takes as dpkg does (fcntl). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { sayDpkgBusy } from "../../../provider/host/packages/apt";
import { LocalShell } from "../../support/local-shell";

jest.setTimeout(120_000);

let shell: LocalShell;
beforeEach(() => {
  shell = new LocalShell();
  for (const name of ["lock-frontend", "lock"]) writeFileSync(shell.at(name), "");
  // It only tells that this is a system of dpkg's.
  mkdirSync(shell.at("bin"));
  writeFileSync(shell.at("bin/dpkg-query"), "#!/bin/sh\n");
  chmodSync(shell.at("bin/dpkg-query"), 0o755);
  shell.path = `${shell.at("bin")}:/usr/sbin:/usr/bin:/sbin:/bin`;
});
afterEach(() => shell.remove());

const busy = (): Promise<string | undefined> =>
  shell.ask({
    about: "the package manager",
    script: sayDpkgBusy([shell.at("lock-frontend"), shell.at("lock")]),
    read: (answer) => answer.get("packages-busy"),
  });

it("is nobody while nobody holds the locks", async () => {
  expect(await busy()).toBeUndefined();
});

it.each(["lock-frontend", "lock"])("is the program that holds %s, and nobody once it has ended", async (name) => {
  const holder = spawn("python3", [
    "-c",
    "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.lockf(file, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()",
    shell.at(name),
  ]);
  try {
    await once(holder.stdout, "data");
    expect(await busy()).toMatch(/^python3/);
  } finally {
    holder.stdin.end();
    await once(holder, "exit");
  }
  expect(await busy()).toBeUndefined();
});
