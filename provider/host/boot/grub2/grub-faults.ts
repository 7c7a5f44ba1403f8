/** What of a host's GRUB 2 forbids a boot on trial. Pure. */
import { linuxEntry } from "./grub-config";
import type { Grub2Facts } from "./grub-facts";
import type { Grub2Layout } from "./grub-layout";

const NO_SIMPLE_LINUX =
  "GRUB's menu has no simple entry for plain Linux, so a boot on trial would have nothing to come back to. Remove GRUB_DISABLE_SUBMENU from /etc/default/grub where it is set";
const NO_LINUX =
  "GRUB's menu has no entry for plain Linux, so a boot on trial would have nothing to come back to. Make one for the kernel that runs (kernel-install add, where there are files in /boot/loader/entries)";
/** Its grub-bootxen.sh renames the script at each update of its packages. */
const XEN4CENTOS =
  " (where Xen4CentOS gave it that name, set BOOT_XEN_AS_DEFAULT=no in /etc/sysconfig/xen-kernel first, or it does so again)";

/** Debian's patch of grub-mkconfig, or one like it, is missing. */
export const NO_DROP_INS =
  "Its grub-mkconfig reads no settings from /etc/default/grub.d, where ours would stand (Alpine's reads none). On Alpine boot it with extlinux; or make it a Xen host by hand, and declare it with `adopt: true`.";

/** What a menu must hold so that a failed trial comes back, seen in the menu of now: nobody wants to hear of it after the packages came. */
export function trialFaults(
  {
    entries,
    isGenerated,
    unwritableOn,
    environmentElsewhere,
    lacksMultiboot,
    chainsXen,
    otherLoader,
    earlyXenScript,
    next,
  }: Grub2Facts,
  { folder, makeMenuWords, hasFlatLinux }: Grub2Layout,
): string[] {
  const linux = linuxEntry(entries, { hasFlat: hasFlatLinux });
  const lacksSimple = hasFlatLinux ? NO_LINUX : NO_SIMPLE_LINUX;
  const first = entries.find(({ index }) => index === 0);
  return [
    ...(unwritableOn === undefined
      ? []
      : [
          `${folder} lies on ${unwritableOn}, where GRUB cannot write its environment block: a boot on trial would not come back by itself. Give /boot a partition of its own with ext4.`,
        ]),
    ...(environmentElsewhere === undefined
      ? []
      : [
          `GRUB's tools write the environment block ${environmentElsewhere}, and GRUB reads the one beside its menu: it would never hear of a boot on trial. Make ${folder}/grubenv a link to the one beside the menu.`,
        ]),
    ...(lacksMultiboot === true
      ? [
          `GRUB on this host's EFI partition has no multiboot2, without which it loads no hypervisor. Install its modules (on Enterprise Linux grub2-efi-x64-modules) and copy their folder x86_64-efi to the folder of the menu that GRUB reads.`,
        ]
      : []),
    ...(chainsXen === true
      ? [
          "On EFI /etc/grub.d/20_linux_xen of this host has GRUB start xen.efi, whose arguments and kernel stand in a file on the EFI partition: a boot on trial could not be told from any other. Install the host to boot by BIOS; or boot Xen yourself and declare it with adopt: true.",
        ]
      : []),
    ...(otherLoader === undefined
      ? []
      : [
          `/etc/sysconfig/bootloader says that ${otherLoader} boots this host (LOADER_TYPE), which cannot be told of a boot on trial. Install it with GRUB 2 for BIOS (grub2) there; or boot Xen yourself and declare it with adopt: true.`,
        ]),
    ...(next?.hasLinux === false
      ? [
          `No script in /etc/grub.d makes menu entries of plain Linux, so a boot on trial would have nothing to come back to. Make /etc/grub.d/10_linux executable, and run ${makeMenuWords}.`,
        ]
      : []),
    ...(next?.hasLinux !== false &&
    ((next?.hasSubmenus === false && !hasFlatLinux) || (isGenerated && linux === undefined))
      ? [`${lacksSimple}, and run ${makeMenuWords}.`]
      : []),
    ...(isGenerated && linux !== undefined && linux.index !== 0
      ? [
          `The first entry of GRUB's menu is ${first === undefined ? "not" : `"${first.title}", not`} plain Linux, and the first one is what GRUB falls back to. Rename the script in /etc/grub.d that makes it so that 10_linux comes first, and run ${makeMenuWords}.`,
        ]
      : []),
    ...(earlyXenScript === undefined || next?.hasLinux === false
      ? []
      : [
          `${earlyXenScript} puts Xen before plain Linux in GRUB's menu, and the first entry is what GRUB falls back to. ${earlyXenScript === "/etc/grub.d/20_linux_xen" ? "Rename the script that makes the entries of plain Linux to /etc/grub.d/10_linux" : `Rename it to /etc/grub.d/20_linux_xen${earlyXenScript.endsWith("/08_linux_xen") ? XEN4CENTOS : ""}`}.`,
        ]),
    ...(next?.locked === undefined
      ? []
      : [
          `GRUB's menu has a password (superusers), and the entries that ${next.locked} makes wait for it: neither Xen on trial nor plain Linux after it would come up by itself. Add --unrestricted to CLASS in ${next.locked}, and run ${makeMenuWords}.`,
        ]),
    ...(next?.noReboot === undefined
      ? []
      : [
          `${next.noReboot} gives the hypervisor the argument noreboot (or reboot=no), and one that panics in a trial must reboot. Remove it there, and run ${makeMenuWords}.`,
        ]),
  ];
}
