/** Answer files of known values: `preseed` for Debian's installer, `text` for any other. Pure. */
export { type Answers, text } from "./answer-file";
export { preseed } from "./preseed";
export type { PreseedNetwork, PreseedOptions } from "./preseed.options";
