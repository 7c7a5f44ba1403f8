/** CentOS 6 and its kin with the Xen of a repository of the user's, such as Xen4CentOS (Xen 4.2, xm). Pure. */
import { rpm } from "../packages/rpm";
import type { HostFamily } from "./host-family";

export const el6: HostFamily = {
  name: "el6",
  systems: "CentOS 6",
  supports: ({ id, versionId }) => ["centos", "rhel", "ol", "scientific"].includes(id) && /^6(\.|$)/.test(versionId),
  packages: rpm,

  // The network scripts make bridges with brctl.
  xenPackages: ["xen", "bridge-utils", "qemu-img", "curl"],
  // The system's own (2.6.32) cannot be dom0's; that of the same repository can.
  dom0KernelPackage: "kernel",
  packagesMiB: 500,
  // pygrub of Xen 4.2 gives no privileges up.
  xendomainsEnvironmentFile: undefined,
};
