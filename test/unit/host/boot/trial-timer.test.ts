import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { armTrialTimer, disarmTrialTimer } from "../../../../provider/host/boot/trial-timer";
import { type ShellText, preamble } from "../../../../provider/shell";
import { INIT_PLACES } from "../../../support/init-places";
import { note } from "../../../support/notes";

describe("a boot on trial", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "px-watched-"));
    for (const folder of ["folder", "tools", "sys"]) mkdirSync(at(folder));
    // Nobody waits ten minutes here, and nothing of this machine is rebooted.
    writeFileSync(at("tools/sleep"), `#!/bin/sh\necho "$*" >${at("slept")}\n`, { mode: 0o755 });
    writeFileSync(at("tools/reboot"), `#!/bin/sh\n: >${at("rebooted")}\n`, { mode: 0o755 });
    writeFileSync(at("tools/systemctl"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const at = (path: string): string => join(root, path);
  const path = (): string => `${at("tools")}:${process.env["PATH"] ?? ""}`;
  const run = (text: ShellText): void => {
    const local = `${preamble.text}\n${text.text}`
      .replaceAll(INIT_PLACES, `${root}$&`)
      .replaceAll("/sys/hypervisor", at("sys"));
    execFileSync("dash", ["-c", local], { env: { PATH: path(), PULUMI_XEN_PATH: path() }, stdio: "pipe" });
  };
  const isThere = (path: string): boolean => existsSync(at(path));
  const systemV = (): void => {
    for (const folder of ["etc/init.d", "etc/rc2.d", "etc/rc3.d", "etc/rc4.d", "etc/rc5.d"])
      mkdirSync(at(folder), { recursive: true });
  };

  it("is ended by what the kernel itself tells, whether or not Xen's services ever start", () => {
    const { text } = armTrialTimer("/var/lib/pulumi-xen/host/self");
    const commands = [/^ExecStart=.*$/m.exec(text)?.[0] ?? "", /^ *printf .* >.*trial-watch.*$/m.exec(text)?.[0] ?? ""];
    for (const command of commands) {
      expect(command).toContain("/sys/hypervisor/type");
      expect(command).not.toContain("/proc/xen");
    }
  });

  it("is watched where init scripts start the host, by one that has its place in each level", () => {
    systemV();
    run(armTrialTimer(at("folder")));
    for (const level of [2, 3, 4, 5]) {
      expect(readFileSync(at(`etc/rc${level}.d/S99pulumi-xen-trial`), "utf8")).toMatch(/^# chkconfig: 2345 99 01$/m);
    }
  });

  it.each([
    ["reboots a Xen that nobody has proven, and leaves word", "xen\n", true],
    ["leaves plain Linux alone", undefined, false],
  ])("%s", (_what, type, reboots) => {
    systemV();
    if (type !== undefined) writeFileSync(at("sys/type"), type);
    run(armTrialTimer(at("folder")));
    execFileSync("sh", [at("folder/trial-watch.sh")], { env: { PATH: path() } });
    expect(readFileSync(at("slept"), "utf8")).toBe("600\n");
    expect([isThere("rebooted"), isThere("folder/trial-expired")]).toEqual([reboots, reboots]);
  });

  it("leaves a Xen alone that was proven while it slept, and nothing is left on the host", () => {
    systemV();
    writeFileSync(at("sys/type"), "xen\n");
    run(armTrialTimer(at("folder")));
    const script = readFileSync(at("folder/trial-watch.sh"), "utf8");
    run(disarmTrialTimer(at("folder")));
    execFileSync("sh", ["-c", script], { env: { PATH: path() } });
    expect(isThere("rebooted")).toBe(false);
    expect(execFileSync("find", [root, "-name", "*trial*"], { encoding: "utf8" })).toBe("");
  });

  it("is a timer of systemd where that runs, and nothing else", () => {
    mkdirSync(at("run/systemd/system"), { recursive: true });
    mkdirSync(at("etc/systemd/system"), { recursive: true });
    run(armTrialTimer(at("folder")));
    expect(readFileSync(at("etc/systemd/system/timers.target.wants/pulumi-xen-trial.timer"), "utf8")).toContain(
      "OnBootSec=10min",
    );
    expect(isThere("folder/trial-watch.sh")).toBe(false);
    run(disarmTrialTimer(at("folder")));
    expect(execFileSync("find", [root, "-name", "*trial*"], { encoding: "utf8" })).toBe("");
  });

  it("is watched from the first moment, by the real systemd's own plan: also where the boot ends in emergency mode", () => {
    const program = ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"].find((each) => existsSync(each));
    if (program === undefined) {
      note("not run: what systemd makes of the trial's timer (no systemd)");
      return;
    }
    mkdirSync(at("run/systemd/system"), { recursive: true });
    mkdirSync(at("etc/systemd/system"), { recursive: true });
    run(armTrialTimer(at("folder")));
    execFileSync("chmod", ["-R", "a+rX", root]);
    // It plans a start and starts nothing, as another user than root.
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const plan = execFileSync(program, ["--test", "--system", "--unit=multi-user.target"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, SYSTEMD_UNIT_PATH: `${at("etc/systemd/system")}:/usr/lib/systemd/system` },
      maxBuffer: 64 * 1024 ** 2,
      ...nobody,
    });
    const unit = (name: string): string => plan.split("-> Unit ").find((text) => text.startsWith(`${name}:`)) ?? "";
    const [timer, service] = [unit("pulumi-xen-trial.timer"), unit("pulumi-xen-trial.service")];
    expect(timer).toContain("Action: pulumi-xen-trial.timer -> start");
    expect(service).toContain("TriggeredBy: pulumi-xen-trial.timer");
    // A boot that is stuck (local-fs.target, sysinit.target) has neither of them wait, and its end takes neither along.
    for (const text of [timer, service])
      expect(text).not.toMatch(/^\s*(After|Requires|Requisite|BindsTo|PartOf|Conflicts): \S+\.(target|mount)/m);
  });

  it("is refused where nothing would start the watch", () => {
    expect(() => run(armTrialTimer(at("folder")))).toThrow(/nobody would boot Linux again/);
  });
});
