/** What forbids making a bridge on a host, all of it at once, before anything is touched. Pure. */
import { AlreadyExistsError, NotOwnedError, UnsupportedError, type XenProviderError } from "../../errors";
import { notOfFiles } from "../../host/network/by-hand";
import { type PortBond, linksBelow } from "../../host/network/bonds";
import { type PortVlan, vlanName } from "../../host/network/desired-bridge";
import { normalCidr } from "../../host/network/addresses";
import { KNOWN_NETWORKS } from "../../host/network/network-system";
import { listed } from "../refusal";
import { isBondLink } from "./bridge.bonds";
import { changesOfFiles, desiredBridge } from "./bridge.files";
import { type ObservedNetwork, asItStands, isGuestLink, isInBridge, isVlanLink, writtenBridge } from "./bridge.observe";
import { bondsIn, cardsIn, vlansIn } from "./bridge.ports";
import type { BridgeInputs } from "./bridge.properties";

interface Refusal {
  /** `taken`: what it needs belongs to something else. `unfit`: the host cannot have it. */
  readonly kind: "taken" | "unfit";
  /** A whole sentence with its remedy. */
  readonly text: string;
}

/** None: it can go on. */
export function bridgeRefusals(network: ObservedNetwork, inputs: BridgeInputs): Refusal[] {
  const { name } = inputs;
  const { system } = network;
  const desired = desiredBridge(inputs, undefined);
  const others = network.others.join(" and ");
  const same = network.links.find((link) => link.name === name);
  const found = [
    ...unfit(!network.isRoot, "We are not root on it. Log in as root, or set connection.sudo."),
    ...unfit(
      others !== "" && system.lastsUntilBoot === true,
      `${others} runs its network, and nobody has seen what it does to a link whose addresses a bridge takes over. Stop it, or move the network to another system.`,
    ),
    ...unfit(
      others !== "" && system.lastsUntilBoot !== true,
      `${others} runs its network; only ${KNOWN_NETWORKS} are supported. Move the network to one of them and disable ${others}.`,
    ),
    ...system.unfit(network.facts, desired).flatMap((text) => unfit(true, text)),
    ...unfit(
      inputs.nat === true && !network.nat.canBe,
      'nat needs the program nft, which it lacks or which tells no tables. Install the package nftables, such as by packages: ["nftables"] of the XenHost.',
    ),
    ...unfit(
      inputs.guestDhcp !== undefined && !network.guestDhcp.canBe,
      'guestDhcp needs the program dnsmasq, which it lacks. Install the package dnsmasq-base (dnsmasq on other systems than Debian), such as by packages: ["dnsmasq-base"] of the XenHost.',
    ),
    ...unfit(
      desired.bonds !== undefined && !network.canBond,
      'Its kernel has no module "bonding", which makes bonds. Install the modules of its kernel, or boot one that has it.',
    ),
    ...portRefusals(network, inputs),
    ...keptRefusals(network, name, "its addresses"),
    ...filteringRefusals(network, inputs),
    ...unfit(
      same?.isOpenVSwitch === true,
      `${name} is there and is a bridge of Open vSwitch, which a Bridge neither makes nor adopts. A guest's vif names it as text, bridge: "${name}"; choose another name for this one.`,
    ),
    ...unfit(
      same?.isOpenVSwitch !== true && same !== undefined && same.bridgeSettings === undefined,
      `${name} is there and is not a bridge. Choose another name.`,
    ),
  ];
  if (found.length > 0) return found;
  // What was made for the bridge goes before its card does.
  const made = (writtenBridge(network, name)?.vlans ?? []).map(vlanName);
  const running = onItsPort({ ...network, links: network.links.filter((link) => !made.includes(link.name)) }, name);
  const newPorts = linksBelow(desired).filter((port) => !isInBridge(running, name, port));
  return [
    ...system.faults(network, desired),
    ...newPorts.flatMap((port) => notOfFiles(system.gives(network, port, name), running, port, desired)),
    ...rewrittenFaults(network, inputs),
  ].map((text) => ({ kind: "unfit", text }));
}

/**
 * What a bridge that stood in no file has is its port's, as far as files are to bring it up now: all but what was declared for the bridge.
 */
function onItsPort(network: ObservedNetwork, name: string): ObservedNetwork {
  const { stands } = network;
  if (stands?.system.lastsUntilBoot !== true) return network;
  const had = writtenBridge(network, name);
  const own = typeof had?.addresses === "object" ? had.addresses : undefined;
  const port =
    had?.ports.find((each) => stands.system.gives(asItStands(network), each, name).fixed.length > 0) ?? had?.ports[0];
  if (port === undefined) return network;
  const bridge = network.links.find((link) => link.name === name);
  const theirs = (addresses: readonly string[] = []): string[] =>
    addresses.filter((address) => own?.cidr.map(normalCidr).includes(address) !== true);
  return {
    ...network,
    links: network.links.map((link) => {
      if (link.bridge !== name || isGuestLink(network, link.name)) return link;
      const free = { ...link, bridge: undefined };
      if (link.name !== port) return free;
      return { ...free, addresses: theirs(bridge?.addresses), dynamicAddresses: theirs(bridge?.dynamicAddresses) };
    }),
    routes: network.routes
      .filter(
        ({ to, via, links }) =>
          !(links.includes(name) && to === "default" && own?.gateway !== undefined && via === normalCidr(own.gateway)),
      )
      .map((route) => ({ ...route, links: route.links.map((link) => (link === name ? port : link)) })),
    rules: network.rules.map((rule) => (rule.link === name ? { ...rule, link: port } : rule)),
  };
}

/** What forbids taking a bridge down for a moment: links of others that would go with it, such as a VLAN's or a container's. */
export function downRefusals(network: ObservedNetwork, name: string): Refusal[] {
  const { vlans = [], bonds = [] } = writtenBridge(network, name) ?? {};
  const down = [name, ...vlans.map(vlanName), ...bonds.map(({ bond }) => bond)];
  const stacked = network.links.filter(({ under }) => down.includes(under ?? "")).map((link) => link.name);
  return unfit(
    stacked.length > 0,
    `${stacked.join(", ")} on ${down.join(" and ")} would be lost, since it goes down for a moment. Take it away first, and make it again afterwards.`,
  );
}

/** What filtering would cut off: the host's own links of a VLAN on the bridge get nothing from it then. */
function filteringRefusals(network: ObservedNetwork, { name, vlanFiltering }: BridgeInputs): Refusal[] {
  if (vlanFiltering !== true) return [];
  const stacked = network.links.filter(({ under, vlan }) => under === name && vlan !== undefined);
  return [
    ...unfit(
      !network.hasBridgeTool,
      'vlanFiltering needs the program "bridge" of iproute2, which it lacks. Install the package iproute2.',
    ),
    ...unfit(
      stacked.length > 0,
      `${stacked.map((link) => link.name).join(", ")} on ${name} would get no packets from a bridge that filters VLANs. Put it on a card that is no port of ${name}, or leave vlanFiltering out.`,
    ),
  ];
}

function portRefusals(network: ObservedNetwork, inputs: BridgeInputs): Refusal[] {
  const { name, ports = [] } = inputs;
  const { vlans = [], bonds = [] } = writtenBridge(network, name) ?? {};
  const made: Made = { vlans, bonds };
  return [
    ...vlansIn(ports).flatMap((vlan) => vlanRefusals(network, vlan, vlans, inputs)),
    ...bondsIn(ports).flatMap((bond) => bondRefusals(network, bond, bonds)),
    ...cardsIn(ports).flatMap((card) => cardRefusals(network, card, made, name)),
  ];
}

/** What the bridge's own files make. */
interface Made {
  readonly vlans: readonly PortVlan[];
  readonly bonds: readonly PortBond[];
}

/** Of a link that is there, as a port or in a bond. */
function cardRefusals(network: ObservedNetwork, card: string, { vlans, bonds }: Made, bridge: string): Refusal[] {
  const link = network.links.find((candidate) => candidate.name === card);
  if (link === undefined) return [noLink(network, card)];
  const isOurs = link.bridge === bridge || bonds.some(({ bond }) => bond === link.bridge);
  return [
    ...vlans
      .filter((vlan) => vlanName(vlan) === card)
      .flatMap(({ on, vlan }) =>
        unfit(true, `${card} was made for ${bridge}. Keep it in ports as { on: "${on}", vlan: ${vlan} }.`),
      ),
    ...bonds
      .filter(({ bond }) => bond === card)
      .flatMap(({ of, mode }) =>
        unfit(
          true,
          `${card} was made for ${bridge}. Keep it in ports as { bond: "${card}", of: ${JSON.stringify(of)}, mode: "${mode}" }.`,
        ),
      ),
    ...(link.bridge === undefined || isOurs
      ? []
      : taken(
          `${card} is ${isBondLink(network, link.bridge) ? "in" : "a port of"} ${link.bridge} already. Take it out of there, or leave it.`,
        )),
    ...rivalRefusals(network, card),
  ];
}

/** `made`: those that the bridge's own files make. A bond that somebody else has made under its name stays his. */
function bondRefusals(network: ObservedNetwork, { bond, of }: PortBond, made: readonly PortBond[]): Refusal[] {
  const isOurs = made.some((own) => own.bond === bond) && isBondLink(network, bond);
  return [
    ...(network.links.some(({ name }) => name === bond) && !isOurs
      ? taken(
          `${bond} is there already and was not made for this bridge. Name it in ports as text, "${bond}", or remove it.`,
        )
      : []),
    ...network.links
      .filter(({ name }) => of.includes(name))
      .flatMap(({ name, bridgeSettings, under }) =>
        unfit(
          bridgeSettings !== undefined ||
            isBondLink(network, name) ||
            under !== undefined ||
            isGuestLink(network, name),
          `${name} is no card, so it cannot be in ${bond}. Name cards only.`,
        ),
      ),
    ...rivalRefusals(network, bond),
  ];
}

function taken(text: string): Refusal[] {
  return [{ kind: "taken", text }];
}

function noLink(network: ObservedNetwork, name: string): Refusal {
  const known = network.links.map((link) => link.name).filter((link) => link !== "lo" && !isGuestLink(network, link));
  return { kind: "unfit", text: `It has no link ${name}; there are ${known.join(", ")}.` };
}

/** `made`: those that the bridge's own files make. A link that somebody else has made under its name stays his. */
function vlanRefusals(
  network: ObservedNetwork,
  vlan: PortVlan,
  made: readonly PortVlan[],
  { name: bridge, mtu }: BridgeInputs,
): Refusal[] {
  const name = vlanName(vlan);
  const ground = network.links.find((link) => link.name === vlan.on);
  if (ground === undefined) return [noLink(network, vlan.on)];
  const isOurs = made.some((own) => vlanName(own) === name) && isVlanLink(network, vlan);
  const isThere = network.links.some((link) => link.name === name);
  // What it has as a port of the bridge it does not keep.
  const groundMtu = ground.bridge === bridge ? network.system.ownMtu(network, vlan.on, bridge) : ground.mtu;
  const twin = network.links.find((link) => link.under === vlan.on && link.vlan === vlan.vlan && link.name !== name);
  return [
    ...(isThere && !isOurs
      ? [
          {
            kind: "taken" as const,
            text: `${name} is there already and was not made for this bridge. Name it in ports as text, "${name}", or remove it.`,
          },
        ]
      : []),
    ...(twin === undefined
      ? []
      : [
          {
            kind: "taken" as const,
            text: `VLAN ${vlan.vlan} of ${vlan.on} is there already as ${twin.name}. Name it in ports as text, "${twin.name}", or remove it.`,
          },
        ]),
    ...unfit(
      mtu !== undefined && mtu > groundMtu,
      `mtu is ${mtu ?? 0}, but ${vlan.on}, on which ${name} stands, takes ${groundMtu}. Raise that first, or lower mtu.`,
    ),
    ...unfit(
      ground.bridgeSettings?.vlanFiltering === true,
      `${vlan.on} is a bridge that filters VLANs, so ${name} on it would get no packets. Put the VLAN on a card, or the guests into it by vlans of their vifs.`,
    ),
    ...rivalRefusals(network, name),
  ];
}

/** Two systems that give a link its addresses undo each other's work. */
function rivalRefusals(network: ObservedNetwork, port: string): Refusal[] {
  const { system, rivals } = network;
  if (system.lastsUntilBoot === true) return keptRefusals(network, port, "what is moved from it");
  return rivals.flatMap((rival) => {
    const { fixed, isLeased } = rival.system.addressesIn(rival.files, port);
    return unfit(
      fixed.length > 0 || isLeased,
      `${rival.system.name} gives ${port} its addresses, while ${system.name} runs other links. Let one of them run the network.`,
    );
  });
}

/** What lasts until the next boot stands beside what runs the network, which is not to undo it. `what`: that it would take away. */
function keptRefusals(network: ObservedNetwork, link: string, what: string): Refusal[] {
  if (network.system.lastsUntilBoot !== true) return [];
  return network.rivals.flatMap(({ system, facts, files }) =>
    unfit(
      system.keeps?.({ ...network, files }, facts, link) === true,
      `${system.name} manages ${link}, and would undo what persistent: false does: take back ${what}. Leave persistent out, or have ${system.name} leave ${link} alone first.`,
    ),
  );
}

/** cloud-init says in a file that it wrote how it is kept from doing so again. */
function rewrittenFaults(network: ObservedNetwork, inputs: BridgeInputs): string[] {
  if (!network.isRewritten) return [];
  return changesOfFiles(network, inputs)
    .filter(({ path }) =>
      /^# This file is generated from information provided by/m.test(
        network.files.get(path) ?? network.stands?.files.get(path) ?? "",
      ),
    )
    .map(
      ({ path }) =>
        `cloud-init wrote ${path} and may do so again at a boot, which would undo the change. Write "network: {config: disabled}" into /etc/cloud/cloud.cfg.d/99-disable-network-config.cfg.`,
    );
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
