/** The jobs of a guest: steps in order, the files that travel with them, how long they may take. Pure. */
import type { Claim } from "../../host/claim";
import { type Job, type JobFile, type Step, sh } from "../../shell";
import type { Toolstack } from "../../toolstack";
import { seedFiles, writeSeedSteps } from "./domu.cloud-init";
import { finalConfig, installConfig } from "./domu.config";
import { guestFiles } from "./domu.files";
import { type Guest, powerStateOf } from "./domu.guest";
import {
  ANSWERS_FILE,
  INSTALL_FILE,
  filesBeside,
  installSteps,
  lookAtDiskStep,
  stop,
  timeoutMinutes,
} from "./domu.install";
import { IN_USE_FILE, WRITTEN_FILE, takesMore, wantedOf, writtenDisks } from "./domu.in-use";
import { isInstalled } from "./domu.life";
import { cancelObject, guestFolder, guestObject, guestShownAs } from "./domu.place";
import type { GuestChange } from "./domu.plan";
import type { DomUInputs } from "./domu.properties";
import {
  type Removal,
  SHUTDOWN_SECONDS,
  autostartStep,
  bootStep,
  claimStep,
  clearStep,
  doneStep,
  endStep,
  keepStep,
  proofStep,
  removeStep,
  renameStep,
  stopStep,
  takeOverStep,
} from "./domu.steps";
import { hasSnapshotBefore, snapshotBeforeFiles, snapshotProofStep, snapshotStep } from "./domu.snapshots";
import { vlanFiles } from "./domu.vlans";
import { WAIT_FILE, waitSeconds, waitStep, waitWanted } from "./domu.wait";

/** For whatever xl does around the waits that have a bound of their own. */
const SLACK_SECONDS = 900;

/** What a job knows of the guest's claim when it is made. */
export interface ClaimSeen {
  readonly seen: Claim | undefined;
  readonly renews: boolean;
  /** Saved state knows the guest. */
  readonly isKnown: boolean;
  /** What its files are called now: the claim's name. */
  readonly nameNow: string;
}

/** Brings the guest up from wherever it is: nothing yet, half installed. */
export function creationJob(on: Toolstack, inputs: DomUInputs, phase: string | undefined, claim: ClaimSeen): Job {
  const { name, install, waitFor, powerState } = inputs;
  const isInstall = install !== undefined && !isInstalled(phase);
  const runs = powerState !== "stopped";
  const steps = [
    ...(isInstall ? [lookAtDiskStep(inputs)] : []),
    claimStep(on, inputs, { ...claim, isUpdate: false, takesMore: true }),
    ...writeSeedSteps(inputs),
    ...(claim.nameNow === name ? [] : [renameStep(on, inputs, claim.nameNow, claim.nameNow)]),
    ...(isInstall ? installSteps(on, inputs, install) : []),
    ...(runs ? [bootStep(on, inputs)] : [stopStep(on, inputs, "")]),
    ...(runs && waitFor !== undefined ? [waitStep(on, inputs, waitFor)] : []),
    autostartStep(inputs),
    doneStep(inputs),
  ];
  return {
    object: guestObject(inputs.uuid),
    shownAs: guestShownAs(inputs.name),
    title: isInstall ? `install ${name}` : `create ${name}`,
    steps,
    files: [
      ...configFiles(on, inputs, claim.isKnown),
      ...seedFiles(inputs),
      ...(isInstall ? installFiles(on, inputs) : []),
    ],
    timeoutSeconds: (isInstall ? timeoutMinutes(install) * 60 : 0) + waitSeconds(waitFor) + SLACK_SECONDS,
  };
}

/** Makes an existing guest what is declared: the steps of its plan. */
export function updateJob(
  guest: Guest,
  changes: readonly GuestChange[],
  inputs: DomUInputs,
  { isUnfinished, ...claim }: ClaimSeen & { readonly isUnfinished: boolean },
): Job {
  const { nameNow } = claim;
  const { on } = guest;
  const called = guest.domain?.name ?? nameNow;
  // Its files', its domain's, or one of the two after a rename that was cut short, or somebody's.
  const isRenamed = nameNow !== inputs.name || called !== inputs.name;
  const made = changeSteps(guest, changes, inputs);
  const runs = inputs.powerState !== "stopped";
  const writesSeed = isUnfinished || changes.some(({ property }) => property === "cloudInit");
  const waits = isUnfinished || made.some(({ name }) => name === "boot");
  const stops = made.some(({ name }) => name === "stop");
  const takesSnapshots = made.some(({ name }) => name === "snapshot");
  const steps: Step[] = [
    // Before anything is written, let alone stopped.
    ...(stops && runs ? [proofStep(inputs)] : []),
    ...(takesSnapshots && stops ? [snapshotProofStep(inputs)] : []),
    claimStep(on, inputs, { ...claim, isUpdate: true, takesMore: takesMore(guest, changes, inputs) }),
    ...(writesSeed ? writeSeedSteps(inputs) : []),
    ...(guest.unbuilt === undefined ? [] : [clearStep(inputs)]),
    ...(isRenamed ? [renameStep(on, inputs, nameNow, called)] : []),
    ...(isUnfinished ? unserveSteps(inputs) : []),
    ...made,
    ...(runs && waits && inputs.waitFor !== undefined ? [waitStep(on, inputs, inputs.waitFor)] : []),
    autostartStep(inputs),
    doneStep(inputs),
  ];
  return {
    object: guestObject(inputs.uuid),
    shownAs: guestShownAs(inputs.name),
    title: `update ${inputs.name}`,
    steps,
    files: [
      ...configFiles(on, inputs, claim.isKnown),
      ...(writesSeed ? seedFiles(inputs) : []),
      ...(takesSnapshots ? snapshotBeforeFiles(inputs) : []),
    ],
    timeoutSeconds: waitSeconds(inputs.waitFor) + SHUTDOWN_SECONDS + SLACK_SECONDS,
  };
}

function changeSteps(guest: Guest, changes: readonly GuestChange[], inputs: DomUInputs): Step[] {
  const { on } = guest;
  const state = powerStateOf(guest);
  if (inputs.powerState === "stopped") return state === "stopped" ? [] : [stopStep(on, inputs, "")];
  const snapshots = hasSnapshotBefore(inputs, "restart") ? [snapshotStep(inputs)] : [];
  if (state === "stopped") return [...snapshots, bootStep(on, inputs)];
  const restarts = changes.filter(({ effect }) => effect === "restart").map(({ property }) => property);
  if (restarts.length > 0) {
    return [stopStep(on, inputs, [...new Set(restarts)].join(", ")), ...snapshots, bootStep(on, inputs)];
  }
  const live = changes.flatMap(({ steps = [] }) => steps.map((make) => make(on, inputs)));
  // Whatever was written into its file besides stands in the record too: a new name, another spelling of the same.
  return [...live, keepStep(inputs)];
}

/** The claim alone, with a new id: the guest is taken over as it is, after its state was lost. */
export function takeOverJob(on: Toolstack, inputs: DomUInputs, claim: ClaimSeen): Job {
  return {
    object: guestObject(inputs.uuid),
    shownAs: guestShownAs(inputs.name),
    title: `take ${inputs.name} over as it is`,
    steps: [takeOverStep(inputs, claim.seen, claim.nameNow)],
    files: guestFiles(on, inputs),
  };
}

export function removalJob(inputs: DomUInputs, guest: Guest, claimId: string | undefined): Job {
  const removal: Removal = { claimId, nameNow: guest.name ?? inputs.name };
  const takesSnapshots = hasSnapshotBefore(inputs, "replace");
  return {
    object: guestObject(inputs.uuid),
    shownAs: guestShownAs(inputs.name),
    title: `remove ${removal.nameNow}`,
    steps: [
      ...(takesSnapshots ? [snapshotProofStep(inputs)] : []),
      ...[guest.domain ?? guest.unbuilt].flatMap((left) =>
        left === undefined ? [] : [endStep(guest.on, inputs, removal, left.name)],
      ),
      ...unserveSteps(inputs),
      ...(takesSnapshots ? [snapshotStep(inputs)] : []),
      removeStep(inputs, removal),
    ],
    files: [...guestFiles(guest.on, inputs), ...(takesSnapshots ? snapshotBeforeFiles(inputs) : [])],
    timeoutSeconds: SHUTDOWN_SECONDS + SLACK_SECONDS,
  };
}

/** A job that was cut short may have left the server running. */
function unserveSteps({ name, install }: DomUInputs): Step[] {
  if (install?.media.serve === undefined) return [];
  return [
    {
      name: "end-serving",
      title: "end serving the installation",
      effect: "none",
      script: sh`${stop({ name }, install)}
`,
    },
  ];
}

/** Tells the job of an install that still runs to give up: under a lock of its own, so that it need not wait. */
export function cancelJob({ name, uuid }: DomUInputs): Job {
  return {
    object: cancelObject(uuid),
    shownAs: guestShownAs(name),
    title: `give up installing ${name}`,
    steps: [
      {
        name: "cancel",
        title: `tell the install of ${name} to give up`,
        effect: "none",
        script: sh`if [ -d ${guestFolder(uuid)} ]; then : >${`${guestFolder(uuid)}/cancel`}; fi
`,
      },
    ],
  };
}

function configFiles(on: Toolstack, inputs: DomUInputs, isKnown: boolean): JobFile[] {
  const { waitFor } = inputs;
  return [
    ...guestFiles(on, inputs),
    ...vlanFiles(inputs),
    { name: "final.cfg", content: on.writeConfig(finalConfig(inputs)) },
    { name: IN_USE_FILE, content: JSON.stringify(wantedOf(inputs, { isKnown })) },
    { name: WRITTEN_FILE, content: writtenDisks(inputs) },
    ...(waitFor === undefined ? [] : [{ name: WAIT_FILE, content: JSON.stringify(waitWanted(inputs, waitFor)) }]),
  ];
}

function installFiles(on: Toolstack, inputs: DomUInputs): JobFile[] {
  const { install } = inputs;
  return [
    { name: INSTALL_FILE, content: on.writeConfig(installConfig(on, inputs)) },
    ...(install?.answers === undefined ? [] : [{ name: ANSWERS_FILE, content: install.answers.content }]),
    ...(install === undefined ? [] : filesBeside(install).map(({ file, content }) => ({ name: file, content }))),
  ];
}
