/** A host has one XenHost. Pure. */
import type { Declaration } from "../../pulumi";

export function hostDeclared(connection: unknown): Declaration[] {
  const host =
    typeof connection === "object" && connection !== null ? (connection as { host?: unknown }).host : undefined;
  return [
    { path: ["connection", "host"], kind: "host", value: host, remedy: "A host has one XenHost: remove the other." },
  ];
}
