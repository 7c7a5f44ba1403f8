/**
 * The way of a host to Xen: look, prepare, boot Xen on trial, look again, and only then keep it. Create, update and
 * going on after an interruption are this same walk.
 */
import type { Effect } from "../../effect";
import { BadInputError, UnsupportedError } from "../../errors";
import { TRIAL_MINUTES } from "../../host/boot/boot-trial";
import { UnfinishedError } from "../../pulumi";
import { type RemoteHost, settleFormerJob } from "../../remote";
import { type Question, sh } from "../../shell";
import { assertAnnounced } from "../announced";
import { listed } from "../refusal";
import { differences, outputsOf } from "./xen-host.drift";
import { type ObservedHost, observeHost } from "./xen-host.observe";
import { HOST_OBJECT, fallenBackJob, settleJob, trialArmedIn, trialJob } from "./xen-host.plan";
import { brokenPromises, preflightFaults, unmetWishes } from "./xen-host.preflight";
import type { XenHostInputs, XenHostOutputs, XenHostPhase } from "./xen-host.schema";
import { wishesOf } from "./xen-host.wishes";

/** A host that fails its trial boots twice, and in the worst case waits in between. */
const TRIAL_SECONDS = (TRIAL_MINUTES + 20) * 60;
const PENDING_REBOOT_SECONDS = 180;

interface Walk {
  readonly host: RemoteHost;
  readonly inputs: XenHostInputs;
  readonly machineId: string;
  /** The strongest effect that the preview spoke of. */
  readonly announced: Effect;
}

export async function walkToXen({ host, inputs, machineId, announced }: Walk): Promise<XenHostOutputs> {
  await settleFormerJob(host, HOST_OBJECT);
  let seen = await host.ask(questionFor(inputs), { timeoutSeconds: 180 });
  if (trialArmedIn(seen) === seen.bootId && seen.role !== "dom0") seen = await awaitPendingReboot(host, inputs, seen);

  const needsReboot = unmetWishes(seen, inputs).length > 0;
  const faults = preflightFaults(seen, inputs, needsReboot);
  if (faults.length > 0) throw preflightError(host, faults);
  if (needsReboot) {
    if (inputs.reboot !== "never" && !(inputs.allow ?? []).includes("reboot")) throw notAllowed();
    assertAnnounced(trialJob(seen, inputs).steps, announced);
  }

  const unfinished = (phase: XenHostPhase, cause: unknown): UnfinishedError =>
    new UnfinishedError(machineId, { ...outputsOf(seen, inputs, machineId), phase }, cause);

  if (needsReboot) {
    try {
      await host.perform(trialJob(seen, inputs));
    } catch (error) {
      throw unfinished("preparing", error);
    }
    if (inputs.reboot === "never") throw unfinished("awaiting-reboot", awaitingReboot(host));
    try {
      await host.reconnect({ timeoutSeconds: TRIAL_SECONDS, notBootId: seen.bootId });
      seen = await lookAfterBoot(host, inputs);
    } catch (error) {
      throw unfinished("trial", error);
    }
    const unmet = unmetWishes(seen, inputs);
    if (unmet.length > 0) {
      await host.perform(fallenBackJob(seen)).catch(() => undefined); // The reason below is what counts.
      throw unfinished("fell-back", fellBack(host, seen, unmet));
    }
  }
  try {
    const broken = brokenPromises(seen, inputs);
    if (broken.length > 0)
      throw new UnsupportedError(`Xen runs on ${host.label}, but not as asked: ${broken.join("; ")}.`);
    const job = settleJob(seen, inputs);
    if (job !== undefined) {
      await host.perform(job);
      seen = await host.ask(questionFor(inputs), { timeoutSeconds: 180 });
    }
  } catch (error) {
    throw unfinished("trial", error);
  }
  const outputs = outputsOf(seen, inputs, machineId);
  if (outputs.phase !== "ready") {
    throw unfinished(
      outputs.phase,
      new UnsupportedError(`${host.label} is not as it was just made: ${differences(seen, inputs).join("; ")}.`),
    );
  }
  return outputs;
}

/** A former run has armed the trial, and its reboot is only seconds away: never arm anew under its feet. */
async function awaitPendingReboot(host: RemoteHost, inputs: XenHostInputs, seen: ObservedHost): Promise<ObservedHost> {
  try {
    await host.reconnect({ timeoutSeconds: PENDING_REBOOT_SECONDS, notBootId: seen.bootId });
  } catch {
    return seen; // It was armed and never rebooted: go on from what was seen.
  }
  return lookAfterBoot(host, inputs);
}

/** sshd answers before Xen's daemons do. */
async function lookAfterBoot(host: RemoteHost, inputs: XenHostInputs): Promise<ObservedHost> {
  const settled: Question<void> = {
    about: "whether the toolstack has started",
    script: sh`if grep -q control_d /proc/xen/capabilities 2>/dev/null; then
  waited=0
  until timeout 20 xl list 0 >/dev/null 2>&1 || [ "$waited" -ge 60 ]; do sleep 2; waited=$((waited + 1)); done
fi`,
    read: () => undefined,
  };
  await host.ask(settled, { timeoutSeconds: 300 });
  return host.ask(questionFor(inputs), { timeoutSeconds: 180 });
}

function preflightError(host: RemoteHost, faults: readonly string[]): UnsupportedError {
  return new UnsupportedError(
    `${host.label} cannot be made a Xen host like this; nothing was touched.\n${listed(faults)}`,
  );
}

function notAllowed(): BadInputError {
  return new BadInputError("The host has to be rebooted, which is not allowed; nothing was touched.", {
    hint: 'Set `allow: ["reboot"]` on the XenHost, or `reboot: "never"` to reboot it yourself.',
  });
}

function awaitingReboot(host: RemoteHost): BadInputError {
  return new BadInputError(`${host.label} is prepared: its next boot is Xen, once.`, {
    hint: 'Reboot it, then run `pulumi up` again: that proves Xen and makes it the default. (`reboot: "never"` is set.)',
  });
}

function fellBack(host: RemoteHost, seen: ObservedHost, unmet: readonly string[]): UnsupportedError {
  if (seen.role === "dom0") {
    return new UnsupportedError(
      `${host.label} runs Xen on trial, but ${unmet.join("; ")}. Plain Linux is still its default.`,
    );
  }
  const reason = seen.hasTrialExpired
    ? `Xen booted, but could not be reached and proven within ${TRIAL_MINUTES} minutes`
    : "the hypervisor or dom0's kernel did not come up (a panic, a file that could not be loaded, too little memory for dom0)";
  return new UnsupportedError(
    `${host.label} did not stay on Xen and has come back as plain Linux by itself: ${reason}. Nothing else has changed.`,
    {
      hint: "Look at dom0.memoryMiB, hypervisorArgs and kernelArgs and at the machine's console, then run `pulumi up` again: it tries anew.",
    },
  );
}

export function questionFor(inputs: XenHostInputs): Question<ObservedHost> {
  return observeHost(wishesOf(inputs).packageNames);
}
