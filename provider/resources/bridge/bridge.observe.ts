/** A host's network as far as a bridge is concerned, asked at once; and the bridge in it, as a value. Pure. */
import { CommandError } from "../../errors";
import { type Claim, readClaim, sayClaim } from "../../host/claim";
import { type DroppingChain, readForwarding, sayForwarding } from "../../host/network/forwarding";
import { readFingerprint, readPending, sayAtRest } from "../../host/network/at-rest";
import { asWritten, bondOf } from "../../host/network/bonds";
import {
  type BridgeAddresses,
  type ConfiguredBridge,
  type PortVlan,
  vlanName,
  vlanOf,
} from "../../host/network/desired-bridge";
import {
  type GuestDhcpPlace,
  type SeenGuestDhcp,
  guestDhcpOf,
  readGuestDhcp,
  sayGuestDhcp,
} from "../../host/network/guest-dhcp";
import { type LinkVlans, linkVlans, trunkOf } from "../../host/network/vlans";
import { type Link, ipAsJson, parseLinks, printedList } from "../../host/network/links";
import { askNft } from "../../host/network/nft";
import { type NatPlace, type SeenNat, natOf, readNat, sayNat } from "../../host/network/nat";
import type { Holder, NetworkConfiguration } from "../../host/network/network-files";
import { type SeenSystem, saySystems, systemsOf, systemsOfBoot } from "../../host/network/network-systems";
import { type Route, type Rule, parseRoutes, parseRules } from "../../host/network/routes";
import { type RunningBond, readBonding, readBonds, sayBonding, sayBonds } from "../../host/network/running-bonds";
import { ownedFolder, saidWord } from "../../host/owned-folder";
import { UNSEEN } from "../../property";
import { type Answer, type Question, libraryText, lines, sh } from "../../shell";
import { type BridgePort, groundOf, inOrder, portNames } from "./bridge.ports";
import type { BridgeInputs, SeenBridge } from "./bridge.properties";

/** With the files of the system that runs it. */
export interface ObservedNetwork extends SeenSystem, NetworkConfiguration {
  readonly isRoot: boolean;
  readonly links: readonly Link[];
  /** Routes of all tables; none where they were not asked for. */
  readonly routes: readonly Route[];
  /** Rules of all tables, as the routes. */
  readonly rules: readonly Rule[];
  /** Other systems that we know and that are there too. */
  readonly rivals: readonly SeenSystem[];
  /** What brings the host's network up at a boot, and what a bridge until the next boot stands in. */
  readonly lasting: SeenSystem;
  readonly passing: SeenSystem;
  /** Where the bridge stands, if that is not where it goes to (toItsSystem). */
  readonly stands?: SeenSystem;
  /** As the routes. */
  readonly holders: readonly Holder[];
  /** What sha256sum says of each of the files. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** Other bridges whose change is neither confirmed nor rolled back. */
  readonly pending: readonly string[];
  /** Network systems that are active and that we do not know. */
  readonly others: readonly string[];
  /** cloud-init may write the files again that it wrote. */
  readonly isRewritten: boolean;
  /** Links that are the host's end of a guest's vif, whatever their names. */
  readonly guestLinks: readonly string[];
  /** Chains of the host's that bridges' packets pass, and that drop what they do not name. */
  readonly dropping: readonly DroppingChain[];
  /** All bonds of the host, by their names. */
  readonly bonds: ReadonlyMap<string, RunningBond>;
  /** Its kernel can make bonds. */
  readonly canBond: boolean;
  /** The VLANs of all links, where the bridge filters them; none where it does not. */
  readonly vlans: ReadonlyMap<string, LinkVlans>;
  /** iproute2's program "bridge" is there. */
  readonly hasBridgeTool: boolean;
  readonly nat: SeenNat;
  readonly guestDhcp: SeenGuestDhcp;
  readonly claim: Claim | undefined;
  readonly isAdopted: boolean;
  readonly phase: string | undefined;
}

export function bridgeFolder(name: string): string {
  return ownedFolder("bridge", name);
}

/** Where its way to the outside, and what gives its guests their addresses, are kept. */
export function guestsPlace(name: string): NatPlace & GuestDhcpPlace {
  return { bridge: name, folder: bridgeFolder(name) };
}

const VLANS = "bridge -j vlan show";

const sayNetwork = libraryText(__dirname, "observe-network.sh");

/** `forChange`: also the routes and rules, which only what goes down can lose; each costs the host a process. */
export function observeNetwork(name: string, { forChange = true } = {}): Question<ObservedNetwork> {
  const folder = bridgeFolder(name);
  return {
    about: `the network around ${name}`,
    script: sh`${ipAsJson}
${sayNetwork}
${saySystems}
${sayBonds}
if [ "$(cat ${`/sys/class/net/${name}/bridge/vlan_filtering`} 2>/dev/null)" = 1 ]; then say_cmd vlans bridge -j -compressvlans vlan show; fi
${forChange ? lines([sh`say_routes; say_holders`, sayBonding]) : sh``}
${askNft}
${sayForwarding()}
${sayNat(guestsPlace(name))}
${sayGuestDhcp(guestsPlace(name))}
${sayAtRest(name)}
${sayClaim(sh`${folder}`)}
say_file phase ${`${folder}/phase`}
if [ -e ${`${folder}/adopted`} ]; then say adopted yes; else say adopted no; fi`,
    read: (answer) => {
      const said = (prefix: string): Map<string, string> =>
        new Map(answer.keysBehind(prefix).map((key) => [key, answer.need(`${prefix}${key}`)] as const));
      const files = said("file.");
      const [seen, ...rivals] = systemsOf(answer, files, name);
      const ofBoot = systemsOfBoot(answer, files);
      return {
        ...seen,
        rivals,
        ...ofBoot,
        holders: [...said("holder.").values()].map((words) => {
          const [, program = words, link] = /^(\S+) (\S+)$/.exec(words) ?? [];
          return { program, link };
        }),
        sources: said("source."),
        clientIds: said("client."),
        isRoot: answer.need("uid").trim() === "0",
        links: parseLinks(told(answer, "links"), told(answer, "addresses")),
        routes: forChange ? parseRoutes(listed(answer, "routes"), listed6(answer, "routes6")) : [],
        rules: forChange ? parseRules(listed(answer, "rules"), listed6(answer, "rules6")) : [],
        fingerprints: new Map(
          [seen, ...rivals, ofBoot.lasting]
            .flatMap(({ files }) => [...files.keys()])
            .map((path) => [path, readFingerprint(answer, path)] as const),
        ),
        pending: readPending(answer),
        others: answer.keysBehind("other."),
        isRewritten: answer.get("cloud-init") !== undefined,
        bonds: readBonds(answer),
        canBond: readBonding(answer),
        guestLinks: answer.keysBehind("guest."),
        dropping: readForwarding(answer),
        vlans:
          answer.get("vlans.rc") === undefined ? new Map() : linkVlans(printedList(listed(answer, "vlans"), VLANS)),
        hasBridgeTool: answer.get("bridge-tool") !== undefined,
        nat: readNat(answer),
        guestDhcp: readGuestDhcp(answer),
        claim: readClaim(answer),
        isAdopted: saidWord(answer, "adopted", ["yes", "no"]) === "yes",
        phase: answer.get("phase")?.trim(),
      };
    },
  };
}

/**
 * The same network as what is declared goes into it: into the files of what runs it, or into none. A port that stands in the bridge of
 * another system has what that gives it without the bridge.
 */
export function toItsSystem(network: ObservedNetwork, { name, persistent }: BridgeInputs): ObservedNetwork {
  const { system, facts, files, lasting, passing, rivals } = network;
  const isPassing = system.lastsUntilBoot === true;
  if (isPassing === (persistent === false)) return network;
  const seen = { system, facts, files };
  const to = isPassing ? lasting : passing;
  const others = [seen, ...rivals].filter((each) => each.system !== to.system && each.system.lastsUntilBoot !== true);
  const next = { ...network, ...to, rivals: others };
  if (!system.holdsBridge(files, name)) return next;
  if (isPassing) return { ...next, stands: seen };
  const links = network.links.map((link) => {
    if (link.bridge !== name || isGuestLink(network, link.name)) return link;
    const addresses = system.gives(network, link.name, name).fixed;
    return { ...link, addresses, ownAddresses: addresses, mtu: system.ownMtu(network, link.name, name) };
  });
  return { ...next, links, stands: seen };
}

/** The same network as it is read. */
export function asItStands(network: ObservedNetwork): ObservedNetwork {
  const { stands, ...rest } = network;
  return stands === undefined ? network : { ...rest, ...stands };
}

/** The bridge as the files say it now, of whichever system they are. */
export function writtenBridge(network: ObservedNetwork, name: string): ConfiguredBridge | undefined {
  const standing = asItStands(network);
  return standing.system.readBridge(standing, name);
}

/**
 * The same network as these ports are to be seen: run by what gives them their settings, where another system manages only links
 * that are not asked for (WireGuard by networkd beside cards by ifupdown).
 */
export function seenFor(network: ObservedNetwork, { name, ports = [] }: BridgeInputs): ObservedNetwork {
  const { system, facts, files, sources, rivals } = network;
  const ground = groundOf(ports);
  if (system.lastsUntilBoot === true) return network;
  if (system.holdsBridge(files, name) || !system.leavesOthersAlone || ground.some((port) => sources.has(port)))
    return network;
  const gives = ({ system: other, files: own }: SeenSystem): boolean =>
    ground.some((port) => {
      const { fixed, isLeased } = other.addressesIn(own, port);
      return fixed.length > 0 || isLeased;
    });
  const chosen = rivals.find(gives);
  if (chosen === undefined) return network;
  return { ...network, ...chosen, rivals: [{ system, facts, files }, ...rivals.filter((rival) => rival !== chosen)] };
}

/** What `ip` printed. A machine has at least its loopback: an empty list is no list, and never a bridge that is gone. */
function told(answer: Answer, key: "links" | "addresses"): string {
  const text = listed(answer, key).trim();
  if (text !== "" && text !== "[]") return text;
  throw untold(answer, key);
}

/** What `ip` printed of things of which there may be none. */
function listed(answer: Answer, key: "links" | "addresses" | "routes" | "rules" | "vlans"): string {
  if (answer.need(`${key}.rc`) === "0") return answer.need(key);
  throw untold(answer, key);
}

function untold(answer: Answer, key: string): CommandError {
  const why = (answer.get(`${key}.err`) ?? "").trim();
  return new CommandError(`"ip" does not tell the host's ${key}: ${why === "" ? "it said nothing" : why}.`, {
    hint: "See that iproute2 is installed there and that `ip -j link` works.",
  });
}

/** A kernel may be without IPv6. */
function listed6(answer: Answer, key: "routes6" | "rules6"): string {
  return answer.need(`${key}.rc`) === "0" ? answer.need(key) : "";
}

export function bridgeLink(network: ObservedNetwork, name: string): Link | undefined {
  return network.links.find((link) => link.name === name && link.bridgeSettings !== undefined);
}

/** The links in a bridge, guests' among them. */
export function membersOf(network: ObservedNetwork, name: string): string[] {
  return network.links.filter((link) => link.bridge === name).map((link) => link.name);
}

/** Is the link one of the bridge's ports, or in a bond that was made for it and is one? */
export function isInBridge(network: ObservedNetwork, name: string, link: string): boolean {
  const master = network.links.find((each) => each.name === link)?.bridge;
  if (master === name) return true;
  const made = network.system.readBridge(network, name)?.bonds ?? [];
  return made.some(({ bond }) => bond === master) && membersOf(network, name).includes(master ?? "");
}

/** Is the link of this name the VLAN? */
export function isVlanLink({ links }: ObservedNetwork, vlan: PortVlan): boolean {
  const link = links.find(({ name }) => name === vlanName(vlan));
  return link?.under === vlan.on && link.vlan === vlan.vlan;
}

/** Xen's own scripts name a guest's links like this; `vifname` may set others, which netback reports, except QEMU's. */
function isGuestName(name: string): boolean {
  return /^(vif|tap|emu)|-emu$/.test(name);
}

/** The host's end of a guest's vif? */
export function isGuestLink({ guestLinks }: ObservedNetwork, name: string): boolean {
  return guestLinks.includes(name) || isGuestName(name);
}

/** `undefined`: there is no bridge of this name. */
export function seenBridge(network: ObservedNetwork, inputs: BridgeInputs): SeenBridge | undefined {
  const link = bridgeLink(network, inputs.name);
  if (link?.bridgeSettings === undefined) return undefined;
  const members = membersOf(network, inputs.name).sort();
  const { stp, forwardDelaySeconds, vlanFiltering, ...times } = link.bridgeSettings;
  const common = { name: link.name, stp, forwardDelaySeconds, declared: undefined };
  const { system } = asItStands(network);
  const written = network.isAdopted ? undefined : writtenBridge(network, link.name);
  const carried = (ports: readonly string[]): ReturnType<typeof trunkOf> =>
    vlanFiltering
      ? trunkOf(
          network.vlans,
          ports.filter((port) => members.includes(port)),
          inputs.trunkVlans,
        )
      : undefined;
  if (written === undefined) {
    // In somebody else's words: only the link tells, and of that only what is asked for counts.
    const asked = <V>(wanted: unknown, value: V): V | undefined => (wanted === undefined ? undefined : value);
    return {
      ...common,
      members,
      guests: members.filter((member) => isGuestLink(network, member)),
      addresses: typeof inputs.addresses === "object" ? [onLink(link, inputs.addresses)] : UNSEEN,
      dns: UNSEEN,
      helloTimeSeconds: asked(inputs.helloTimeSeconds, times.helloTimeSeconds),
      maxAgeSeconds: asked(inputs.maxAgeSeconds, times.maxAgeSeconds),
      ageingSeconds: asked(inputs.ageingSeconds, times.ageingSeconds),
      priority: asked(inputs.priority, times.priority),
      mtu: asked(inputs.mtu, link.mtu),
      vlanFiltering: network.isAdopted && inputs.vlanFiltering !== true ? inputs.vlanFiltering : vlanFiltering,
      trunkVlans: network.isAdopted ? UNSEEN : asked(inputs.trunkVlans, carried(portNames(inputs.ports))),
      nat: false,
      guestDhcp: undefined,
      persistent: UNSEEN,
    };
  }
  const set = <V>(file: unknown, value: V): V | undefined => (file === undefined ? undefined : value);
  const [place, cidrs] = [guestsPlace(link.name), typeof written.addresses === "object" ? written.addresses.cidr : []];
  const nat = natOf(place, network.nat, cidrs);
  const isDelayOfNoUse = !stp && !system.setsDelayWithoutStp;
  return {
    ...common,
    forwardDelaySeconds: isDelayOfNoUse ? written.forwardDelaySeconds : forwardDelaySeconds,
    members: members.map((member): BridgePort => {
      const made = vlanOf(written, member);
      const bond = bondOf(written, member);
      const running = network.bonds.get(member)?.settings;
      if (bond !== undefined && running !== undefined) return asWritten(running, bond);
      return made !== undefined && isVlanLink(network, made) ? made : member;
    }),
    guests: members.filter((member) => isGuestLink(network, member) && !written.ports.includes(member)),
    addresses: [
      ...(written.inherits ? ["inherit" as const] : []),
      ...(written.addresses === undefined
        ? []
        : [typeof written.addresses === "object" ? onLink(link, written.addresses) : written.addresses]),
    ],
    dns: written.dns,
    helloTimeSeconds: set(written.helloTimeSeconds, times.helloTimeSeconds),
    maxAgeSeconds: set(written.maxAgeSeconds, times.maxAgeSeconds),
    ageingSeconds: set(written.ageingSeconds, times.ageingSeconds),
    priority: set(written.priority, times.priority),
    mtu: set(written.mtu, link.mtu),
    vlanFiltering,
    trunkVlans: carried(written.ports),
    nat,
    guestDhcp: guestDhcpOf(place, network.guestDhcp, { cidrs, isWayOut: nat !== false }),
    persistent: system.lastsUntilBoot !== true,
  };
}

/** Those of the static addresses that the link has. What it has besides is another program's (keepalived), and no drift. */
function onLink(link: Link, expected: Exclude<BridgeAddresses, string>): BridgeAddresses {
  // Without a cable most systems give none: nothing that an update could mend.
  return { ...expected, cidr: expected.cidr.filter((address) => !link.hasCarrier || link.addresses.includes(address)) };
}

/** The bridge as these saved inputs would have made it: what a preview plans from. Tolerates unknown values anywhere. */
export function asMade(inputs: BridgeInputs): SeenBridge {
  const { name, ports, addresses, gateway, dns, adopt } = inputs;
  return {
    name,
    members: Array.isArray(ports) ? inOrder(ports as readonly BridgePort[]) : [],
    guests: [],
    // None are only in what a refresh has found in words that nobody can read: the next update says them again.
    addresses: addresses === undefined ? [] : [addresses],
    dns,
    stp: inputs.stp,
    forwardDelaySeconds: inputs.forwardDelaySeconds,
    helloTimeSeconds: inputs.helloTimeSeconds,
    maxAgeSeconds: inputs.maxAgeSeconds,
    ageingSeconds: inputs.ageingSeconds,
    priority: inputs.priority,
    mtu: inputs.mtu,
    vlanFiltering: inputs.vlanFiltering,
    trunkVlans: inputs.trunkVlans,
    nat: inputs.nat,
    guestDhcp: inputs.guestDhcp === undefined ? undefined : { given: inputs.guestDhcp, isWhole: true },
    persistent: inputs.persistent,
    declared: { gateway, adopt },
  };
}
