/** HOW Xen is told: the contract of a toolstack, which one a host has, what boot loaders do. Nobody outside names one. Pure. */
export { pygrubFunctions } from "./boot-loaders/pygrub";
export type { HostDomains, RunningDomain, RunningXen, XenInfo } from "./domain";
export { assumedToolstack, awaitToolstack, observedToolstack, withToolstack } from "./observed-toolstack";
export { TOOLSTACK_FILE, type Toolstack } from "./toolstack";
