/**
 * SUSE Linux Enterprise Server 15 SP4 to SP7 (Xen 4.16 to 4.20), Leap 15.6 and Tumbleweed: Xen, and a kernel that can be dom0, are the
 * distribution's own. From 16 on they are not. Pure.
 */
import { zypper } from "../packages/zypper";
import type { HostFamily } from "./host-family";

/** As /etc/os-release calls them; no system that is only like them (ADR 12), and none whose root is read-only (MicroOS). */
const LEAP = "opensuse-leap";
const SLES = ["sles", "sles_sap"];

export const suse: HostFamily = {
  name: "suse",
  systems: "SUSE Linux Enterprise Server 15 SP4 to SP7, openSUSE Leap 15.6 and Tumbleweed",
  supports: ({ id, versionId }) =>
    id === "opensuse-tumbleweed" ||
    (id === LEAP && versionId === "15.6") ||
    (SLES.includes(id) && /^15\.[4-7]$/.test(versionId)),
  packages: zypper,

  // xen-tools brings QEMU and the GRUB of paravirtualised guests (grub2-x86_64-xen); qemu-tools brings qemu-img.
  xenPackages: ["xen", "xen-tools", "xen-libs", "qemu-tools", "curl"],
  // Its configuration has had CONFIG_XEN_DOM0 all along.
  dom0KernelPackage: "kernel-default",
  packagesMiB: 800,
  xendomainsEnvironmentFile: undefined,
  // xencommons requires all others of Xen's own.
  services: ["xencommons.service", "xendomains.service"],
};

/** They run guests of Xen, and are none of its hosts. */
export const suse16: HostFamily = {
  ...suse,
  name: "suse16",
  systems: "SUSE Linux Enterprise Server 16 and openSUSE Leap 16",
  supports: ({ id, versionId }) => [LEAP, ...SLES].includes(id) && /^16(\.|$)/.test(versionId),
  lacks:
    "SUSE has taken Xen as a host out of it: there is neither a hypervisor nor xl among its packages. Take SUSE Linux Enterprise Server 15, openSUSE Tumbleweed or another system for the host; its guests may run 16.",
};
