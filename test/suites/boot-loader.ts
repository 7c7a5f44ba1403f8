/**
 * What every boot loader does alike (provider/host/boot/boot-loader.ts), as a function of the loader and of a host that has it: a boot
 * of Xen on trial, proven or not, and everything given back.
 */
import type { BootLoader, DesiredBoot, SeenBoot } from "../../provider/host/boot/boot-loader";
import { splitArguments } from "../../provider/host/boot/hypervisor-arguments";
import { kernelWords } from "../../provider/host/boot/kernel-arguments";
import { type Question, type ShellText, sh } from "../../provider/shell";
import type { LocalShell } from "../support/local-shell";

export interface BootLoaderHost {
  readonly shell: LocalShell;
  /** As the loader itself does at a boot: it says what it boots, and writes what it writes then. */
  readonly boot: () => Promise<"xen" | "linux">;
  /** The two command lines, as the loader hands them to the hypervisor and to dom0's kernel. */
  readonly xenLines: () => Promise<{ readonly hypervisor: string; readonly kernel: string }>;
  /** The files that say what is booted, as one text. */
  readonly files: () => Promise<string>;
  readonly stop: () => void;
}

const desired: DesiredBoot = {
  hypervisorArgs: ["dom0_mem=512M,max:512M", "cpufreq=xen"],
  kernelArgs: ["console=hvc0"],
  kernelVersion: undefined,
};

/** `start`: absent where the loader cannot be had. */
export function bootLoaderSuite(loader: BootLoader, start: () => Promise<BootLoaderHost | undefined>): void {
  let host: BootLoaderHost;
  let isThere = false;
  beforeEach(async () => {
    const started = await start();
    isThere = started !== undefined;
    if (started !== undefined) host = started;
  });
  afterEach(() => {
    if (isThere) host.stop();
  });

  const look: Question<SeenBoot | undefined> = { about: "the boot loader", script: loader.ask, read: loader.read };
  async function seen(): Promise<SeenBoot> {
    const boot = await host.shell.ask(look);
    if (boot === undefined) throw new Error(`the host does not boot with ${loader.name}`);
    return boot;
  }
  async function perform(script: ShellText): Promise<void> {
    const ran = await host.shell.run(script);
    if (ran.exitCode !== 0) throw new Error(`${ran.stdout}${ran.stderr}`);
  }
  async function prepare(): Promise<void> {
    const boot = await seen();
    await perform(boot.writeSettings?.(desired) ?? sh`:`);
    await perform((await seen()).makeMenu(desired));
  }
  const where = (name: string, body: () => Promise<void>): void => {
    it(name, async () => {
      if (isThere) await body();
    });
  };

  where("boots Linux, and goes on booting it, when Xen is prepared", async () => {
    expect((await seen()).drift(desired)).toBe("edited");
    await prepare();
    const boot = await seen();
    expect([boot.drift(desired), boot.boots, boot.isTrialLeft]).toEqual(["none", "linux", false]);
    expect([await host.boot(), await host.boot()]).toEqual(["linux", "linux"]);
  });

  where("boots Xen once on trial, and Linux at every boot after it", async () => {
    await prepare();
    await perform((await seen()).armTrial(desired, sh`:`));
    expect((await seen()).isTrialLeft).toBe(true);
    expect([await host.boot(), await host.boot(), await host.boot()]).toEqual(["xen", "linux", "linux"]);
  });

  where("boots Xen for good once it is proven, with nothing left of the trial", async () => {
    await prepare();
    await perform((await seen()).armTrial(desired, sh`:`));
    expect(await host.boot()).toBe("xen");
    await perform((await seen()).makeXenDefault(desired));
    await perform((await seen()).endTrial);
    const boot = await seen();
    expect([boot.boots, boot.isTrialLeft, boot.drift(desired)]).toEqual(["xen", false, "none"]);
    expect([await host.boot(), await host.boot()]).toEqual(["xen", "xen"]);
  });

  where("boots Linux after the end of a trial that was never booted", async () => {
    await prepare();
    await perform((await seen()).armTrial(desired, sh`:`));
    await perform((await seen()).endTrial);
    expect((await seen()).isTrialLeft).toBe(false);
    expect([await host.boot(), await host.boot()]).toEqual(["linux", "linux"]);
  });

  where("puts a proven Xen on trial again where its arguments change", async () => {
    await prepare();
    await perform((await seen()).makeXenDefault(desired));
    const other = { ...desired, hypervisorArgs: ["dom0_mem=256M,max:256M"] };
    expect((await seen()).drift(other)).not.toBe("none");
    await perform((await seen()).writeSettings?.(other) ?? sh`:`);
    await perform((await seen()).makeMenu(other));
    await perform((await seen()).armTrial(other, sh`:`));
    expect([await host.boot(), await host.boot()]).toEqual(["xen", "linux"]);
    expect((await seen()).drift(other)).toBe("none");
  });

  where("changes nothing where everything is done already", async () => {
    await prepare();
    await perform((await seen()).makeXenDefault(desired));
    const before = await host.files();
    await perform((await seen()).makeXenDefault(desired));
    await perform((await seen()).endTrial);
    expect(await host.files()).toBe(before);
  });

  where("hands over brackets, blanks between quotes and signs of shells as they are", async () => {
    const all: DesiredBoot = {
      hypervisorArgs: ["dom0_mem=512M,max:512M", "ivrs_ioapic[32]=00:14.0", "x=$(reboot)`reboot`;|&<>{}#*?!"],
      kernelArgs: [
        "xen-pciback.hide=(0000:03:00.0)(0000:03:00.1)",
        "dyndbg=file  a.c +p",
        "dyndbg=file a.c +p",
        "memmap=64G$16G",
        "y=$HOME`id`;|&<>{}#*?!",
      ],
      kernelVersion: undefined,
    };
    // What a loader cannot hand over as it is, it says.
    const faults = (kernelArg: string): string[] =>
      boot.argumentFaults?.({ ...all, hypervisorArgs: [], kernelArgs: [kernelArg] }) ?? [];
    const boot = await seen();
    const strange = { ...all, kernelArgs: all.kernelArgs.filter((arg) => faults(arg).length === 0) };
    expect(strange.kernelArgs).toContain("dyndbg=file a.c +p");
    await perform((await seen()).writeSettings?.(strange) ?? sh`:`);
    await perform((await seen()).makeMenu(strange));
    const { hypervisor, kernel } = await host.xenLines();
    expect(splitArguments(hypervisor)).toEqual(expect.arrayContaining([...strange.hypervisorArgs]));
    expect(kernelWords(kernel)).toEqual(expect.arrayContaining([...strange.kernelArgs]));
    expect((await seen()).drift(strange)).toBe("none");
    // A second time the file is the same: nothing is written again.
    const less = { ...strange, kernelArgs: strange.kernelArgs.slice(1) };
    expect((await seen()).drift(less)).toBe("edited");
    const turned = { ...strange, kernelArgs: strange.kernelArgs.toReversed() };
    expect((await seen()).drift(turned)).toBe("none");
  });

  where("counts arguments in another order as the same", async () => {
    await prepare();
    const turned = { ...desired, hypervisorArgs: desired.hypervisorArgs.toReversed() };
    expect((await seen()).drift(turned)).toBe("none");
  });

  where("boots Linux again when it is given back, and has nothing left of ours that boots", async () => {
    await prepare();
    await perform((await seen()).makeXenDefault(desired));
    await perform((await seen()).makeLinuxDefault);
    await perform((await seen()).removeSettings);
    expect([await host.boot(), await host.boot()]).toEqual(["linux", "linux"]);
    expect(await host.files()).not.toMatch(/dom0_mem|console=hvc0/);
  });
}
