/** HOW Xen is told: xl's commands and what it prints, and pygrub. Pure. */
export { pygrubFunctions } from "./pygrub.functions";
export { xlFunctions } from "./xl.functions";
export { type Domain, type XenInfo, parseDomainStates, parseDomains, parseXlInfo } from "./xl.parse";
