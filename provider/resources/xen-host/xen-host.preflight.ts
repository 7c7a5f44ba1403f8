/** What of a host may forbid Xen, beside what it runs: one part of the question about it. Shell text, and the reading of its answer; pure. */
import { readRootUnlock, sayRootUnlock } from "../../host/boot/root-unlock";
import { saidWord } from "../../host/owned-folder";
import { runsAtBoot } from "../../host/services/init-systems";
import { type Answer, type ShellText, sh } from "../../shell";

export interface Preflight {
  /** Others that own the host's domains: `XAPI`, `libvirtd`. */
  readonly owners: readonly string[];
  /** Its kind, such as `lxc`, of a host that is a container; `undefined`: it has its own kernel. */
  readonly container: string | undefined;
  /** Its root file system is none of a disk. */
  readonly isInMemory: boolean;
  /** What an update writes to and is mounted read-only: `/`, `/boot`. */
  readonly readOnly: readonly string[];
  /** Encrypted devices below the root file system that wait for a passphrase at each boot. */
  readonly passphrases: readonly string[];
  /** An init system that we know starts it. */
  readonly runsAtBoot: boolean;
  /** The program that installs packages now. */
  readonly packagesBusy: string | undefined;
  /** Of the devices asked for, those that are there. */
  readonly devices: readonly string[];
  /** Installed kernels that can be dom0. */
  readonly dom0Kernels: readonly string[];
  /** Of each kernel that can be dom0, the options of its configuration that guests need and that are off. */
  readonly kernelLacks: ReadonlyMap<string, readonly string[]>;
}

/** Prints what a kernel's configuration says is off of what a dom0 needs for its guests' disks, interfaces and devices. */
const KERNEL_LACKS = String.raw`s/^# \(CONFIG_XEN_\(BLKDEV\|NETDEV\|PCIDEV\)_BACKEND\) is not set$/\1/p`;

/** `devices`: those of PCI that matter. */
export function sayPreflight(devices: readonly string[]): ShellText {
  return sh`if [ -e /etc/xensource-inventory ]; then say owner.XAPI yes; fi
set -- libvirtd.service virtqemud.service virtxend.service virtxend.socket
has_libvirt=
for folder in /lib/systemd/system /usr/lib/systemd/system /etc/systemd/system; do
  for unit in "$@"; do
    if [ -e "$folder/$unit" ]; then has_libvirt=yes; fi
  done
done
if [ -n "$has_libvirt" ] && command -v systemctl >/dev/null 2>&1; then
  for unit in $(systemctl list-units --plain --no-legend --state=active "$@" 2>/dev/null | cut -d ' ' -f 1); do
    say "owner.\${unit%.*}" yes
  done
fi
if [ ! -d /run/systemd/system ]; then
  for daemon in libvirtd virtqemud virtxend; do
    if [ -r "/var/run/$daemon.pid" ]; then
      read -r pid <"/var/run/$daemon.pid" || :
      if kill -0 "$pid" 2>/dev/null; then say "owner.$daemon" yes; fi
    fi
  done
fi
if { ${runsAtBoot}; }; then say runs-at-boot yes; else say runs-at-boot no; fi
# systemd, and whoever starts it in a container, tell so.
say_line container /run/systemd/container
# Later mounts lie over earlier ones.
root_options= boot_options= root_type=
while read -r source mount type options rest; do
  case $mount in / ) root_options=$options root_type=$type ;; /boot) boot_options=$options ;; esac
done </proc/mounts
case $root_type in tmpfs | ramfs | rootfs) say in-memory yes ;; *) say in-memory no ;; esac
case ,$root_options, in *,ro,*) say read-only./ yes ;; esac
case ,$boot_options, in *,ro,*) say read-only./boot yes ;; esac
for device in ${devices}; do
  if [ -e "/sys/bus/pci/devices/$device" ]; then say "device.$device" yes; fi
done
for config in /boot/config-*; do
  if [ -e "$config" ] && grep -q '^CONFIG_XEN_DOM0=y' "$config"; then
    lacks=$(sed -n ${KERNEL_LACKS} "$config")
    # shellcheck disable=SC2086 # one word each
    say "dom0-kernel.\${config#/boot/config-}" $lacks
  fi
done
${sayRootUnlock()}`;
}

export function readPreflight(answer: Answer): Preflight {
  const text = (key: string): string => (answer.get(key) ?? "").trim();
  const dom0Kernels = answer.keysBehind("dom0-kernel.");
  return {
    owners: answer.keysBehind("owner."),
    container: text("container") === "" ? undefined : text("container"),
    isInMemory: saidWord(answer, "in-memory", ["yes", "no"]) === "yes",
    readOnly: answer.keysBehind("read-only."),
    passphrases: readRootUnlock(answer),
    runsAtBoot: saidWord(answer, "runs-at-boot", ["yes", "no"]) === "yes",
    packagesBusy: answer.get("packages-busy"),
    devices: answer.keysBehind("device."),
    dom0Kernels,
    kernelLacks: new Map(
      dom0Kernels.map(
        (kernel) =>
          [
            kernel,
            text(`dom0-kernel.${kernel}`)
              .split(" ")
              .filter((word) => word !== ""),
          ] as const,
      ),
    ),
  };
}
