/** What forbids making a bridge on a host, all of it at once, before anything is touched. Pure. */
import { AlreadyExistsError, NotOwnedError, UnsupportedError, type XenProviderError } from "../../errors";
import { notOfFiles } from "../../host/network/by-hand";
import { giveBack } from "../../host/network/take-over";
import { takeOverFaults } from "../../host/network/take-over-faults";
import { listed } from "../refusal";
import { desiredBridge } from "./bridge.files";
import { type ObservedNetwork, isGuestLink } from "./bridge.observe";
import type { BridgeInputs } from "./bridge.properties";

interface Refusal {
  /** `taken`: what it needs belongs to something else. `unfit`: the host cannot have it. */
  readonly kind: "taken" | "unfit";
  /** A whole sentence with its remedy. */
  readonly text: string;
}

/** None: it can go on. */
export function bridgeRefusals(network: ObservedNetwork, inputs: BridgeInputs): Refusal[] {
  const { name, dns = [] } = inputs;
  const others = network.others.join(" and ");
  const same = network.links.find((link) => link.name === name);
  const found = [
    ...unfit(!network.isRoot, "We are not root on it. Log in as root, or set connection.sudo."),
    ...unfit(
      others !== "",
      `${others} runs its network; only ifupdown is supported. Move the network to /etc/network/interfaces and disable ${others}.`,
    ),
    ...unfit(
      network.ifupdownVariant !== undefined,
      `Its ifup is "${network.ifupdownVariant ?? ""}"; only Debian's own ifupdown is supported. Install the package ifupdown.`,
    ),
    ...unfit(
      network.unreadable !== undefined,
      `ifupdown cannot read its own files: ${(network.unreadable ?? "").trim().split("\n").join("; ")}. Mend them first.`,
    ),
    ...unfit(
      !network.hasIfupdown && network.ifupdownVariant === undefined,
      "ifupdown (ifup, ifquery) is not installed, and no other network system is supported. Install ifupdown.",
    ),
    ...unfit(
      !network.hasBridgeUtils,
      "bridge-utils, whose hooks make ifupdown's bridges, is not installed. Install it (a XenHost does).",
    ),
    ...unfit(
      dns.length > 0 && !network.hasResolvconf,
      "dns needs the package resolvconf, which is not installed. Install it, or leave dns out.",
    ),
    ...portRefusals(network, inputs),
    ...unfit(
      same !== undefined && same.bridgeSettings === undefined,
      `${name} is there and is not a bridge. Choose another name.`,
    ),
  ];
  if (found.length > 0) return found;
  const desired = desiredBridge(inputs, undefined);
  const files = giveBack(network.files, name);
  const newPorts = desired.ports.filter((port) => network.links.find((link) => link.name === port)?.bridge !== name);
  return [
    ...takeOverFaults(files, desired),
    ...newPorts.flatMap((port) => notOfFiles(files, network, port, desired)),
  ].map((text) => ({ kind: "unfit", text }));
}

function portRefusals(network: ObservedNetwork, { name, ports = [] }: BridgeInputs): Refusal[] {
  return ports.flatMap((port): Refusal[] => {
    const link = network.links.find((candidate) => candidate.name === port);
    if (link === undefined) {
      const known = network.links
        .map((candidate) => candidate.name)
        .filter((candidate) => candidate !== "lo" && !isGuestLink(network, candidate));
      return unfit(true, `It has no link ${port}; there are ${known.join(", ")}.`);
    }
    return link.bridge === undefined || link.bridge === name
      ? []
      : [{ kind: "taken", text: `${port} is a port of ${link.bridge} already. Take it out of there, or leave it.` }];
  });
}

function unfit(condition: boolean, text: string): Refusal[] {
  return condition ? [{ kind: "unfit", text }] : [];
}

/** @throws AlreadyExistsError where all that forbids it is what others have, else UnsupportedError. `label`: the host. */
export function refuseBridge(label: string, refusals: readonly Refusal[]): void {
  if (refusals.length === 0) return;
  const what = `${label} cannot have this bridge; nothing was touched.\n${listed(refusals.map(({ text }) => text))}`;
  throw refusals.every(({ kind }) => kind === "taken") ? new AlreadyExistsError(what) : new UnsupportedError(what);
}

export function notOwned(name: string): XenProviderError {
  return new NotOwnedError(`A bridge ${name} exists already and was not made by this resource; nothing was touched.`, {
    hint: "Choose another name, or set `adopt: true` to use it as it is.",
  });
}
