/** HOW Xen is told: the contract of a toolstack, which one a host has, what boot loaders do. Nobody outside names one. Pure. */
export { pygrubFunctions } from "./boot-loaders/pygrub";
export { DOM0_MARGIN_MIB, isNearDom0, readMemory } from "./dom0-memory";
export type { HostDomains, RunningDomain, RunningGuest, RunningXen, XenInfo } from "./domain";
export { assumedToolstack, awaitToolstack, observedToolstack, withToolstack } from "./observed-toolstack";
export { TOOLSTACK_FILE, type Toolstack } from "./toolstack";
