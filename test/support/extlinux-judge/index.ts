/**
 * A host that extlinux boots: its /boot is a file system of its own on a loop device, on which the real extlinux is installed. See build.sh.
 * What it boots next is told by a stand-in that does what 6.04 was seen to do with Xen 4.17 (test/lab/extlinux.test.ts): what is to be run
 * once is forgotten before it is booted; where its hypervisor is missing, or nothing is to be run once, the menu's default is booted.
 */
import { join } from "node:path";
import { type ExtlinuxEntry, defaultOf, parseExtlinuxMenu } from "../../../provider/host/boot/extlinux/extlinux-conf";
import { type ShellText, sh } from "../../../provider/shell";
import type { BuiltJudge } from "../built-judge";
import type { LocalShell } from "../local-shell";
import { NamespaceHost, judgePackages } from "../namespace-host";

const KERNEL = "6.12.13-0-lts";

export function extlinuxPackages(): BuiltJudge {
  return judgePackages(join(__dirname, "build.sh"));
}

export async function startExtlinux(packages: string): Promise<NamespaceHost> {
  const host = await NamespaceHost.start(packages);
  await succeed(host.shell, extlinuxBoots(`: >/boot/vmlinuz-lts; : >/boot/initramfs-lts; : >/boot/xen.gz`));
  return host;
}

/** A file of its own as /boot. */
export function bootOnFile(sizeMiB: number): ShellText {
  return sh`truncate -s ${`${sizeMiB}M`} /etc/px-boot.img
mke2fs -q -t ext4 -O ^64bit,^metadata_csum /etc/px-boot.img
mount -o loop /etc/px-boot.img /boot`;
}

/** `files`: commands that bring kernels and a hypervisor. */
export function extlinuxBoots(files: string, mounts = bootOnFile(16)): ShellText {
  return sh`${mounts}
sh -c ${files}
echo CONFIG_XEN_DOM0=y >/boot/config-${KERNEL}
cp /usr/share/syslinux/ldlinux.c32 /boot/
extlinux --install /boot
update-extlinux`;
}

export async function succeed(shell: LocalShell, script: ShellText): Promise<string> {
  const { exitCode, stdout, stderr } = await shell.run(script);
  if (exitCode !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}

/** The entry that is booted now. */
export async function bootedByExtlinux(shell: LocalShell): Promise<ExtlinuxEntry> {
  const { entries } = parseExtlinuxMenu(await succeed(shell, sh`cat /boot/extlinux.conf`));
  const block = await succeed(shell, sh`tail -c 512 /boot/ldlinux.sys | od -An -v -t u1`);
  const bytes = block.trim().split(/\s+/).map(Number);
  // Tag 1 and its length come first where nothing else is kept.
  const once = bytes[8] === 1 ? String.fromCharCode(...bytes.slice(10, 10 + (bytes[9] ?? 0))) : undefined;
  if (once !== undefined) await succeed(shell, sh`extlinux --clear-once /boot`);
  const entry = entries.find(({ label }) => label === once);
  const hypervisor = entry?.append.split(" ")[0] ?? "";
  const isThere = (await shell.run(sh`[ -f ${`/boot/${hypervisor}`} ]`)).exitCode === 0;
  const found = entry !== undefined && isThere ? entry : defaultOf(entries);
  if (found === undefined) throw new Error("extlinux has nothing to boot, and waits.");
  return found;
}
