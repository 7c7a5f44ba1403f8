/**
 * The lab: real Debian and real Xen hosts in plain QEMU emulation, on any machine, without hardware virtualisation.
 * See docs/lab.md.
 */
export { ensureFrozen, type FrozenHost } from "./frozen-host";
export { BOOT_LOADERS, NETWORKS, partsOf, SUITES } from "./host-choice";
export type { BootLoader, HostChoice, HostKind, HostNetwork, Suite } from "./host-choice";
export type { Report } from "./host-image";
export type { DiskPlug } from "./hot-plug";
export { findHost, listHosts, type LabHost } from "./lab-host";
export { createLink } from "./link";
export { checkName } from "./qemu-arguments";
export type { Forward, ForwardRequest, LinkEnd } from "./qemu-arguments";
export { thaw, type ThawOptions } from "./thaw";
export { assertPrograms } from "./programs";
export { ToolError, type ToolResult } from "./tool";
export { startAssetServer, type AssetServer } from "./asset-server";
export { ensureCloudImage } from "./cloud-image";
export { ensureGuestAssets, type GuestAsset, type GuestAssets } from "./guest-assets";
