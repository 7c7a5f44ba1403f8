import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { debian } from "../../../provider/host/debian";
import { LocalShell } from "../../support/local-shell";

describe("installing Xen's packages on Debian", () => {
  let shell: LocalShell;
  beforeEach(() => {
    shell = new LocalShell();
    mkdirSync(shell.at("bin"));
    program("dpkg-query", "exit 1");
    program("dpkg", "exit 0");
    program("update-grub", `echo real >>${shell.at("menus")}`);
    // As Xen's packages do: the menu is made anew again and again, by the name alone; and as apt does, with its own path.
    program(
      "apt-get",
      `path=${shell.at("bin")}:/usr/bin:/bin
for option in "$@"; do case $option in DPkg::Path=*) path=\${option#*=} ;; esac; done
case "$*" in *install*) PATH=$path sh -c "update-grub; update-grub"; exit "$(cat ${shell.at("apt-exit")})" ;; esac`,
    );
    writeFileSync(shell.at("apt-exit"), "0");
    shell.path = `${shell.at("bin")}:/usr/bin:/bin`;
  });
  afterEach(() => shell.remove());

  function program(name: string, script: string): void {
    writeFileSync(shell.at("bin", name), `#!/bin/sh\n${script}\n`);
    chmodSync(shell.at("bin", name), 0o755);
  }

  it("makes GRUB's menu once, however often the packages ask for it", async () => {
    expect(await shell.run(debian.installPackages(["xen-system-amd64"]))).toMatchObject({ exitCode: 0 });
    expect(readFileSync(shell.at("menus"), "utf8")).toBe("real\n");
  });

  it("makes the menu also where apt-get fails half-way, and says so", async () => {
    writeFileSync(shell.at("apt-exit"), "100");
    expect(await shell.run(debian.installPackages(["xen-system-amd64"]))).toMatchObject({ exitCode: 100 });
    expect(existsSync(shell.at("menus"))).toBe(true);
  });
});
