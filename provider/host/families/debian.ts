/** Debian 12 (Xen 4.17) and 13 (Xen 4.20). Pure. */
import { apt } from "../packages/apt";
import type { HostFamily } from "./host-family";

export const debian: HostFamily = {
  name: "debian",
  systems: "Debian 12 and 13",
  supports: ({ id, versionId }) => id === "debian" && ["12", "13"].includes(versionId),
  packages: apt,

  // Recommended packages are named one by one: qemu-system-xen serves qcow2 disks and VNC, bridge-utils holds the
  // hooks of ifupdown's bridges, qemu-utils makes disk images, curl brings files.
  xenPackages: ["xen-system-amd64", "qemu-system-xen", "qemu-utils", "bridge-utils", "curl", "ca-certificates"],
  // The cloud flavour of Debian's kernel is built without CONFIG_XEN_DOM0.
  dom0KernelPackage: "linux-image-amd64",
  packagesMiB: 700,
  xendomainsEnvironmentFile: "/etc/systemd/system/xendomains.service.d/pulumi-xen.conf",
};
