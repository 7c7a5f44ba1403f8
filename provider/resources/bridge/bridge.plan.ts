/** What has to be done for a bridge, as data. Pure. */
import {
  type NetworkSwitch,
  applyNetwork,
  armRollback,
  confirmNetwork,
  keepOldNetwork,
  switchFiles,
} from "../../host/network/network-switch";
import { configuredAddresses } from "../../host/network/interfaces-file";
import { type NetworkFiles, giveBack, holdsBridge, takeOver, takeOverFaults } from "../../host/network/take-over";
import { claimFolder, releaseFolder } from "../../host/owned-folder";
import { type Job, type Step, lines, sh } from "../../shell";
import { bridgeWishes } from "./bridge.changes";
import { type ObservedNetwork, bridgeFolder, bridgeLink, isGuestLink, membersOf } from "./bridge.observe";
import type { BridgeInputs } from "./bridge.schema";

export function bridgeObject(name: string): string {
  return `bridge/${name}`;
}

/** The address that the bridge is fixed to: its first port's. */
function macAddressFor(network: ObservedNetwork, inputs: BridgeInputs): string | undefined {
  const first = inputs.ports?.[0];
  return network.links.find(({ name }) => name === first)?.macAddress;
}

/** The files as they should be, from those that are there. */
export function wishedFiles(network: ObservedNetwork, inputs: BridgeInputs): NetworkFiles {
  return takeOver(giveBack(network.files, inputs.name), bridgeWishes(inputs, macAddressFor(network, inputs)));
}

/** Whole sentences: what forbids this bridge on this host. Nothing has been touched. */
export function bridgePreflight(network: ObservedNetwork, inputs: BridgeInputs): string[] {
  const { name, ports = [], dns = [] } = inputs;
  const faults: string[] = [];
  const when = (condition: boolean, text: string): void => {
    if (condition) faults.push(text);
  };
  when(!network.isRoot, "We are not root on it. Log in as root, or set connection.sudo.");
  when(
    network.others.length > 0,
    `${network.others.join(" and ")} runs its network; only ifupdown is supported. Move the network to /etc/network/interfaces and disable ${network.others.join(" and ")}.`,
  );
  when(
    !network.hasIfupdown,
    "ifupdown (ifup, ifquery) is not installed, and no other network system is supported. Install ifupdown.",
  );
  when(
    !network.hasBridgeUtils,
    "bridge-utils, whose hooks make ifupdown's bridges, is not installed. Install it (a XenHost does).",
  );
  when(
    dns.length > 0 && !network.hasResolvconf,
    "dns needs the package resolvconf, which is not installed. Install it, or leave dns out.",
  );
  for (const port of ports) {
    const link = network.links.find((candidate) => candidate.name === port);
    if (link === undefined) {
      const known = network.links
        .map((candidate) => candidate.name)
        .filter((candidate) => candidate !== "lo" && !isGuestLink(candidate));
      faults.push(`It has no link ${port}; there are ${known.join(", ")}.`);
    } else
      when(link.bridge !== undefined && link.bridge !== name, `${port} is a port of ${link.bridge ?? ""} already.`);
  }
  const same = network.links.find((link) => link.name === name);
  when(
    same !== undefined && same.bridgeSettings === undefined,
    `${name} is there and is not a bridge. Choose another name.`,
  );
  if (faults.length > 0) return faults;
  return takeOverFaults(giveBack(network.files, name), bridgeWishes(inputs, undefined));
}

/** Clauses: all in which the host is not as wished. */
export function bridgeDifferences(network: ObservedNetwork, inputs: BridgeInputs): string[] {
  const { name, ports = [], addresses = "none", mtu } = inputs;
  const link = bridgeLink(network, name);
  if (link?.bridgeSettings === undefined) return [`there is no bridge ${name}`];
  const settings = link.bridgeSettings;
  const members = membersOf(network, name);
  const expected = configuredAddresses(network.isAdopted ? network.files : wishedFiles(network, inputs), name);
  const differs = <T>(what: string, is: T, wish: T | undefined): string[] =>
    wish === undefined || is === wish ? [] : [`${what} is ${String(is)}, not ${String(wish)}`];
  return [
    ...(link.isUp ? [] : [`${name} is down`]),
    ...ports.filter((port) => !members.includes(port)).map((port) => `${port} is not a port of it`),
    ...extraMembers(network, inputs).map((port) => `${port} is a port of it`),
    ...expected.fixed.filter((address) => !link.addresses.includes(address)).map((address) => `it lacks ${address}`),
    ...(typeof addresses === "object"
      ? link.ownAddresses.filter((address) => !addresses.cidr.includes(address)).map((address) => `it has ${address}`)
      : []),
    ...(expected.isLeased && link.addresses.length === 0 ? ["it lacks an address"] : []),
    ...differs("stp", settings.stp, inputs.stp),
    ...differs("forwardDelaySeconds", settings.forwardDelaySeconds, inputs.forwardDelaySeconds),
    ...differs("helloTimeSeconds", settings.helloTimeSeconds, inputs.helloTimeSeconds),
    ...differs("ageingSeconds", settings.ageingSeconds, inputs.ageingSeconds),
    ...differs("priority", settings.priority, inputs.priority),
    ...differs("mtu", link.mtu, mtu),
  ];
}

/** Members that are neither wished nor a guest's. */
export function extraMembers(network: ObservedNetwork, inputs: BridgeInputs): string[] {
  return membersOf(network, inputs.name).filter(
    (member) => !isGuestLink(member) && !(inputs.ports ?? []).includes(member),
  );
}

export function filesDiffer(network: ObservedNetwork, inputs: BridgeInputs): boolean {
  return !isSameFiles(network.files, wishedFiles(network, inputs));
}

/** Brings the host's network from what it is to what is wished. Needs to be confirmed (`confirmJob`). */
export function switchJob(network: ObservedNetwork, inputs: BridgeInputs): Job {
  const change = switchTo(network, inputs, wishedFiles(network, inputs), false);
  return job(`make bridge ${inputs.name}`, inputs.name, switchSteps(change, "applying"), switchFiles(change));
}

/** Gives the ports their own lines back. */
export function removalJob(network: ObservedNetwork, inputs: BridgeInputs): Job {
  const change = switchTo(network, { ...inputs, ports: [] }, giveBack(network.files, inputs.name), true);
  const ports = [...new Set([...(inputs.ports ?? []), ...change.ports])];
  return job(
    `remove bridge ${inputs.name}`,
    inputs.name,
    switchSteps({ ...change, ports }, "applying"),
    switchFiles({ ...change, ports }),
  );
}

/** Over a fresh connection: the new network stays. `phase` absent: nothing of the bridge is left. */
export function confirmJob(name: string, phase: "ready" | undefined): Job {
  const folder = bridgeFolder(name);
  return job(`confirm the network of ${name}`, name, [
    step("confirm", "the new network stays", confirmNetwork(folder, name)),
    phase === undefined
      ? step("forget", "remove our notes about the bridge", releaseFolder("bridge", name))
      : step("note-phase", `note: ${phase}`, sh`printf '%s\n' ${phase} >${`${folder}/phase`}`),
  ]);
}

/** Where only the bridge's own settings differ: no link goes down. */
export function settingsJob(network: ObservedNetwork, inputs: BridgeInputs): Job {
  const { name, ports = [], mtu } = inputs;
  const changed = changedFiles(network.files, wishedFiles(network, inputs));
  const { helloTimeSeconds, ageingSeconds, priority, stp = false, forwardDelaySeconds = 0 } = inputs;
  const set = (key: string, seconds: number): ReturnType<typeof sh> =>
    sh`ip link set dev ${name} type bridge ${key} ${Math.round(seconds * 100)}`;
  return job(
    `set up bridge ${name}`,
    name,
    [
      step(
        "write-network-files",
        "write the bridge's settings",
        lines([
          claimFolder("bridge", name, name),
          ...changed.map(({ path, content }, at) =>
            content === undefined ? sh`rm -f ${path}` : sh`install_file "$JOB_FILES"/${`network-${at}`} ${path} 0644`,
          ),
        ]),
      ),
      step(
        "set-bridge",
        "set the running bridge",
        lines([
          ...(stp ? [] : [sh`ip link set dev ${name} type bridge stp_state 0`]),
          set("forward_delay", forwardDelaySeconds),
          ...(stp ? [sh`ip link set dev ${name} type bridge stp_state 1`] : []),
          ...(helloTimeSeconds === undefined ? [] : [set("hello_time", helloTimeSeconds)]),
          ...(ageingSeconds === undefined ? [] : [set("ageing_time", ageingSeconds)]),
          ...(priority === undefined ? [] : [sh`ip link set dev ${name} type bridge priority ${priority}`]),
          ...(mtu === undefined ? [] : [...ports, name].map((link) => sh`ip link set dev ${link} mtu ${mtu}`)),
        ]),
      ),
      step("note-phase", "note: ready", sh`printf 'ready\n' >${`${bridgeFolder(name)}/phase`}`),
    ],
    changed.flatMap(({ content }, at) => (content === undefined ? [] : [{ name: `network-${at}`, content }])),
  );
}

/** A bridge that was there before us becomes ours in name; its files stay as they are. */
export function adoptionJob(name: string): Job {
  return job(`adopt bridge ${name}`, name, [
    step(
      "adopt",
      "note that the bridge is looked after",
      sh`${claimFolder("bridge", name, name)}
: >${`${bridgeFolder(name)}/adopted`}
printf 'ready\n' >${`${bridgeFolder(name)}/phase`}`,
    ),
  ]);
}

export function releaseJob(name: string): Job {
  return job(`leave bridge ${name} as it is`, name, [
    step("forget", "remove our notes about the bridge", releaseFolder("bridge", name)),
  ]);
}

/** Do only those settings differ that a running bridge takes without going down? */
export function needsOnlySettings(network: ObservedNetwork, inputs: BridgeInputs): boolean {
  if (!holdsBridge(network.files, inputs.name) || bridgeLink(network, inputs.name) === undefined) return false;
  const members = membersOf(network, inputs.name);
  const arePorts =
    (inputs.ports ?? []).every((port) => members.includes(port)) && extraMembers(network, inputs).length === 0;
  const stripped = (files: NetworkFiles): NetworkFiles =>
    new Map(
      [...files].map(
        ([path, text]) =>
          [
            path,
            text
              .split("\n")
              .filter((line) => !SETTING.test(line))
              .join("\n"),
          ] as const,
      ),
    );
  return arePorts && isSameFiles(stripped(network.files), stripped(wishedFiles(network, inputs)));
}

const SETTING = /^\s*(bridge_(stp|fd|hello|ageing|bridgeprio)\s|post-up ip link set dev \S+ mtu )/;

function switchTo(
  network: ObservedNetwork,
  inputs: BridgeInputs,
  files: NetworkFiles,
  isRemoval: boolean,
): NetworkSwitch {
  const { name, ports = [] } = inputs;
  const before = membersOf(network, name).filter((member) => !isGuestLink(member));
  return {
    bridge: name,
    ports: [...new Set([...ports, ...before])],
    newPorts: ports,
    files: changedFiles(network.files, files),
    folder: bridgeFolder(name),
    isRemoval,
  };
}

function changedFiles(before: NetworkFiles, after: NetworkFiles): { path: string; content: string | undefined }[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({ path, content: after.get(path) }));
}

function isSameFiles(a: NetworkFiles, b: NetworkFiles): boolean {
  return changedFiles(a, b).length === 0;
}

function switchSteps(change: NetworkSwitch, phase: string): Step[] {
  return [
    step(
      "claim",
      "note that the bridge is ours",
      sh`${claimFolder("bridge", change.bridge, change.bridge)}
printf '%s\n' ${phase} >${`${change.folder}/phase`}`,
    ),
    step("keep-old-network", "keep the network's files as they are", keepOldNetwork(change)),
    step("arm-rollback", "arm the way back to the old network", armRollback(change)),
    { ...step("apply", "write the network's files and bring the links up anew", applyNetwork(change)), effect: "live" },
  ];
}

function step(name: string, title: string, script: Step["script"]): Step {
  return { name, title, effect: "none", script };
}

function job(title: string, name: string, steps: readonly Step[], files: Job["files"] = []): Job {
  return { object: bridgeObject(name), title, steps, sections: ["network"], files, timeoutSeconds: 600 };
}
