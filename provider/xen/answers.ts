/**
 * What users know as `xen.answers`: `preseed` for Debian's installer, `text` for any other.
 *
 * Where an answer holds a secret: `secret.apply((hash) => xen.answers.preseed({ hostname, mirror, rootPasswordHash: hash }))`.
 */
export { type Answers, text } from "./answer-file";
export { preseed } from "./preseed";
export type { PreseedNetwork, PreseedOptions } from "./preseed.options";
