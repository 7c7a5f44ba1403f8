/** What a look at the host says of a Bridge: the one plan, what no property shows, what it tells, its drift. Pure. */
import { type Change, driftOf, planOf } from "../../change";
import { type Claim } from "../../host/claim";
import { type Finding, unfinishedOf } from "../finding";
import type { Unfinished } from "../../pulumi";
import { desiredFiles, filesDiffer } from "./bridge.files";
import { OWN_VLAN, isInOwnVlan, isInOwnVlanAlone } from "../../host/network/vlans";
import { portNames } from "./bridge.ports";
import { type ObservedNetwork, asMade, bridgeLink, isGuestLink, membersOf, seenBridge } from "./bridge.observe";
import { bridgeWarnings } from "./bridge.warnings";
import { type BridgeInputs, type BridgeOutputs, type BridgeStep, bridgeTable } from "./bridge.properties";

type BridgeFinding = Finding<
  "absent" | "down" | "address-missing" | "vlan-missing" | "files-differ" | "not-confirmed" | "unclaimed"
>;

/** What a change of the inputs does, as a preview knows it. */
export function bridgeChanges(olds: BridgeInputs, news: BridgeInputs): Change<BridgeStep>[] {
  const secrets = [...(olds.secretProperties ?? []), ...(news.secretProperties ?? [])];
  return planOf(bridgeTable, asMade(olds), news, { secrets });
}

/** All in which the host's bridge is not as declared. */
export interface BridgePlan {
  readonly changes: readonly Change<BridgeStep>[];
  readonly findings: readonly BridgeFinding[];
}

export function bridgePlan(network: ObservedNetwork, inputs: BridgeInputs): BridgePlan {
  const seen = seenBridge(network, inputs);
  const secrets = inputs.secretProperties ?? [];
  return {
    changes: seen === undefined ? [] : planOf(bridgeTable, seen, inputs, { secrets }),
    findings: bridgeFindings(network, inputs),
  };
}

/** Nothing differs. */
export function isAsDeclared({ changes, findings }: BridgePlan): boolean {
  return changes.length === 0 && findings.length === 0;
}

/** Clauses, for a sentence. */
export function wordsOf({ changes, findings }: BridgePlan): string[] {
  return [...changes, ...findings].map(({ text }) => text);
}

/** The links that carry what goes through it: its ports, and the bridge itself, that lack the VLAN of the host. */
function outsideOwnVlan(network: ObservedNetwork, inputs: BridgeInputs): string[] {
  if (bridgeLink(network, inputs.name)?.bridgeSettings?.vlanFiltering !== true) return [];
  const ports = portNames(inputs.ports).filter((port) => membersOf(network, inputs.name).includes(port));
  return [
    // What else goes to the host is for links of somebody's on the bridge.
    ...[inputs.name].filter((link) => !isInOwnVlan(network.vlans.get(link))),
    ...ports.filter((link) => !isInOwnVlanAlone(network.vlans.get(link))),
  ];
}

function bridgeFindings(network: ObservedNetwork, inputs: BridgeInputs): BridgeFinding[] {
  const { name } = inputs;
  const link = bridgeLink(network, name);
  // What is not made by us is not changed either.
  const effect = network.isAdopted ? "none" : "live";
  if (link === undefined) {
    const why = inputs.persistent === false ? ", which lasts until the host's next boot" : "";
    return [{ kind: "absent", text: `there is no bridge ${name}${why}`, effect }];
  }
  const files = network.isAdopted ? network.files : desiredFiles(network, inputs);
  const expected = network.system.addressesIn(files, name);
  // Of static addresses that are declared, the property itself tells. Without a cable most systems give none.
  const missing =
    typeof inputs.addresses === "object" || !link.hasCarrier
      ? []
      : [
          ...expected.fixed.filter((address) => !link.addresses.includes(address)),
          ...(expected.isLeased && link.addresses.length === 0 ? ["an address"] : []),
        ];
  const found: BridgeFinding[] = [
    ...(link.isUp ? [] : [{ kind: "down" as const, text: `${name} is down`, effect } as const]),
    ...missing.map(
      (address) => ({ kind: "address-missing" as const, text: `${name} lacks ${address}`, effect }) as const,
    ),
    ...(network.isAdopted ? [] : outsideOwnVlan(network, inputs)).map(
      (lost) =>
        ({
          kind: "vlan-missing" as const,
          text: `${lost} does not carry VLAN ${OWN_VLAN} without a tag, in which the host is, and it alone`,
          effect,
        }) as const,
    ),
    ...(!network.isAdopted && filesDiffer(network, inputs)
      ? [{ kind: "files-differ" as const, text: "the network's files differ from the bridge", effect } as const]
      : []),
  ];
  if (found.length > 0) return found;
  if (network.claim === undefined)
    return [{ kind: "unclaimed", text: `the claim on ${name} is missing on the host`, effect: "none" }];
  return network.phase === "ready"
    ? []
    : [{ kind: "not-confirmed", text: `the network of ${name} is not confirmed yet`, effect: "none" }];
}

export function outputsOf(network: ObservedNetwork, inputs: BridgeInputs, machineId: string): BridgeOutputs {
  const link = bridgeLink(network, inputs.name);
  return {
    machineId,
    ...idOf(network.claim),
    phase: isAsDeclared(bridgePlan(network, inputs)) ? "ready" : "drifted",
    macAddress: link?.macAddress ?? "",
    currentAddresses: link?.ownAddresses ?? [],
    members: membersOf(network, inputs.name).filter((member) => !isGuestLink(network, member)),
    isAdopted: network.isAdopted,
    warnings: bridgeWarnings(network, inputs),
  };
}

function idOf(claim: Claim | undefined): { claimId?: string } {
  return claim?.id === undefined ? {} : { claimId: claim.id };
}

/**
 * What a refresh makes of a look at the network. `undefined`: neither link nor files nor claim are there. A link that is missing alone
 * (somebody's `ip link delete`, a first boot that has restored the old network) comes back with the next update.
 */
export function lookedAt(
  network: ObservedNetwork,
  declared: BridgeInputs,
  machineId: string,
): { inputs: BridgeInputs; outputs: BridgeOutputs; unfinished: Unfinished[] } | undefined {
  const seen = seenBridge(network, declared);
  const isLeft = network.claim !== undefined || network.system.holdsBridge(network.files, declared.name);
  if (seen === undefined && isLeft && !network.isAdopted) {
    const outputs = outputsOf(network, declared, machineId);
    return { inputs: declared, outputs, unfinished: unfinishedOf(bridgeFindings(network, declared)) };
  }
  if (seen === undefined) return undefined;
  const inputs = { ...declared, ...driftOf(bridgeTable, seen, declared) };
  // What differs between the bridge as it runs and the program, the next check finds by itself.
  const findings = bridgeFindings(network, inputs);
  return { inputs, outputs: outputsOf(network, declared, machineId), unfinished: unfinishedOf(findings) };
}
