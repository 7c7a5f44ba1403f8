/**
 * Stories of stacks, written once and told over each engine there is. A step changes the program (or the world behind
 * the provider's back), runs an action, and says what must come of it.
 */
import type { Story } from "../story";
import { failure } from "./failure";
import { life } from "./life";
import { replacement } from "./replacement";

export const stories: readonly Story[] = [...life, ...replacement, ...failure];
