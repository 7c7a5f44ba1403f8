/** Of what a bridge declares, that of which its host has only one. Pure. */
import { vlanName } from "../../host/network/desired-bridge";
import type { Declaration } from "../../pulumi";

export function nameDeclared(name: unknown): Declaration[] {
  return [{ path: ["name"], kind: "link", value: name, remedy: "Give each its own." }];
}

export function portsDeclared(ports: unknown, first: number): Declaration[] {
  if (!Array.isArray(ports)) return [];
  const remedy = "A link is a port of one bridge: take it out of the other.";
  return ports.map((port: unknown, index) => ({
    path: ["ports", first + index],
    kind: "port",
    value: nameOf(port),
    remedy,
  }));
}

/** One that is not known yet is no name. */
function nameOf(port: unknown): unknown {
  const { on, vlan } = { on: undefined, vlan: undefined, ...(typeof port === "object" ? port : {}) };
  return typeof on === "string" && typeof vlan === "number" ? vlanName({ on, vlan }) : port;
}
