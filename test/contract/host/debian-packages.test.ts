import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { apt } from "../../../provider/host/packages/apt";
import { LocalShell } from "../../support/local-shell";

describe("installing Xen's packages on Debian", () => {
  let shell: LocalShell;
  beforeEach(() => {
    shell = new LocalShell();
    mkdirSync(shell.at("bin"));
    program("dpkg-query", "exit 1");
    program("dpkg", "exit 0");
    program("update-grub", `echo real >>${shell.at("menus")}`);
    // As Xen's packages do: the menu is made again and again, by the name alone; and as apt does, with its own path.
    program(
      "apt-get",
      `case "$*" in *update) echo update >>${shell.at("calls")} ;; *install*) echo install >>${shell.at("calls")} ;; esac
path=${shell.at("bin")}:/usr/bin:/bin
for option in "$@"; do case $option in DPkg::Path=*) path=\${option#*=} ;; esac; done
case "$*" in *install*) PATH=$path sh -c "update-grub; update-grub"; exit "$(cat ${shell.at("apt-exit")})" ;; esac`,
    );
    writeFileSync(shell.at("apt-exit"), "0");
    lists({ areOfToday: false });
    shell.path = `${shell.at("bin")}:/usr/bin:/bin`;
  });
  afterEach(() => shell.remove());

  const calls = (): string[] => readFileSync(shell.at("calls"), "utf8").trim().split("\n");

  /** What `find` says of the lists and of sources that are newer. */
  function lists({ areOfToday, newerSource = "" }: { areOfToday: boolean; newerSource?: string }): void {
    program("find", `case $* in *-mtime*) echo ${areOfToday ? "lists" : ""} ;; *) echo ${newerSource} ;; esac`);
  }

  function program(name: string, script: string): void {
    writeFileSync(shell.at("bin", name), `#!/bin/sh\n${script}\n`);
    chmodSync(shell.at("bin", name), 0o755);
  }

  it("makes GRUB's menu once, however often the packages ask for it", async () => {
    expect(await shell.run(apt.install(["xen-system-amd64"]))).toMatchObject({ exitCode: 0 });
    expect(readFileSync(shell.at("menus"), "utf8")).toBe("real\n");
  });

  it("hands packages no update-grub on a host that has none, such as one with GRUB legacy", async () => {
    rmSync(shell.at("bin/update-grub"));
    program(
      "apt-get",
      "case $* in *install*) for option; do case $option in DPkg::Path=*) PATH=${option#*=} ;; esac; done; ! command -v update-grub ;; esac",
    );
    expect(await shell.run(apt.install(["xen-system-amd64"]))).toMatchObject({ exitCode: 0 });
  });

  it("makes the menu also where apt-get fails half-way, and says so", async () => {
    writeFileSync(shell.at("apt-exit"), "100");
    expect(await shell.run(apt.install(["xen-system-amd64"]))).toMatchObject({ exitCode: 100 });
    expect(existsSync(shell.at("menus"))).toBe(true);
  });

  it.each([
    ["renews lists that are older than a day", { areOfToday: false }, ["update", "install"]],
    ["takes lists of today as they are", { areOfToday: true }, ["install"]],
    ["renews lists that a source was added after", { areOfToday: true, newerSource: "x.list" }, ["update", "install"]],
  ])("%s", async (_what, said, expected) => {
    lists(said);
    expect(await shell.run(apt.install(["xen-system-amd64"]))).toMatchObject({ exitCode: 0 });
    expect(calls()).toEqual(expected);
  });

  it("renews lists of today where they name what is no longer to be had, and tries once more", async () => {
    lists({ areOfToday: true });
    writeFileSync(shell.at("apt-exit"), "100");
    expect(await shell.run(apt.install(["xen-system-amd64"]))).toMatchObject({ exitCode: 100 });
    expect(calls()).toEqual(["install", "update", "install"]);
  });
});
