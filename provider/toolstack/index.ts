/** HOW Xen is told: xl's commands and what it prints, and pygrub. Pure. */
export { pygrubFunctions } from "./pygrub.functions";
export { xlFunctions } from "./xl.functions";
export { type XenInfo, parseXlInfo } from "./xl-info.parse";
export { type Domain, parseDom0, parseDomainStates, parseDomains } from "./xl.parse";
