/** Defaults of a Bridge, its rules, and what a change of it does, in the words of the preview. Pure. */
import type { BridgeWishes } from "../../host/network/take-over";
import type { Change } from "../../change";
import { UNKNOWN, hasUnknown, isUnknown, shown } from "../../property";
import { type Failure, propertyChange } from "../../pulumi";
import type { BridgeInputs } from "./bridge.schema";

/** Unknown values are passed on as they are. */
export function completeBridge(inputs: BridgeInputs): BridgeInputs {
  const { gateway, ...rest } = inputs;
  const ports = inputs.ports ?? [];
  const addresses =
    inputs.addresses ?? (isUnknown(ports) ? (UNKNOWN as "none") : ports.length === 0 ? "none" : "inherit");
  const stp = inputs.stp ?? false;
  return {
    ...rest,
    ports,
    // A gateway beside the addresses is the same as one among them.
    addresses:
      typeof addresses === "object" && gateway !== undefined
        ? { ...addresses, gateway: addresses.gateway ?? gateway }
        : addresses,
    ...(gateway === undefined || typeof addresses === "object" ? {} : { gateway }),
    stp,
    forwardDelaySeconds: inputs.forwardDelaySeconds ?? (stp === true ? 15 : 0),
    adopt: inputs.adopt ?? false,
  };
}

export function bridgeFaults(inputs: BridgeInputs): Failure[] {
  const { ports = [], addresses, stp, forwardDelaySeconds, gateway } = inputs;
  const faults: Failure[] = [];
  if (addresses === "inherit" && ports.length === 0) {
    faults.push({
      property: "addresses",
      reason:
        'is "inherit", but without ports there is nothing to inherit from. Give ports, or addresses as { cidr: […] }.',
    });
  }
  if (gateway !== undefined && addresses !== undefined && typeof addresses !== "object") {
    faults.push({
      property: "gateway",
      reason: `is ${gateway}, but addresses are ${shown(addresses)}: a gateway belongs to static addresses. Remove it.`,
    });
  }
  const hops = [gateway, typeof addresses === "object" ? addresses.gateway : undefined].filter(
    (hop) => hop !== undefined,
  );
  if (
    typeof addresses === "object" &&
    hops.some((hop) => !addresses.cidr.some((cidr) => cidr.includes(":") === hop.includes(":")))
  ) {
    faults.push({ property: "gateway", reason: `is ${hops.join(", ")}, but no address is of its family. Add one.` });
  }
  if (stp === true && forwardDelaySeconds !== undefined && forwardDelaySeconds < 2) {
    faults.push({
      property: "forwardDelaySeconds",
      reason: `is ${forwardDelaySeconds}, but with stp it must be at least 2 (Linux refuses less). Raise it, or remove it.`,
    });
  }
  for (const port of new Set(ports.filter((port, at) => ports.indexOf(port) !== at))) {
    faults.push({ property: "ports", reason: `has ${port} twice. Remove one.` });
  }
  if (ports.includes(inputs.name))
    faults.push({ property: "ports", reason: `has ${inputs.name}, the bridge itself. Remove it.` });
  return faults;
}

const LIVE = [
  "ports",
  "addresses",
  "gateway",
  "dns",
  "stp",
  "forwardDelaySeconds",
  "helloTimeSeconds",
  "ageingSeconds",
  "priority",
  "mtu",
] as const;

export function bridgeChanges(olds: BridgeInputs, news: BridgeInputs): Change[] {
  const change = (property: keyof BridgeInputs, effect: Change["effect"]): Change[] =>
    propertyChange(property, olds[property], news[property], effect);
  return [
    ...change("name", "replace"),
    ...LIVE.flatMap((property) => change(property, "live")),
    ...change("adopt", "none"),
  ];
}

export function bridgeCreation(inputs: BridgeInputs): string[] {
  const { ports = [], addresses, name } = inputs;
  const where = hasUnknown(ports) || ports.length > 0 ? ` with ${shown(ports)}` : " without ports";
  return [
    `make bridge ${shown(name)}${where}, addresses ${shown(addresses)}`,
    "the host restores its old network unless it is reached over the new one",
  ];
}

/** Only for completed inputs that are known. */
export function bridgeWishes(inputs: BridgeInputs, macAddress: string | undefined): BridgeWishes {
  const { name, ports = [], addresses = "none", dns, stp = false, forwardDelaySeconds = 0 } = inputs;
  const { helloTimeSeconds, ageingSeconds, priority, mtu } = inputs;
  return {
    name,
    ports,
    addresses,
    stp,
    forwardDelaySeconds,
    ...(dns === undefined ? {} : { dns }),
    ...(helloTimeSeconds === undefined ? {} : { helloTimeSeconds }),
    ...(ageingSeconds === undefined ? {} : { ageingSeconds }),
    ...(priority === undefined ? {} : { priority }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(macAddress === undefined || ports.length === 0 ? {} : { macAddress }),
  };
}
