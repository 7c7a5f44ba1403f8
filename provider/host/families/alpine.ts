/** Alpine 3.22 and 3.23 (Xen 4.20). Pure. */
import { apk } from "../packages/apk";
import type { HostFamily } from "./host-family";

export const alpine: HostFamily = {
  name: "alpine",
  systems: "Alpine 3.22 and 3.23",
  supports: ({ id, versionId }) => id === "alpine" && /^3\.(22|23)(\.|$)/.test(versionId),
  packages: apk,

  xenPackages: ["xen", "xen-hypervisor", "xen-qemu", "qemu-img", "curl", "ca-certificates"],
  // That of virtual machines (linux-virt) can be dom0 as well, where its drivers do.
  dom0KernelPackage: "linux-lts",
  packagesMiB: 400,
  // As setup-xen-dom0 has it (alpine-conf 3.20), and what starts guests. Where the host runs plain Linux they fail, and the boot goes on.
  atBoot: {
    services: ["xenstored", "xenconsoled", "xendomains"],
    further: ["xenqemu"],
    modules: ["xen_netback", "xen_blkback", "xen_gntdev", "xen_gntalloc", "xen_evtchn", "xenfs", "xen_pciback", "tun"],
  },
  // Xen 4.20 has a setting of its own for it.
  xendomainsEnvironmentFile: undefined,
};
