/** The jobs of a guest: steps in order, the files that travel with them, how long they may take. Pure. */
import { type Job, type JobFile, type Step, sh } from "../../shell";
import { renderDomainConfig } from "../../xen";
import { finalConfig, installConfig } from "./domu.config";
import { GUEST_FILE, guestScript } from "./domu.functions";
import { ANSWERS_FILE, INSTALL_FILE, installSteps, stop, timeoutMinutes } from "./domu.install";
import { type ObservedDomU, ownDomain } from "./domu.observe";
import { guestFolder, guestObject, isInstalled } from "./domu.place";
import type { DomUInputs } from "./domu.schema";
import {
  SHUTDOWN_SECONDS,
  autostartStep,
  bootStep,
  claimStep,
  doneStep,
  removeStep,
  renameStep,
  stopStep,
} from "./domu.steps";
import { updateSteps } from "./domu.update";
import { waitSeconds, waitStep } from "./domu.wait";

/** For whatever xl does around the waits that have a bound of their own. */
const SLACK_SECONDS = 900;

/** Brings the guest up from wherever it is: nothing yet, half installed, installed and not booted. */
export function creationJob(inputs: DomUInputs, phase: string | undefined): Job {
  const { name, install, waitFor, powerState } = inputs;
  const isInstall = install !== undefined && !isInstalled(phase);
  const runs = powerState !== "stopped";
  const steps = [
    claimStep(inputs, { isUpdate: false }),
    ...(isInstall ? installSteps(inputs, install) : []),
    ...(runs ? [bootStep(inputs)] : [stopStep(inputs, "as declared")]),
    ...(runs && waitFor !== undefined ? [waitStep(inputs, waitFor)] : []),
    autostartStep(inputs),
    doneStep(inputs),
  ];
  return {
    object: guestObject(name),
    title: isInstall ? `install ${name}` : `create ${name}`,
    steps,
    files: [...configFiles(inputs), ...(isInstall ? installFiles(inputs) : [])],
    timeoutSeconds: (isInstall ? timeoutMinutes(install) * 60 : 0) + waitSeconds(waitFor) + SLACK_SECONDS,
  };
}

/** Makes an existing guest what is declared. */
export function updateJob(
  observed: ObservedDomU,
  olds: DomUInputs,
  news: DomUInputs,
  { isUnfinished }: { isUnfinished: boolean },
): Job {
  const changes = updateSteps(observed, olds, news);
  const isRenamed = olds.name !== news.name;
  const waits = isUnfinished || changes.some(({ name }) => name === "boot");
  const runs = news.powerState !== "stopped";
  const steps: Step[] = [
    ...(isRenamed ? renameSteps(observed, olds, news) : []),
    claimStep(news, { isUpdate: true }),
    ...(isUnfinished ? unserveSteps(news) : []),
    // A rename has shut it down already.
    ...changes.filter(({ name }) => !isRenamed || name !== "stop"),
    ...(runs && waits && news.waitFor !== undefined ? [waitStep(news, news.waitFor)] : []),
    autostartStep(news),
    doneStep(news),
  ];
  return {
    object: guestObject(news.name),
    title: `update ${news.name}`,
    steps,
    files: configFiles(news),
    timeoutSeconds: waitSeconds(news.waitFor) + SHUTDOWN_SECONDS + SLACK_SECONDS,
  };
}

function renameSteps(observed: ObservedDomU, olds: DomUInputs, news: DomUInputs): Step[] {
  const domain = ownDomain(observed, olds);
  return [...(domain === undefined ? [] : [stopStep(olds, "for its name")]), renameStep(olds, news)];
}

export function removalJob(inputs: DomUInputs, domain: { readonly name: string } | undefined): Job {
  const { name } = inputs;
  const seconds = SHUTDOWN_SECONDS;
  const down: Step[] =
    domain === undefined
      ? []
      : [
          {
            name: "stop",
            title: `shut ${domain.name} down`,
            effect: "replace",
            script: guestScript(
              name,
              sh`seconds=${seconds}
stop_domain ${domain.name} "$seconds" || { echo "it did not shut down in time: it is ended"; destroy_domain ${domain.name}; }`,
            ),
          },
        ];
  return {
    object: guestObject(name),
    title: `remove ${name}`,
    steps: [...down, ...unserveSteps(inputs), removeStep(inputs)],
    files: [GUEST_FILE],
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
export function cancelJob(name: string): Job {
  return {
    object: `domu-cancel/${name}`,
    title: `give up installing ${name}`,
    steps: [
      {
        name: "cancel",
        title: `tell the install of ${name} to give up`,
        effect: "none",
        script: sh`if [ -d ${guestFolder(name)} ]; then : >${`${guestFolder(name)}/cancel`}; fi
`,
      },
    ],
  };
}

function configFiles(inputs: DomUInputs): JobFile[] {
  return [GUEST_FILE, { name: "final.cfg", content: renderDomainConfig(finalConfig(inputs)) }];
}

function installFiles(inputs: DomUInputs): JobFile[] {
  const answers = inputs.install?.answers;
  return [
    { name: INSTALL_FILE, content: renderDomainConfig(installConfig(inputs)) },
    ...(answers === undefined ? [] : [{ name: ANSWERS_FILE, content: answers.content }]),
  ];
}
