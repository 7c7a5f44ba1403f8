/** One difference between what is and what is desired, in words, with its effect. Pure. */
import type { Outcome } from "../property";

export interface Change<Step = unknown> extends Omit<Outcome<Step>, "note"> {
  /** Property path in Pulumi's form: `memoryMiB`, `disks[0].device`. */
  readonly property: string;
  /** `memoryMiB 512 -> 1024`; the plan appends the effect: `memoryMiB 512 -> 1024: live`. `[secret]` for a secret. */
  readonly text: string;
}
