/** Every trial there is. */
import type { Trial } from "../trial";
import { accessTrials } from "./access";
import { hostTrials } from "./host";
import { linkTrials } from "./link";
import { otherTrials } from "./others";
import { ourTrials } from "./ours";

export const allTrials: readonly Trial[] = [
  ...linkTrials,
  ...ourTrials,
  ...hostTrials,
  ...accessTrials,
  ...otherTrials,
];
