/** HOW Xen is told: the contract of a toolstack, xl behind it, what boot loaders do. Pure. */
export { pygrubFunctions } from "./boot-loaders/pygrub";
export type { HostDomains, RunningDomain, RunningXen, XenInfo } from "./domain";
export type { Toolstack } from "./toolstack";
export { parseXlInfo } from "./xl/xl-info.parse";
export { xl } from "./xl/xl";
export { joinDomains, parseDom0, parseDomainRows, parseDomains, parsePinning } from "./xl/xl.parse";
