/**
 * Enterprise Linux 8 to 10 with the Xen of a repository of the user's, and a kernel that can be dom0 (ELRepo's kernel-ml and kernel-lt, or another): the
 * distributions have neither. Pure.
 */
import { rpm } from "../packages/rpm";
import type { HostFamily } from "./host-family";

/** Xen's own (tools/hotplug/Linux/systemd). Whoever packages them need not enable them. */
export const XEN_UNITS: readonly string[] = [
  "xenstored.service",
  "xenconsoled.service",
  "xen-init-dom0.service",
  "xen-qemu-dom0-disk-backend.service",
  "xendomains.service",
];

/** As /etc/os-release calls them; no system that is only like them (ADR 12). */
const SYSTEMS = ["rhel", "centos", "almalinux", "rocky", "ol"];

export const el: HostFamily = {
  name: "el",
  systems: "Enterprise Linux 8 to 10 (RHEL, CentOS Stream, AlmaLinux, Rocky, Oracle)",
  supports: ({ id, versionId }) => SYSTEMS.includes(id) && /^(8|9|10)(\.|$)/.test(versionId),
  packages: rpm,

  xenPackages: ["xen", "qemu-img", "curl"],
  dom0KernelPackage: undefined,
  dom0KernelWords:
    "Enterprise Linux 8 to 10 builds its own without it. Name one that can in `packages`, such as kernel-ml or kernel-lt of ELRepo, and where it is to be had in `repository`, unless the host has that source already.",
  packagesMiB: 800,
  xendomainsEnvironmentFile: undefined,
  services: XEN_UNITS,
};
