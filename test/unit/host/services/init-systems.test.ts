/**
 * What each init system is given, in a folder that stands for the host's root, with an /etc as it lies on hosts of its kind. What EL 6's own
 * /etc/rc.d/rc did with these links was seen by hand (docs/reliability.md).
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BootHook } from "../../../../provider/host/services/init-system";
import { atBoot, later, notAtBoot, notLater, runsAtBoot } from "../../../../provider/host/services/init-systems";
import { type ShellText, preamble, sh } from "../../../../provider/shell";
import { INIT_PLACES } from "../../../support/init-places";

describe.each(["dash", "bash", "busybox sh"])("what a host runs at a boot and later, under %s", (shell) => {
  let root: string;
  const at = (path: string): string => join(root, path);
  const run = (text: ShellText): string => {
    const [command = "", ...words] = shell.split(" ");
    const local = `${preamble.text}\n${text.text}`.replaceAll(INIT_PLACES, `${root}$&`);
    return execFileSync(command, [...words, "-c", local], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      env: { PATH: process.env["PATH"], PULUMI_XEN_PATH: `${at("tools")}:${process.env["PATH"] ?? ""}` },
    });
  };
  const folders = (...paths: string[]): void => paths.forEach((path) => mkdirSync(at(path), { recursive: true }));
  const tree = (): string[] =>
    execFileSync("find", ["etc", "-name", "*pulumi-xen*"], { encoding: "utf8", cwd: root })
      .split("\n")
      .filter(Boolean)
      .sort();
  const hook = (when: BootHook["when"]): BootHook => ({
    name: `pulumi-xen-test-${when}`,
    about: "write a word",
    when,
    onlyWith: [at("armed"), at("rolling-back")],
    command: ["/bin/sh", at("program.sh"), "at-boot"],
  });
  const poll = (is: () => boolean): void => {
    const end = Date.now() + 10_000;
    while (!is() && Date.now() < end) execFileSync("sleep", ["0.05"]);
    expect(is()).toBe(true);
  };
  /** EL 6's own numbers. */
  const el6 = (): void => {
    folders("etc/init.d", ...[0, 1, 2, 3, 4, 5, 6].map((level) => `etc/rc${level}.d`), "var/run", "tools");
    for (const level of [2, 3, 4, 5]) symlinkSync("../init.d/network", at(`etc/rc${level}.d/S10network`));
    symlinkSync("../init.d/iptables", at("etc/rc3.d/S08iptables"));
  };
  const alpine = (): void =>
    folders("run/openrc", "etc/init.d", "etc/rc3.d", "etc/runlevels/boot", "etc/runlevels/default", "var/run", "tools");
  const debian = (): void =>
    folders("run/systemd/system", "etc/systemd/system", "etc/init.d", "etc/rc3.d", "var/run", "tools");

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "px-init-"));
    writeFileSync(at("program.sh"), `echo "$1" >>${at("ran")}\n`);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("stands right before the network's script and last, where System V's links are what runs", () => {
    el6();
    run(atBoot(hook("before-network")));
    run(atBoot(hook("after-network")));
    expect(readdirSync(at("etc/rc3.d"))).toEqual([
      "S08iptables",
      "S09pulumi-xen-test-before-network",
      "S10network",
      "S99pulumi-xen-test-after-network",
    ]);
    expect(readdirSync(at("etc/rc0.d"))).toEqual([]);
    expect(readFileSync(at("etc/rc5.d/S09pulumi-xen-test-before-network"), "utf8")).toMatch(
      /^#!\/bin\/sh\n# chkconfig: 2345 09 91\n/,
    );
    run(notAtBoot(hook("before-network").name));
    run(notAtBoot(hook("after-network").name));
    expect(tree()).toEqual([]);
  });

  it("stands before a network's script of single user mode, as Debian's without systemd has it", () => {
    el6();
    folders("etc/rcS.d");
    symlinkSync("../init.d/networking", at("etc/rcS.d/S08networking"));
    run(atBoot(hook("before-network")));
    expect(readdirSync(at("etc/rcS.d"))).toContain("S07pulumi-xen-test-before-network");
  });

  it.each(["before-network", "after-network"] as const)("is run by rc only while its sign is there (%s)", (when) => {
    el6();
    run(atBoot(hook(when)));
    const script = at(`etc/init.d/${hook(when).name}`);
    execFileSync(script, ["start"]);
    expect(existsSync(at("ran"))).toBe(false);
    writeFileSync(at("rolling-back"), "");
    execFileSync(script, ["stop"]);
    expect(existsSync(at("ran"))).toBe(false);
    execFileSync(script, ["start"]);
    poll(() => existsSync(at("ran")));
    expect(readFileSync(at("ran"), "utf8")).toBe("at-boot\n");
  });

  it("is a service of the boot or the default runlevel with OpenRC, which System V's folders do not hide", () => {
    alpine();
    run(atBoot(hook("before-network")));
    run(atBoot(hook("after-network")));
    expect(tree()).toEqual([
      "etc/init.d/pulumi-xen-test-after-network",
      "etc/init.d/pulumi-xen-test-before-network",
      "etc/runlevels/boot/pulumi-xen-test-before-network",
      "etc/runlevels/default/pulumi-xen-test-after-network",
    ]);
    const script = at("etc/init.d/pulumi-xen-test-before-network");
    expect(readFileSync(script, "utf8")).toContain("  before net networking\n");
    // As openrc-run does: it reads the file and calls start.
    const start = (): void => void execFileSync("sh", ["-c", `. ${script}; start`]);
    start();
    expect(existsSync(at("ran"))).toBe(false);
    writeFileSync(at("armed"), "");
    start();
    expect(readFileSync(at("ran"), "utf8")).toBe("at-boot\n");
    run(notAtBoot(hook("before-network").name));
    run(notAtBoot(hook("after-network").name));
    expect(tree()).toEqual([]);
  });

  it("is a unit with systemd", () => {
    debian();
    run(atBoot(hook("before-network")));
    expect(tree()).toEqual([
      "etc/systemd/system/multi-user.target.wants/pulumi-xen-test-before-network.service",
      "etc/systemd/system/pulumi-xen-test-before-network.service",
    ]);
    expect(readFileSync(at("etc/systemd/system/pulumi-xen-test-before-network.service"), "utf8")).toContain(
      `ConditionPathExists=|${at("armed")}\n`,
    );
    run(notAtBoot(hook("before-network").name));
    expect(tree()).toEqual([]);
  });

  it("leaves a service of another's alone that has its name", () => {
    el6();
    writeFileSync(at("etc/init.d/pulumi-xen-test-before-network"), "an operator's\n");
    run(notAtBoot(hook("before-network").name));
    expect(tree()).toEqual(["etc/init.d/pulumi-xen-test-before-network"]);
  });

  it("knows a host on which nothing of it can run", () => {
    const can = (): boolean => run(sh`if { ${runsAtBoot}; }; then echo yes; else echo no; fi`) === "yes\n";
    folders("etc");
    expect(can()).toBe(false);
    run(atBoot(hook("before-network")));
    expect(tree()).toEqual([]);
    el6();
    expect(can()).toBe(true);
  });

  const timer = (seconds: number, word: string): ShellText =>
    later({ name: "pulumi-xen-test", seconds, command: ["/bin/sh", at("program.sh"), word] });
  const sleeper = (): string => readFileSync(at("var/run/pulumi-xen-test.pid"), "utf8").trim();

  it("runs a program once in so many seconds without systemd", () => {
    el6();
    run(timer(1, "late"));
    poll(() => existsSync(at("ran")));
    expect(readFileSync(at("ran"), "utf8")).toBe("late\n");
    expect(existsSync(at("var/run/pulumi-xen-test.pid"))).toBe(false);
  });

  it("replaces one that waits, and ends it, so that it never strikes a later change", () => {
    el6();
    run(timer(600, "first"));
    const first = sleeper();
    run(timer(600, "second"));
    const second = sleeper();
    poll(() => !existsSync(`/proc/${first}`));
    expect(existsSync(`/proc/${second}`)).toBe(true);
    run(notLater("pulumi-xen-test"));
    poll(() => !existsSync(`/proc/${second}`));
    run(notLater("pulumi-xen-test"));
    expect(existsSync(at("ran"))).toBe(false);
  });

  it("ends no other process that has its number by now", () => {
    el6();
    writeFileSync(at("var/run/pulumi-xen-test.pid"), `${process.pid}\n`);
    run(notLater("pulumi-xen-test"));
    expect(existsSync(at("var/run/pulumi-xen-test.pid"))).toBe(false);
  });

  it("is a transient timer with systemd", () => {
    debian();
    for (const name of ["systemctl", "systemd-run"])
      writeFileSync(at(`tools/${name}`), `#!/bin/sh\necho "${name} $*" >>${at("calls")}\n`, { mode: 0o755 });
    run(timer(7, "late"));
    expect(readFileSync(at("calls"), "utf8")).toContain(
      "systemd-run --quiet --collect --unit=pulumi-xen-test --on-active=7 ",
    );
  });
});
