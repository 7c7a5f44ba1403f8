/** What has to be done for a bridge, as data. Pure. */
import { expectAsNow, firstBootIsOver } from "../../host/network/first-boot";
import { AT_REST_STEP, assertAtRest, awaitAtRest } from "../../host/network/at-rest";
import {
  type NetworkSwitch,
  applyNetwork,
  armRollback,
  confirmNetwork,
  keepOldNetwork,
  switchFiles,
  travelling,
  writeFiles,
} from "../../host/network/network-switch";
import { type Claim, takeClaim } from "../../host/claim";
import { type NetworkFiles, changedFiles } from "../../host/network/network-files";
import { bondOf, bondedIn } from "../../host/network/bonds";
import { vlanName, vlanOf } from "../../host/network/desired-bridge";
import { removeGuestDhcp, setGuestDhcp } from "../../host/network/guest-dhcp";
import { removeNat, setNat } from "../../host/network/nat";
import { keepHost, setTrunk, withVlanFunctions } from "../../host/network/vlan-functions";
import { releaseFolder } from "../../host/owned-folder";
import { type Job, type ShellText, type Step, lines, sh } from "../../shell";
import { hasKind } from "../finding";
import { runTimeFunctions } from "../../host/network/run-time/run-time";
import { changesOfFiles, desiredFiles, isSameFiles, marked } from "./bridge.files";
import type { BridgePlan } from "./bridge.findings";
import {
  type ObservedNetwork,
  asItStands,
  bridgeFolder,
  bridgeLink,
  isGuestLink,
  guestsPlace,
  membersOf,
  writtenBridge,
} from "./bridge.observe";
import { bondsIn, portNames, vlansIn } from "./bridge.ports";
import type { BridgeInputs } from "./bridge.properties";
import { bridgeWarnings } from "./bridge.warnings";

/** How a job claims the bridge: the owner, and whether the claim gets a new id. */
export interface Claiming {
  readonly owner: string;
  readonly renews: boolean;
}

export function bridgeObject(name: string): string {
  return `bridge/${name}`;
}

/** Brings the host's network from what it is to what is desired. Needs to be confirmed (`confirmJob`). */
export function switchJob(network: ObservedNetwork, inputs: BridgeInputs, claiming: Claiming): Job {
  const change = switchTo(network, inputs, changesOfFiles(network, inputs), false);
  return job(
    `make bridge ${inputs.name}`,
    inputs.name,
    [
      atRest(network, inputs.name, change.bonds.made),
      ...warningStep(bridgeWarnings(network, inputs)),
      claim(network, inputs.name, claiming),
      // What ends, ends before the links change; what begins, begins once they stay (confirmJob).
      ...switchSteps(change, guestSteps(network, inputs).ends),
    ],
    switchFiles(change),
  );
}

/** Gives the ports their own lines back. */
export function removalJob(network: ObservedNetwork, inputs: BridgeInputs, claiming: Claiming): Job {
  const change = switchTo(
    network,
    { ...inputs, ports: [] },
    marked(network.system, changedFiles(network.files, network.system.withoutBridge(network.files, inputs.name))),
    true,
  );
  const ports = [...new Set([...portNames(inputs.ports), ...change.ports])];
  return job(
    `remove bridge ${inputs.name}`,
    inputs.name,
    [
      atRest(network, inputs.name),
      claim(network, inputs.name, claiming),
      ...switchSteps({ ...change, ports }, guestSteps(network, { name: inputs.name }).ends),
    ],
    switchFiles({ ...change, ports }),
  );
}

/** Over a fresh connection: the new network stays. `phase` absent: nothing of the bridge is left. */
export function confirmJob(name: string, phase: "ready" | undefined, begins: readonly Step[] = []): Job {
  const folder = bridgeFolder(name);
  return job(`confirm the network of ${name}`, name, [
    step("confirm", "the new network stays", confirmNetwork(folder, name)),
    ...begins,
    phase === undefined
      ? step("forget", "release the claim on the bridge", releaseFolder("bridge", name))
      : notePhase(name, phase),
  ]);
}

/** Until no other bridge's change is under way. It holds no lock: they need it to be confirmed. */
export function awaitOthersJob(name: string): Job {
  const wait = step("await-others", "wait for the change of another bridge", awaitAtRest(name));
  return { ...job(`wait for the network before ${name}`, name, [wait]), sections: [] };
}

/** Where only the bridge's own settings differ: no link goes down. */
export function settingsJob(network: ObservedNetwork, inputs: BridgeInputs, claiming: Claiming): Job {
  const { name, mtu } = inputs;
  const guests = guestSteps(network, inputs);
  const ports = portNames(inputs.ports);
  const changed = changedFiles(network.files, desiredFiles(network, inputs));
  const { helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority, stp = false, forwardDelaySeconds = 0 } = inputs;
  // Where it is no longer declared the ports get their own back, which the bridge follows.
  const mtus = [
    ...mtusOf(network, inputs, ports, false).map(({ port, after }) => [port, after] as const),
    ...(mtu === undefined ? [] : [[name, mtu] as const]),
  ];
  const set = (key: string, value: number): ShellText => setBridge(name, key, value);
  const inHundredths = (key: string, seconds: number): ShellText => set(key, Math.round(seconds * 100));
  return job(
    `set up bridge ${name}`,
    name,
    [
      atRest(network, name),
      claim(network, name, claiming),
      step("write-network-files", "write the bridge's settings", writeFiles(changed, network.system)),
      live(
        "set-bridge",
        "set the running bridge",
        lines([
          ...(stp ? [] : [set("stp_state", 0)]),
          inHundredths("forward_delay", forwardDelaySeconds),
          ...(stp ? [set("stp_state", 1)] : []),
          ...(helloTimeSeconds === undefined ? [] : [inHundredths("hello_time", helloTimeSeconds)]),
          ...(maxAgeSeconds === undefined ? [] : [inHundredths("max_age", maxAgeSeconds)]),
          ...(ageingSeconds === undefined ? [] : [inHundredths("ageing_time", ageingSeconds)]),
          ...(priority === undefined ? [] : [set("priority", priority)]),
          ...mtus.map(([link, size]) => sh`ip link set dev ${link} mtu ${size}`),
        ]),
      ),
      ...vlanSteps(network, inputs),
      ...guests.ends,
      ...guests.begins,
      step("expect-at-boot", "note what the next boot is to bring up", expectAsNow(name, bridgeFolder(name))),
      notePhase(name, "ready"),
    ],
    travelling(changed),
  );
}

/** Of a running bridge that filters VLANs; one that is made has them from its files. */
function vlanSteps(network: ObservedNetwork, { name, ports, vlanFiltering, trunkVlans = [] }: BridgeInputs): Step[] {
  if (vlanFiltering !== true || bridgeLink(network, name)?.bridgeSettings?.vlanFiltering !== true) return [];
  const trunks = portNames(ports).map((port) => setTrunk(port, trunkVlans));
  return [
    live("set-vlans", `set the VLANs that ports of ${name} carry`, withVlanFunctions([keepHost(name), ...trunks])),
  ];
}

/** What the host is to do for guests once the network stays. */
export function beginningSteps(network: ObservedNetwork, inputs: BridgeInputs): readonly Step[] {
  return guestSteps(network, inputs).begins;
}

/** By ip, or where that knows no bridges (EL 6's) by the kernel's own file. */
function setBridge(name: string, key: string, value: number): ShellText {
  const file = `/sys/class/net/${name}/bridge/${key}`;
  return sh`ip link set dev ${name} type bridge ${key} ${value} || echo ${value} >${file}`;
}

/** A bridge that was there before us is claimed; its files stay as they are. */
export function adoptionJob(network: ObservedNetwork, name: string, claiming: Claiming): Job {
  return job(`adopt bridge ${name}`, name, [
    claim(network, name, claiming),
    step("note-adopted", "record that the bridge was there before", sh`: >${`${bridgeFolder(name)}/adopted`}`),
    notePhase(name, "ready"),
  ]);
}

/** Where nothing but the claim is to be changed: another owner's name, a new id. */
export function claimJob(network: ObservedNetwork, name: string, claiming: Claiming): Job {
  return job(`claim bridge ${name}`, name, [claim(network, name, claiming)]);
}

/** Leaves the bridge as it is, where the claim is still the one that was seen. */
export function releaseJob(network: ObservedNetwork, name: string, claiming: Claiming): Job {
  return job(`leave bridge ${name} as it is`, name, [
    claim(network, name, claiming),
    ...(network.isAdopted ? [] : guestSteps(network, { name }).ends),
    step(
      "forget",
      "release the claim on the bridge",
      lines([firstBootIsOver(name, bridgeFolder(name)), releaseFolder("bridge", name)]),
    ),
  ]);
}

/** Is all that is to be done what a running bridge takes without going down? */
export function needsOnlySettings(network: ObservedNetwork, inputs: BridgeInputs, plan: BridgePlan): boolean {
  if (
    network.stands !== undefined ||
    !network.system.holdsBridge(network.files, inputs.name) ||
    bridgeLink(network, inputs.name) === undefined
  )
    return false;
  const isSet = plan.changes.every(({ steps = [] }) => !steps.includes("relink"));
  if (!isSet || hasKind(plan.findings, "down", "address-missing")) return false;
  const stripped = (files: NetworkFiles): NetworkFiles =>
    new Map([...files].map(([path, text]) => [path, network.system.withoutSettings(text)] as const));
  return isSameFiles(network.system, stripped(network.files), stripped(desiredFiles(network, inputs)));
}

function switchTo(
  network: ObservedNetwork,
  inputs: BridgeInputs,
  files: NetworkSwitch["files"],
  isRemoval: boolean,
): NetworkSwitch {
  const { name } = inputs;
  const { stands, system } = network;
  // Of one that moves into files, or out of them, the files' own system takes the links down and up.
  const own = stands !== undefined && system.lastsUntilBoot === true ? stands : network;
  const after = new Map(own.files);
  for (const { path, content } of files) {
    if (content === undefined) after.delete(path);
    else if (own.system.owns(path)) after.set(path, content);
  }
  const ports = portNames(inputs.ports);
  const before = membersOf(network, name).filter((member) => !isGuestLink(network, member));
  const written = writtenBridge(network, name);
  const had = (written?.vlans ?? []).map(vlanName);
  const gets = vlansIn(inputs.ports).map(vlanName);
  const bonds = bondsIn(inputs.ports);
  const hadBonds = written?.bonds ?? [];
  // A bond before its cards: one that is there lets go of them.
  const cards = bondedIn({ bonds });
  const all = [...new Set([...ports, ...before, ...cards, ...bondedIn({ bonds: hadBonds })])];
  return {
    bridge: name,
    ports: all,
    newPorts: ports,
    vlans: {
      made: gets.filter((vlan) => !had.includes(vlan)),
      gone: had.filter((vlan) => !gets.includes(vlan)),
    },
    bonds: {
      all: [...new Set([...bonds, ...hadBonds].map(({ bond }) => bond))],
      cards: bonds.flatMap(({ bond, of }) => of.map((card) => `${bond}/${card}`)),
      made: bonds.map(({ bond }) => bond).filter((bond) => !hadBonds.some((own) => own.bond === bond)),
    },
    // Cards in a bond follow it, and get their own back when it goes.
    mtus: mtusOf(
      network,
      inputs,
      [...new Set([...ports, ...before.filter((link) => !cards.includes(link))])],
      isRemoval,
    ),
    aliases: [...new Set([own.files, after].flatMap((each) => own.system.aliasesOf(each, [name, ...all])))],
    system: own.system,
    ...(stands === undefined ? {} : { runTime: runTimeFunctions }),
    files,
    fixedAddresses: own.system.addressesIn(after, name).fixed,
    folder: bridgeFolder(name),
    guestsAtBoot: asItStands(network).system.lastsUntilBoot !== true,
    isRemoval,
    isForBoot: !isRemoval && system.lastsUntilBoot !== true,
  };
}

/** Only where the bridge had or gets one of its own. */
function mtusOf(
  network: ObservedNetwork,
  { name, ports: declared, mtu }: BridgeInputs,
  links: readonly string[],
  isRemoval: boolean,
): NetworkSwitch["mtus"] {
  const wanted = isRemoval ? undefined : mtu;
  if (wanted === undefined && writtenBridge(network, name)?.mtu === undefined) return [];
  const ports = portNames(declared);
  const mtuOf = (name: string): number | undefined => network.links.find((link) => link.name === name)?.mtu;
  return links.map((port) => {
    // A VLAN that is made has that of its card, and a bond those of its cards.
    const ground = vlanOf({ vlans: vlansIn(declared) }, port)?.on;
    const cards = bondOf({ bonds: bondsIn(declared) }, port)?.of ?? [port];
    const own =
      (ground === undefined ? undefined : mtuOf(ground)) ??
      Math.min(...cards.map((card) => network.system.ownMtu(network, card, name)));
    const before = mtuOf(port) ?? own;
    return { port, before, after: ports.includes(port) ? (wanted ?? own) : own };
  });
}

/** What the host does for guests on the bridge: what it is to do no more, and what it is to do. */
function guestSteps(
  { nat: seenNat, guestDhcp: seenDhcp }: ObservedNetwork,
  {
    name,
    nat,
    guestDhcp,
    addresses,
    persistent,
  }: Pick<BridgeInputs, "name" | "nat" | "guestDhcp" | "addresses" | "persistent">,
): { readonly ends: readonly Step[]; readonly begins: readonly Step[] } {
  const place = guestsPlace(name);
  const cidrs = typeof addresses === "object" ? addresses.cidr : [];
  const isWayOut = nat === true;
  const isForBoot = persistent !== false;
  const hasWayOut = seenNat.program !== undefined || seenNat.table !== undefined;
  const hasDhcp = seenDhcp.config !== undefined || seenDhcp.runs;
  return {
    ends: [
      ...(!isWayOut && hasWayOut
        ? [live("remove-nat", `end the way to the outside of guests on ${name}`, removeNat(place))]
        : []),
      ...(guestDhcp === undefined && hasDhcp
        ? [live("remove-guest-dhcp", `give guests on ${name} no more addresses`, removeGuestDhcp(place))]
        : []),
    ],
    begins: [
      ...(isWayOut
        ? [
            live(
              "set-nat",
              `let guests on ${name} reach the outside by the host's addresses`,
              setNat(place, cidrs, { isForBoot }),
            ),
          ]
        : []),
      ...(guestDhcp === undefined
        ? []
        : [
            live(
              "set-guest-dhcp",
              `give guests on ${name} addresses from ${guestDhcp.from} to ${guestDhcp.to}`,
              setGuestDhcp(place, guestDhcp, { cidrs, isWayOut }, { isForBoot }),
            ),
          ]),
    ],
  };
}

/** `made`: links of these names are somebody else's, by now. */
function atRest({ files, stands, fingerprints }: ObservedNetwork, name: string, made: readonly string[] = []): Step {
  const own = new Map([...fingerprints].filter(([path]) => files.has(path) || stands?.files.has(path) === true));
  return step(
    AT_REST_STEP,
    "check that the network is unchanged since it was read",
    lines([
      assertAtRest(name, own),
      ...made.map((bond) => sh`[ ! -e ${`/sys/class/net/${bond}`} ] || die ${bond} "is there by now"`),
    ]),
  );
}

/** The first effect of every job: it stops where somebody else has claimed the bridge since it was observed. */
function claim(
  { claim: seen }: { readonly claim: Claim | undefined },
  name: string,
  { owner, renews }: Claiming,
): Step {
  return step(
    "claim",
    `claim the bridge for ${owner}`,
    takeClaim({ folder: bridgeFolder(name), owner, of: name, seen, renews }),
  );
}

/** Said in the job's own words, before anything is touched. */
function warningStep(warnings: readonly string[]): Step[] {
  if (warnings.length === 0) return [];
  return [
    step("warn", "tell what may cut guests off", lines(warnings.map((sentence) => sh`echo ${`warning: ${sentence}`}`))),
  ];
}

function notePhase(name: string, phase: "applying" | "ready"): Step {
  return step("note-phase", `note: ${phase}`, sh`printf '%s\n' ${phase} >${`${bridgeFolder(name)}/phase`}`);
}

/** `ends`: what the rollback begins again. */
function switchSteps(change: NetworkSwitch, ends: readonly Step[]): Step[] {
  return [
    { ...notePhase(change.bridge, "applying"), name: "note-beginning" },
    step("keep-old-network", "keep the network's files as they are", keepOldNetwork(change)),
    step("arm-rollback", "arm the way back to the old network", armRollback(change)),
    ...ends,
    live("apply", "write the network's files and bring the links down and up", applyNetwork(change)),
  ];
}

function step(name: string, title: string, script: Step["script"]): Step {
  return { name, title, effect: "none", script };
}

function live(name: string, title: string, script: Step["script"]): Step {
  return { name, title, effect: "live", script };
}

function job(title: string, name: string, steps: readonly Step[], files: Job["files"] = []): Job {
  return { object: bridgeObject(name), title, steps, sections: ["network"], files, timeoutSeconds: 600 };
}
