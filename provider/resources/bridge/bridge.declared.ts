/** Of what a bridge declares, that of which its host has only one. Pure. */
import type { PortBond } from "../../host/network/bonds";
import { vlanName } from "../../host/network/desired-bridge";
import type { Declaration } from "../../pulumi";

export function nameDeclared(name: unknown): Declaration[] {
  return [{ path: ["name"], kind: "link", value: name, remedy: "Give each its own." }];
}

export function portsDeclared(ports: unknown, first: number): Declaration[] {
  if (!Array.isArray(ports)) return [];
  const remedy = "A link is a port of one bridge: take it out of the other.";
  return ports.flatMap((port: unknown, index) => {
    const path = ["ports", first + index];
    return [nameOf(port), ...cardsOf(port)].map((value) => ({ path, kind: "port", value, remedy }));
  });
}

/** One that is not known yet is no name. */
function nameOf(port: unknown): unknown {
  const { on, vlan, bond } = {
    on: undefined,
    vlan: undefined,
    bond: undefined,
    ...(typeof port === "object" ? port : {}),
  };
  if (typeof bond === "string") return bond;
  return typeof on === "string" && typeof vlan === "number" ? vlanName({ on, vlan }) : port;
}

/** Of a bond that is made. */
function cardsOf(port: unknown): readonly unknown[] {
  const { of }: Partial<Pick<PortBond, "of">> = typeof port === "object" && port !== null ? port : {};
  return Array.isArray(of) ? of : [];
}
