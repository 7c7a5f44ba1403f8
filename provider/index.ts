/**
 * The public door of pulumi-xen: one program declares a Xen host and its guests.
 *
 * @packageDocumentation
 */
export { Bridge, type BridgeArgs } from "./resources/bridge/bridge";
export { DiskImage, type DiskImageArgs } from "./resources/disk-image/disk-image";
export { DomU, type DomUArgs, type DomUDiskArgs, type DomUInstallArgs, type DomUVifArgs } from "./resources/domu/domu";
export { InstallMedia, type InstallMediaArgs } from "./resources/install-media/install-media";
export { XenHost, type XenHostArgs } from "./resources/xen-host/xen-host";
export type { Connection } from "./remote/connection/connection";
export * as answers from "./xen/answers";
