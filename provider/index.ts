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
// What outputs hold, so that a program can name it.
export type { ImageFormat } from "./resources/disk-image/disk-image.properties";
export type { DomUVif } from "./resources/domu/domu.shall";
export type { ServeAt } from "./resources/install-media/install-media.media";
export type { SourceFile } from "./resources/source-file/source-file.schema";
export type { Connection } from "./remote/connection/connection";
export * as answers from "./resources/answers/answers";
