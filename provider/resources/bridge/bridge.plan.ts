/** What has to be done for a bridge, as data. Pure. */
import { AT_REST_STEP, assertAtRest, awaitAtRest } from "../../host/network/at-rest";
import {
  type NetworkSwitch,
  applyNetwork,
  armRollback,
  confirmNetwork,
  keepOldNetwork,
  switchFiles,
} from "../../host/network/network-switch";
import { type NetworkFiles, giveBack, holdsBridge } from "../../host/network/take-over";
import { claimFolder, releaseFolder } from "../../host/owned-folder";
import { type Job, type Step, lines, sh } from "../../shell";
import { extraMembers } from "./bridge.drift";
import { changedFiles, isSameFiles, wishedFiles } from "./bridge.files";
import { type ObservedNetwork, bridgeFolder, bridgeLink, isGuestLink, membersOf } from "./bridge.observe";
import type { BridgeInputs } from "./bridge.schema";

export function bridgeObject(name: string): string {
  return `bridge/${name}`;
}

/** Brings the host's network from what it is to what is wished. Needs to be confirmed (`confirmJob`). */
export function switchJob(network: ObservedNetwork, inputs: BridgeInputs): Job {
  const change = switchTo(network, inputs, wishedFiles(network, inputs), false);
  return job(
    `make bridge ${inputs.name}`,
    inputs.name,
    [atRest(network, inputs.name), ...switchSteps(change, "applying")],
    switchFiles(change),
  );
}

/** Gives the ports their own lines back. */
export function removalJob(network: ObservedNetwork, inputs: BridgeInputs): Job {
  const change = switchTo(network, { ...inputs, ports: [] }, giveBack(network.files, inputs.name), true);
  const ports = [...new Set([...(inputs.ports ?? []), ...change.ports])];
  return job(
    `remove bridge ${inputs.name}`,
    inputs.name,
    [atRest(network, inputs.name), ...switchSteps({ ...change, ports }, "applying")],
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

/** Until no other bridge's change is under way. It holds no lock: they need it to be confirmed. */
export function awaitOthersJob(name: string): Job {
  const wait = step("await-others", "wait for the change of another bridge", awaitAtRest(name));
  return { ...job(`wait for the network before ${name}`, name, [wait]), sections: [] };
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
      atRest(network, name),
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
      live(
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

function atRest({ fingerprints }: ObservedNetwork, name: string): Step {
  return step(AT_REST_STEP, "see that the network is as it was looked at", assertAtRest(name, fingerprints));
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
    live("apply", "write the network's files and bring the links up anew", applyNetwork(change)),
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
