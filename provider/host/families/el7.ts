/** Enterprise Linux 7 with Xen4CentOS (Xen 4.6 and later; 4.4 has no units for systemd). Pure. */
import { keepLinuxFirst } from "../boot/xen4centos";
import { rpm } from "../packages/rpm";
import { XEN_UNITS } from "./el";
import type { HostFamily } from "./host-family";

export const el7: HostFamily = {
  name: "el7",
  systems: "Enterprise Linux 7",
  supports: ({ id, versionId }) => ["centos", "rhel", "ol", "scientific"].includes(id) && /^7(\.|$)/.test(versionId),
  packages: rpm,

  // ifcfg's network scripts make bridges with brctl.
  xenPackages: ["xen", "bridge-utils", "qemu-img", "curl"],
  // Xen4CentOS calls its kernel as the system calls its own, which is there already: only a version tells them apart.
  dom0KernelPackage: undefined,
  dom0KernelWords:
    "Enterprise Linux 7 builds its own without it. Name Xen4CentOS's in `packages` with its version, such as kernel=4.9.230 (without one the kernel that is there counts), and where it is to be had in `repository`.",
  packagesMiB: 600,
  xendomainsEnvironmentFile: undefined,
  services: XEN_UNITS,
  beforePackages: { title: "tell Xen4CentOS's packages to leave Linux the default", script: keepLinuxFirst },
};
