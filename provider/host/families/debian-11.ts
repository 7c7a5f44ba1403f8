/** Debian 11 (Xen 4.14). Pure. */
import { debian } from "./debian";
import type { HostFamily } from "./host-family";

export const debian11: HostFamily = {
  ...debian,
  name: "debian11",
  systems: "Debian 11",
  supports: ({ id, versionId }) => id === "debian" && versionId === "11",
  // The device model for Xen is a part of the ordinary package there.
  xenPackages: debian.xenPackages.map((name) => (name === "qemu-system-xen" ? "qemu-system-x86" : name)),
  // libxl 4.14 reads no LIBXL_BOOTLOADER_RESTRICT: the advisory that brought it (XSA-443) has no patch for 4.14
  // (seen: libxenlight.so.4.14.0 of 4.14.6-1 does not hold the word). pygrub stays root's.
  xendomainsEnvironmentFile: undefined,
};
