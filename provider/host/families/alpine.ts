/** Alpine 3.22 and 3.23 (Xen 4.20). Pure. */
import { apk } from "../packages/apk";
import type { HostFamily } from "./host-family";

export const alpine: HostFamily = {
  name: "alpine",
  systems: "Alpine 3.22 and 3.23",
  supports: ({ id, versionId }) => id === "alpine" && /^3\.(22|23)(\.|$)/.test(versionId),
  lacks:
    "its boot loader (extlinux, or GRUB as Alpine sets it up) cannot be told yet to boot Xen on trial. Make it a Xen host with setup-xen-dom0, and declare it with `adopt: true`; or give its connection to Bridge and DomU without a XenHost.",
  packages: apk,

  xenPackages: ["xen", "xen-hypervisor", "xen-qemu", "qemu-img", "curl", "ca-certificates"],
  // That of virtual machines (linux-virt) can be dom0 as well.
  dom0KernelPackage: "linux-lts",
  packagesMiB: 400,
  // Xen 4.20 has a setting of its own for it.
  xendomainsEnvironmentFile: undefined,
};
