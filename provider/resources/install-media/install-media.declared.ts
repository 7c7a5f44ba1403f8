/** Of what media declare, that of which their host has only one. Pure. */
import type { Declaration } from "../../pulumi";

export function nameDeclared(name: unknown): Declaration[] {
  return [{ path: ["name"], kind: "media", value: name, remedy: "Give each its own." }];
}
