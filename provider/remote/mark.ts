import { randomBytes } from "node:crypto";
import type { Mark } from "./host-script";

/** One for each script. */
export function newMark(): Mark {
  return `@${randomBytes(8).toString("hex")}`;
}
