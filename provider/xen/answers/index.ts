/**
 * Answer files of known values: `preseed` for Debian's installer, `kickstart` for that of EL and Fedora, `autoinstall` for
 * Ubuntu's, `autoyast` for SUSE's, `alpine` for setup-alpine, `text` for any other. Pure.
 */
export { alpine } from "./alpine";
export type { AlpineOptions } from "./alpine.options";
export { type Answers, text } from "./answer-file";
export { autoinstall } from "./autoinstall";
export type { AutoinstallOptions } from "./autoinstall.options";
export { autoyast } from "./autoyast";
export type { AutoyastOptions } from "./autoyast.options";
export { kickstart } from "./kickstart";
export type { KickstartOptions } from "./kickstart.options";
export type { AnswersLogin, AnswersNetwork, AnswersOptions, AnswersUser } from "./options";
export { preseed } from "./preseed";
export type { PreseedOptions } from "./preseed.options";
