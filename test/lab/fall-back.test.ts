/**
 * A Xen that does not come up: whatever the reason, the host is back as plain Linux, reachable, the error says so, and
 * the next `up` without the cause goes through. On real Xen, booted by each of the lab's boot loaders; each cause is a real one.
 */
import { readFileSync } from "node:fs";
import { type StackEngine, type StackResult, practiceEngine } from "../../lab/engine";
import { BOOT_LOADERS, type BootLoader, type HostKind } from "../../lab/host";
import { type LabStack, labStack, mustSucceed } from "../support/lab-stack";
import { note } from "../support/notes";
import { there } from "../support/there";

jest.setTimeout(40 * 60_000);

const backAsLinux = "has come back as plain Linux by itself";

type Raw = (command: string) => Promise<string>;

/** What each boot loader shows of itself, asked with raw tools. */
const loaders: Record<
  BootLoader,
  {
    kind: HostKind;
    onMissing: RegExp;
    /** An administrator's own argument of the hypervisor, and without it again. In GRUB legacy's menu there is no place for it but our entry. */
    noReboot: { set: string; unset: string } | undefined;
    expectLinux: (raw: Raw) => Promise<void>;
    expectXen: (raw: Raw) => Promise<void>;
  }
> = {
  grub2: {
    kind: "xen",
    onMissing: /Falling back to/,
    noReboot: {
      set: `printf '%s\\n' 'px=no' 'GRUB_CMDLINE_XEN="\${GRUB_CMDLINE_XEN-} \${px}reboot"' >/etc/default/grub.d/px.cfg`,
      unset: "rm /etc/default/grub.d/px.cfg",
    },
    expectLinux: async (raw) => {
      const environment = await raw("grub-editenv list");
      expect(environment).toMatch(/^saved_entry=gnulinux-simple-/m);
      expect(environment).not.toMatch(/^next_entry=.|pulumi_xen_trial/m);
    },
    expectXen: async (raw) => expect(await raw("grub-editenv list")).toMatch(/^saved_entry=xen-gnulinux-simple-/m),
  },
  // A plain host, as the recipe's was: its menu has no entry for Xen but ours.
  "grub-legacy": {
    kind: "plain",
    onMissing: /Error 13: Invalid or unsupported executable format/,
    noReboot: undefined,
    expectLinux: async (raw) => {
      const [isSaved = "", number] = (
        await raw("grep -m1 ^default /boot/grub/grub.conf; head -n 1 /boot/grub/default")
      ).split("\n");
      expect(isSaved).toMatch(/^default *=? *(0|saved)$/);
      if (isSaved.endsWith("saved")) expect(number).toBe("0");
      expect(await raw("grep -m1 ^title /boot/grub/grub.conf")).toContain("Debian");
    },
    expectXen: async (raw) => {
      const number = Number((await raw("sed -n 's/^default *=* *//p' /boot/grub/grub.conf")).trim());
      expect((await raw("grep ^title /boot/grub/grub.conf")).split("\n")[number]).toContain("Xen");
    },
  },
};

describe.each(BOOT_LOADERS)("a Xen that does not come up, booted by %s", (boot) => {
  const loader = loaders[boot];
  let ground: LabStack | undefined;
  let engine: StackEngine | undefined;
  beforeAll(async () => {
    ground = await labStack(`fall-back-${boot}`, { kind: loader.kind, boot, suite: "bookworm", program: "xen-host" });
    engine = practiceEngine({ stateFile: `${ground.folder}/practice.json`, why: "tests" });
  });
  afterAll(() => ground?.close());

  const raw = (command: string): Promise<string> => there(ground).raw(command);
  const consoleText = (): string => readFileSync(there(ground).host.consoleLog, "latin1");

  function up(further: { hypervisorArgs?: string[]; kernelArgs?: string[] } = {}): Promise<StackResult> {
    const { stack, config } = there(ground);
    const more = Object.fromEntries(
      (["hypervisorArgs", "kernelArgs"] as const).map((key) => {
        const given = JSON.parse(config[key] ?? "[]") as string[];
        return [key, JSON.stringify([...given, ...(further[key] ?? [])])];
      }),
    );
    return there(engine).up({ ...stack, config: { ...config, ...more } });
  }

  /** The run's error, and what the machine's console has shown meanwhile. The host is plain Linux, and stays it. */
  async function fallenBack(running: Promise<StackResult>): Promise<{ error: string; console: string }> {
    const from = consoleText().length;
    const { ok, errors, log } = await running;
    expect({ ok, log }).toMatchObject({ ok: false });
    expect(await raw("if [ -e /sys/hypervisor/type ]; then cat /sys/hypervisor/type; else echo plain; fi")).toBe(
      "plain",
    );
    await loader.expectLinux(raw);
    expect(await raw("ls /etc/systemd/system/ | grep -E '^pulumi-xen-trial[.](timer|service)$' || true")).toBe("");
    // The error is shown where it has not come so far.
    expect([await raw("cat /var/lib/pulumi-xen/host/self/phase"), ...errors].join(": ")).toMatch(/^fell-back: /);
    return { error: errors.join("\n"), console: consoleText().slice(from) };
  }

  it("comes back from a hypervisor that panics", async () => {
    // Less memory than dom0 is to have: Xen stops before there is a dom0.
    const { error, console } = await fallenBack(up({ hypervisorArgs: ["mem=300M"] }));
    expect(console).toMatch(/Panic on CPU 0/);
    expect(error).toContain(backAsLinux);
    expect(error).toContain("the hypervisor or dom0's kernel did not come up");
  });

  it("comes back from a hypervisor that GRUB cannot load", async () => {
    await raw("cd /boot && mv xen-4.17-amd64.gz /root/ && echo this is no hypervisor >xen-4.17-amd64.gz");
    const { error, console } = await fallenBack(up());
    expect(console).toMatch(loader.onMissing);
    expect(error).toContain(backAsLinux);
    await raw("mv /root/xen-4.17-amd64.gz /boot/");
  });

  it("comes back from a dom0 whose kernel finds no root file system", async () => {
    const { error, console } = await fallenBack(up({ kernelArgs: ["root=/dev/nowhere"] }));
    expect(console).toMatch(/\/dev\/nowhere does not exist/);
    expect(error).toContain(backAsLinux);
  });

  it("comes back from a dom0 that runs and cannot be reached, when its time is over", async () => {
    // Not ten minutes but the earliest moment there is: what ends the trial is the host's own timer, as always, and here
    // it must do so before Xen's services have started.
    await raw(
      "mkdir -p /etc/systemd/system/pulumi-xen-trial.timer.d && printf '[Timer]\\nOnBootSec=\\nOnBootSec=1\\n' >/etc/systemd/system/pulumi-xen-trial.timer.d/sooner.conf",
    );
    const { error } = await fallenBack(up({ kernelArgs: ["systemd.mask=ssh.service"] }));
    expect(error).toContain(backAsLinux);
    expect(error).toContain("Xen booted, but could not be reached and proven");
    await raw("rm -r /etc/systemd/system/pulumi-xen-trial.timer.d");
  });

  /**
   * In a dom0 that is booted with px_STRIKE: once systemd feeds a watchdog, what `strike` says; sshd never comes up. The condition is the
   * argument itself, so that plain Linux, which is booted without it, is spared.
   */
  async function strikes(name: string, strike: string): Promise<string[]> {
    const unit = [
      "[Unit]",
      "DefaultDependencies=no",
      `ConditionKernelCommandLine=px_${name}`,
      "[Service]",
      `ExecStart=/bin/sh -c 'until grep -qx active /sys/class/watchdog/watchdog0/state; do sleep 1; done; ${strike}'`,
      "[Install]",
      "WantedBy=sysinit.target",
    ];
    await raw(
      `printf '%s\\n' ${unit.map((line) => JSON.stringify(line)).join(" ")} >/etc/systemd/system/px-${name}.service && systemctl enable px-${name}.service`,
    );
    return [`px_${name}`, "systemd.mask=ssh.service"];
  }

  it("comes back from a dom0 that hangs, by Xen's watchdog for it", async () => {
    // systemd that has crashed is frozen: no timer of it runs any more.
    const { error, console } = await fallenBack(up({ kernelArgs: await strikes("hang", "kill -SEGV 1") }));
    expect(console).toMatch(/Freezing execution|watchdog did not stop/);
    expect(console).toMatch(/Hardware Dom0 shutdown: watchdog rebooting machine/);
    expect(error).toContain(backAsLinux);
  });

  const { noReboot } = loader;
  if (noReboot === undefined) note(`not run: a Xen that hangs, booted by ${boot}: nobody can give it noreboot`);
  else
    it("comes back from a Xen that runs no dom0 and does not reboot, by the machine's watchdog", async () => {
      await there(ground).host.plugWatchdog();
      // Kept from the look that refuses it: a hypervisor that stays where it is when its dom0 has crashed.
      await raw(noReboot.set);
      const kernelArgs = ["xen_legacy_crash", ...(await strikes("crash", "echo c >/proc/sysrq-trigger"))];
      const { error, console } = await fallenBack(up({ kernelArgs }));
      expect(console).toMatch(/'noreboot' set - not rebooting/);
      expect(error).toContain(backAsLinux);
      await raw(noReboot.unset);
    });

  it("boots Xen with the next up, once the cause is gone", async () => {
    const { log } = await mustSucceed(there(engine), up());
    expect(log).toContain("make Xen what the host boots");
    expect(await raw("cat /sys/hypervisor/type; cat /proc/xen/capabilities")).toBe("xen\ncontrol_d");
    expect(await raw("cat /proc/cmdline; xl info xen_commandline")).not.toMatch(/nowhere|mask|mem=300M|px_/);
    // Of the trial nothing is left: nobody feeds a watchdog, and none waits to be fed.
    expect(await raw("systemctl show -p RuntimeWatchdogUSec; cat /sys/class/watchdog/watchdog0/state || true")).toMatch(
      /^RuntimeWatchdogUSec=0\n(inactive)?$/,
    );
    await loader.expectXen(raw);
    expect((await mustSucceed(there(engine), up())).changed).toBe(0);
  });
});
