/** What every command of the pretended xl is. */
import type { Answered, Asked } from "../tool-server";
import type { Hypervisor } from "./hypervisor";

/** @throws XlError for what ends with another code than 0. */
export type Command = (xen: Hypervisor, args: string[], asked: Asked) => Answered | Promise<Answered>;

export const done: Answered = { code: 0 };

export function by({ isOurs }: Asked): "ours" | "operator" {
  return isOurs ? "ours" : "operator";
}
