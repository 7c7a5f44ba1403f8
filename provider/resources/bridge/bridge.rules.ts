/** The rules over several properties of a Bridge: defaults, normal forms, faults, the words of its creation. Pure. */
import { ipv4NetworkOf, normalAddress, normalCidr } from "../../host/network/addresses";
import { type GuestDhcp, LEASE_SECONDS, guestDhcpFaults } from "../../host/network/guest-dhcp";
import type { BridgeAddresses } from "../../host/network/desired-bridge";
import { type VlanRange, normalVlans } from "../../host/network/vlans";
import { hasUnknown, shown, withDefaults } from "../../property";
import type { Failure } from "../../pulumi";
import { bondFaults, bondedFaults, completeBond } from "./bridge.bonds";
import { type BridgePort, bondsIn, portName, portNames, vlansIn } from "./bridge.ports";
import { type BridgeInputs, bridgeTable } from "./bridge.properties";

/** Unknown values are passed on as they are. */
export function completeBridge(inputs: BridgeInputs, olds?: BridgeInputs): BridgeInputs {
  const { gateway, dns, guestDhcp, trunkVlans, secretProperties, ...rest } = withDefaults(bridgeTable, inputs, olds);
  const addresses = rest.addresses === undefined ? undefined : normalAddresses(rest.addresses, gateway);
  return {
    ...rest,
    ...(Array.isArray(rest.ports) ? { ports: (rest.ports as readonly BridgePort[]).map(completePort) } : {}),
    ...inHundredths(rest),
    ...(secretProperties === undefined ? {} : { secretProperties: withMoved(secretProperties) }),
    ...(addresses === undefined ? {} : { addresses }),
    ...(gateway === undefined || typeof addresses === "object" ? {} : { gateway: normalAddress(gateway) }),
    ...(trunkVlans === undefined ? {} : { trunkVlans: normalTrunk(trunkVlans) }),
    ...(guestDhcp === undefined ? {} : { guestDhcp: normalDhcp(guestDhcp, rest.nat) }),
    // No name servers is the same as none given.
    ...(dns === undefined || dns.length === 0 ? {} : { dns: Array.isArray(dns) ? dns.map(normalAddress) : dns }),
  };
}

function completePort(port: BridgePort): BridgePort {
  const [bond] = bondsIn([port]);
  return bond === undefined ? port : completeBond(bond);
}

const TIMES = ["forwardDelaySeconds", "helloTimeSeconds", "maxAgeSeconds", "ageingSeconds"] as const;

/** The kernel keeps no finer times: 1.234 is the same as 1.23. */
function inHundredths(inputs: BridgeInputs): Partial<Record<(typeof TIMES)[number], number>> {
  const given = TIMES.flatMap((name): [string, number][] => {
    const seconds = inputs[name];
    return typeof seconds === "number" ? [[name, Math.round(seconds * 100) / 100]] : [];
  });
  return Object.fromEntries(given);
}

/** What stands in another property now is a secret there. */
function withMoved(secrets: readonly string[]): readonly string[] {
  return secrets.includes("gateway") && !secrets.includes("addresses") ? [...secrets, "addresses"] : secrets;
}

/** A gateway beside the addresses is the same as one among them. */
function normalAddresses(addresses: BridgeAddresses, beside: string | undefined): BridgeAddresses {
  if (typeof addresses !== "object") return addresses;
  const { cidr, gateway = beside } = addresses;
  return {
    ...addresses,
    cidr: Array.isArray(cidr) ? cidr.map(normalCidr) : cidr,
    ...(gateway === undefined ? {} : { gateway: normalAddress(gateway) }),
  };
}

function normalTrunk(ranges: readonly VlanRange[]): readonly VlanRange[] {
  return Array.isArray(ranges) && !hasUnknown(ranges) ? normalVlans(ranges) : ranges;
}

/** Without a way out guests are told no name servers anyway. */
function normalDhcp(dhcp: GuestDhcp, nat: unknown): GuestDhcp {
  if (typeof dhcp !== "object") return dhcp;
  const { from, to, leaseSeconds = LEASE_SECONDS, dns } = dhcp;
  const isDefault = dns === undefined || (nat === false && Array.isArray(dns) && dns.length === 0);
  return { from, to, leaseSeconds, ...(isDefault ? {} : { dns }) };
}

/** Only for known values. */
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
  if (addresses === "inherit" && ports.length > 0 && vlansIn(ports).length === ports.length) {
    faults.push({
      property: "addresses",
      reason: `is "inherit", but ${portNames(ports).join(", ")} is made for the bridge and has none. Give addresses as { cidr: […] }, "dhcp" or "none".`,
    });
  }
  if (gateway !== undefined && typeof addresses !== "object") {
    const given = addresses ?? (ports.length === 0 ? "none" : "inherit");
    faults.push({
      property: "gateway",
      reason: `is ${gateway}, but addresses are ${given}: a gateway belongs to static addresses. Remove it.`,
    });
  }
  if (typeof addresses === "object") faults.push(...staticFaults(addresses, gateway));
  if (stp === true && forwardDelaySeconds !== undefined && forwardDelaySeconds < 2) {
    faults.push({
      property: "forwardDelaySeconds",
      reason: `is ${forwardDelaySeconds}, but with stp it must be at least 2 (Linux refuses less). Raise it, or remove it.`,
    });
  }
  if (addresses === "dhcp" && ports.length === 0) {
    faults.push({
      property: "addresses",
      reason:
        'is "dhcp", but without ports nobody gives a lease when the bridge comes up. Give addresses as { cidr: […] }, or "none".',
    });
  }
  faults.push(...trunkFaults(inputs));
  if (inputs.nat === true) faults.push(...ownNetworkFaults(inputs, "nat", "is true"));
  if (inputs.guestDhcp !== undefined) faults.push(...dhcpFaults(inputs.guestDhcp, inputs));
  if (inputs.persistent === false) faults.push(...untilBootFaults(inputs));
  faults.push(...ageFaults(inputs));
  faults.push(...portFaults(inputs.name, ports));
  return faults;
}

/** What needs a file of the host's network system, or a program that goes on running. */
function untilBootFaults({ ports = [], addresses, dns, vlanFiltering, adopt }: BridgeInputs): Failure[] {
  const fault = (property: string, reason: string): Failure => ({ property, reason });
  return [
    ...(addresses === "dhcp"
      ? [
          fault(
            "addresses",
            'is "dhcp", but with persistent: false no DHCP client runs on the bridge. Give addresses as { cidr: […] }, "inherit" or "none", or remove persistent.',
          ),
        ]
      : []),
    ...(dns !== undefined && dns.length > 0
      ? [
          fault(
            "dns",
            "is given, but with persistent: false the host's name servers stay as they are. Remove dns, or persistent.",
          ),
        ]
      : []),
    ...vlansIn(ports).map((vlan) =>
      fault(
        "ports",
        `has VLAN ${vlan.vlan} of ${vlan.on}, but with persistent: false no VLAN is made. Make it on the host and name it as text, "${portName(vlan)}", or remove persistent.`,
      ),
    ),
    ...bondsIn(ports).map(({ bond }) =>
      fault(
        "ports",
        `has the bond ${bond}, but with persistent: false no bond is made. Make it on the host and name it as text, "${bond}", or remove persistent.`,
      ),
    ),
    ...(vlanFiltering === true
      ? [
          fault(
            "vlanFiltering",
            "is true, but with persistent: false the bridge filters no VLANs. Remove vlanFiltering, or persistent.",
          ),
        ]
      : []),
    ...(adopt === true
      ? [fault("persistent", "is false, but an adopted bridge is used as it is. Remove persistent, or adopt.")]
      : []),
  ];
}

/** Of a link (IFNAMSIZ). */
const LONGEST_NAME = 15;

function portFaults(name: string, ports: readonly BridgePort[]): Failure[] {
  const fault = (reason: string): Failure => ({ property: "ports", reason });
  const bonds = bondsIn(ports);
  const names = [...portNames(ports), ...bonds.flatMap(({ of }) => of)];
  const grounds = vlansIn(ports).map(({ on }) => on);
  return [
    ...[...bonds.flatMap(bondFaults), ...bondedFaults(bonds, grounds)].map(fault),
    ...twice(names).map((port) => fault(`has ${port} twice. Remove one.`)),
    ...(names.includes(name) ? [fault(`has ${name}, the bridge itself. Remove it.`)] : []),
    ...vlansIn(ports).flatMap((vlan) => [
      ...(vlan.on === name ? [fault(`has a VLAN on ${name}, the bridge itself. Name the card.`)] : []),
      ...(ports.includes(vlan.on)
        ? [fault(`has ${vlan.on} and its VLAN ${vlan.vlan}, so packets would go in a circle. Remove one.`)]
        : []),
      ...(portName(vlan).length > LONGEST_NAME
        ? [
            fault(
              `has a VLAN whose link would be called ${portName(vlan)}, and Linux takes ${LONGEST_NAME} letters. Make it on the host under a shorter name, and name that here as text.`,
            ),
          ]
        : []),
    ]),
  ];
}

function trunkFaults({ trunkVlans, vlanFiltering, ports = [] }: BridgeInputs): Failure[] {
  if (trunkVlans === undefined) return [];
  const fault = (reason: string): Failure[] => [{ property: "trunkVlans", reason }];
  if (vlanFiltering !== true)
    return fault("is given, but the bridge filters no VLANs. Set vlanFiltering to true, or remove it.");
  return ports.length === 0 ? fault("is given, but there are no ports to carry them. Give ports, or remove it.") : [];
}

function dhcpFaults(dhcp: GuestDhcp, inputs: BridgeInputs): Failure[] {
  const found = ownNetworkFaults(inputs, "guestDhcp", "is given");
  if (found.length > 0 || typeof inputs.addresses !== "object") return found;
  return guestDhcpFaults(dhcp, inputs.addresses.cidr).map((reason) => ({ property: "guestDhcp", reason }));
}

/** What the host does for guests it does where their network is theirs and its own alone. */
function ownNetworkFaults(
  { ports = [], addresses, adopt }: BridgeInputs,
  property: "nat" | "guestDhcp",
  is: string,
): Failure[] {
  const fault = (reason: string): Failure => ({ property, reason: `${is}, but ${reason}` });
  const hasNetwork = typeof addresses === "object" && addresses.cidr.some((cidr) => ipv4NetworkOf(cidr) !== undefined);
  return [
    ...(ports.length > 0
      ? [
          fault(
            `with the ports ${portNames(ports).join(", ")} its guests are in the host's own network already. Remove ${property}, or ports.`,
          ),
        ]
      : []),
    ...(ports.length === 0 && !hasNetwork
      ? [
          fault(
            `its guests have no network of their own. Give addresses, such as { cidr: ["10.9.0.1/24"] }, or remove ${property}.`,
          ),
        ]
      : []),
    ...(adopt === true ? [fault(`an adopted bridge is used as it is. Remove ${property}, or adopt.`)] : []),
  ];
}

/** IEEE 802.1D; with other times a tree breaks that is whole. Linux takes them without a word. */
function ageFaults({ stp, maxAgeSeconds, helloTimeSeconds = 2, forwardDelaySeconds = 15 }: BridgeInputs): Failure[] {
  if (stp !== true || maxAgeSeconds === undefined) return [];
  const [least, most] = [2 * (helloTimeSeconds + 1), 2 * (forwardDelaySeconds - 1)];
  if (maxAgeSeconds >= least && maxAgeSeconds <= most) return [];
  const between =
    least > most
      ? `must be at least ${least}, 2 * (helloTimeSeconds + 1), and at most ${most}, 2 * (forwardDelaySeconds - 1). Raise forwardDelaySeconds`
      : `must be from ${least}, 2 * (helloTimeSeconds + 1), to ${most}, 2 * (forwardDelaySeconds - 1)`;
  return [{ property: "maxAgeSeconds", reason: `is ${maxAgeSeconds}, but with stp it ${between}.` }];
}

function staticFaults(addresses: Exclude<BridgeAddresses, string>, gateway: string | undefined): Failure[] {
  const hops = [gateway, addresses.gateway].filter((hop) => hop !== undefined);
  const isStrange = (hop: string): boolean => !addresses.cidr.some((cidr) => isIPv6(cidr) === isIPv6(hop));
  return [
    ...(hops.some(isStrange)
      ? [{ property: "gateway", reason: `is ${hops.join(", ")}, but no address is of its family. Add one.` }]
      : []),
    ...twice(addresses.cidr.map(normalCidr)).map((cidr) => ({
      property: "addresses.cidr",
      reason: `has ${cidr} twice. Remove one.`,
    })),
  ];
}

function isIPv6(address: string): boolean {
  return address.includes(":");
}

function twice(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}

export function bridgeCreation(inputs: BridgeInputs): string[] {
  const { ports = [], addresses, name, persistent, secretProperties = [] } = inputs;
  const said = (property: string, value: unknown): string =>
    shown(value, { secret: secretProperties.includes(property) });
  const where = hasUnknown(ports) || ports.length > 0 ? ` with ${said("ports", ports)}` : " without ports";
  return [
    `make bridge ${shown(name)}${where}, addresses ${said("addresses", addresses)}`,
    "the host restores its old network unless it is reached over the new one",
    ...(persistent === false
      ? ["it stands in no file: the host's next boot brings the old network back, and an up makes it again"]
      : []),
  ];
}
