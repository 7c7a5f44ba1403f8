/**
 * What extlinux does with the menu and the boot once that our steps make, on a machine of its own that boots by BIOS from its disk: real
 * extlinux and mboot.c32 of Debian, real Xen 4.17, the kernel of the lab's hosts, and a system of two commands that says what runs and
 * reboots. What the stand-in of test/support/extlinux-judge pretends stands on this.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureFrozen, ensureGuestAssets } from "../../lab/host";
import type { DesiredBoot, SeenBoot } from "../../provider/host/boot/boot-loader";
import { extlinux } from "../../provider/host/boot/extlinux/extlinux";
import { type ShellText, sh } from "../../provider/shell";
import { eventually } from "../support/eventually";
import { extlinuxBoots, extlinuxPackages, succeed } from "../support/extlinux-judge";
import { NamespaceHost } from "../support/namespace-host";
import { note } from "../support/notes";

jest.setTimeout(20 * 60_000);

const QEMU = "qemu-system-x86_64";

const desired: DesiredBoot = {
  hypervisorArgs: ["dom0_mem=384M,max:384M", "com1=115200", "console=com1", "x=$(reboot)`reboot`;|&<>{}#*?!"],
  kernelArgs: ["console=hvc0", "memmap=64G$16G", "foo=a b"],
  kernelVersion: undefined,
};

/** Says what runs it, and reboots. */
const INIT = `#!/bin/busybox sh
/bin/busybox mount -t proc p /proc; /bin/busybox mount -t sysfs s /sys; /bin/busybox mount -t devtmpfs d /dev
what=linux; [ ! -r /sys/hypervisor/type ] || what=$(/bin/busybox cat /sys/hypervisor/type)
echo "BOOTED $what: $(/bin/busybox cat /proc/cmdline)"
/bin/busybox sleep 1
/bin/busybox reboot -f
`;

describe("extlinux on a machine of its own", () => {
  let host: NamespaceHost | undefined;
  let folder: string;
  let machine: ChildProcess | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-xen-extlinux-"));
    const packages = extlinuxPackages();
    if ("missing" in packages) return note(`not run: extlinux on a machine of its own: no ${packages.missing}`);
    const { kernel } = await ensureGuestAssets(await ensureFrozen({ kind: "plain", suite: "bookworm" }));
    const busybox = join(packages.folder, "bin/busybox");
    copyFileSync(kernel.file, join(folder, "vmlinuz-lts"));
    copyFileSync(existsSync(busybox) ? busybox : join(packages.folder, "usr/bin/busybox"), join(folder, "busybox"));
    host = await NamespaceHost.start(packages.folder);
    // Both see the same /tmp.
    await succeed(
      host.shell,
      sh`cd ${folder}
mkdir -p system/bin system/proc system/sys system/dev
cp busybox system/bin/
printf '%s' ${INIT} >system/init
chmod 755 system/init system/bin/busybox
(cd system && find . | cpio -o -H newc --quiet | gzip) >initramfs-lts
sed -i 's/^default_kernel_opts=.*/default_kernel_opts=console=ttyS0/' /etc/update-extlinux.conf
${extlinuxBoots(
  `cp ${folder}/vmlinuz-lts ${folder}/initramfs-lts /boot/; cp /usr/share/px-xen/xen.gz /boot/`,
  sh`truncate -s 65M disk.raw
echo 'start=2048, type=83, bootable' | sfdisk -q disk.raw
dd if=/usr/share/syslinux/mbr.bin of=disk.raw conv=notrunc status=none
mke2fs -q -t ext4 -O ^64bit,^metadata_csum -E offset=1048576 disk.raw 64M
${mountsDisk()}`,
)}`,
    );
  });
  afterEach(() => (machine === undefined ? undefined : ended(machine)));
  afterAll(() => {
    host?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const mountsDisk = (): ShellText => sh`mount -o loop,offset=1048576 ${`${folder}/disk.raw`} /boot`;
  const ended = (child: ChildProcess): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  const shell = (): NamespaceHost["shell"] => {
    if (host === undefined) throw new Error("there is no host");
    return host.shell;
  };
  const seen = async (): Promise<SeenBoot> => {
    const boot = await shell().ask({ about: "the boot loader", script: extlinux.ask, read: extlinux.read });
    if (boot === undefined) throw new Error("the host does not boot with extlinux");
    return boot;
  };
  const run = async (what: keyof SeenBoot & ("armTrial" | "makeXenDefault")): Promise<void> => {
    const boot = await seen();
    await succeed(shell(), what === "armTrial" ? boot.armTrial(desired, sh`:`) : boot.makeXenDefault(desired));
  };

  /** Boots the machine until it has said so often what runs; the lines, and all of the console. Nobody else has its disk meanwhile. */
  async function boots(times: number): Promise<{ ran: string[]; console: string }> {
    await succeed(
      shell(),
      sh`umount /boot
rm -f ${`${folder}/console.log`}`,
    );
    const qemu = [
      ["-machine", "pc", "-accel", "tcg", "-cpu", "qemu64,+npt", "-m", "768", "-smp", "1"],
      ["-display", "none", "-monitor", "none", "-nic", "none", "-serial", "file:console.log"],
      ["-drive", "file=disk.raw,format=raw,if=ide,cache=unsafe"],
    ].flat();
    machine = spawn(QEMU, qemu, { cwd: folder, stdio: "ignore" });
    const console = (): string => {
      const file = join(folder, "console.log");
      return existsSync(file) ? readFileSync(file, "latin1") : "";
    };
    const ran = (): string[] => [...console().matchAll(/^.*BOOTED (\w+: .*?)\r?$/gm)].map(([, line = ""]) => line);
    await eventually(async () => expect(ran().length).toBeGreaterThanOrEqual(times), { seconds: 300, everyMs: 500 });
    await ended(machine);
    await succeed(shell(), mountsDisk());
    return { ran: ran().slice(0, times), console: console() };
  }
  const where = (name: string, body: () => Promise<void>): void => {
    it(name, async () => {
      if (host !== undefined) await body();
    });
  };

  where("boots Xen once with its command lines as they are, and Linux from then on", async () => {
    await run("armTrial");
    const { ran, console } = await boots(3);
    expect(ran.map((line) => line.split(":")[0])).toEqual(["xen", "linux", "linux"]);
    expect(ran[0]).toMatch(/ console=hvc0 memmap=64G\$16G foo="a b" panic=15$/);
    expect(console).toContain(`Command line: ${desired.hypervisorArgs.join(" ")}`);
  });

  where("goes on to Linux where the hypervisor is missing", async () => {
    await run("armTrial");
    await succeed(shell(), sh`mv /boot/xen.gz /boot/away`);
    const { ran, console } = await boots(2);
    await succeed(shell(), sh`mv /boot/away /boot/xen.gz`);
    expect(ran.map((line) => line.split(":")[0])).toEqual(["linux", "linux"]);
    expect(console).toContain("Loading xen.gz... failed!");
  });

  where("goes on to Linux where the hypervisor is none", async () => {
    await run("armTrial");
    await succeed(shell(), sh`cp /boot/xen.gz /boot/away; echo this is no hypervisor >/boot/xen.gz`);
    const { ran, console } = await boots(2);
    await succeed(shell(), sh`mv /boot/away /boot/xen.gz`);
    expect(ran.map((line) => line.split(":")[0])).toEqual(["linux", "linux"]);
    expect(console).toContain("Invalid Multiboot image");
  });

  where("boots Linux after a hypervisor that panicked", async () => {
    const boot = await seen();
    // Less memory than dom0 is to have: Xen stops before there is a dom0.
    const panics = { ...desired, hypervisorArgs: [...desired.hypervisorArgs, "mem=300M"] };
    await succeed(shell(), boot.armTrial(panics, sh`:`));
    const { ran, console } = await boots(1);
    expect(console).toMatch(/Panic on CPU 0/);
    expect(ran[0]).toMatch(/^linux/);
  });

  where("boots Xen by default once it is proven", async () => {
    await succeed(shell(), (await seen()).endTrial);
    await run("makeXenDefault");
    const { ran } = await boots(2);
    expect(ran.map((line) => line.split(":")[0])).toEqual(["xen", "xen"]);
    expect(ran[0]).not.toContain("panic=15");
  });
});
