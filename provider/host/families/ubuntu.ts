/** Ubuntu 24.04 (Xen 4.17, of its component universe). Pure. */
import { apt } from "../packages/apt";
import { debian } from "./debian";
import type { HostFamily } from "./host-family";

export const ubuntu: HostFamily = {
  name: "ubuntu",
  systems: "Ubuntu 24.04",
  // No other release, and no system that is only like it: each has a Xen and kernels of its own (ADR 12).
  supports: ({ id, versionId }) => id === "ubuntu" && versionId === "24.04",
  packages: apt,

  // Named as Debian's, out of which they are made.
  xenPackages: debian.xenPackages,
  // Its generic, virtual and cloud kernels can be dom0; some small flavours of clouds cannot.
  dom0KernelPackage: "linux-image-generic",
  packagesMiB: debian.packagesMiB,
  // Its Xen is 4.17: pygrub is restricted by the environment alone, as on Debian 12.
  xendomainsEnvironmentFile: debian.xendomainsEnvironmentFile,
};
