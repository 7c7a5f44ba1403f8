/**
 * How a host comes to run Xen: look, prepare, boot Xen on trial, look again, and only then keep it. Create, update and
 * going on after an interruption are this same walk.
 */
import type { Effect } from "../../effect";
import { BadInputError, UnsupportedError } from "../../errors";
import { TRIAL_MINUTES } from "../../host/boot/trial-timer";
import { UnfinishedError } from "../../pulumi";
import type { RemoteHost } from "../../remote";
import { type Question, sh } from "../../shell";
import { awaitToolstack } from "../../toolstack";
import { assertAnnounced } from "../announced";
import { type Kept, ownerOf } from "../claimed";
import { adoptionJob, adoptionRefusals } from "./xen-host.adopt";
import { differencesOf, hostPlan, needsBoot, outputsOf, unkeptOf, wordsOf } from "./xen-host.findings";
import { liveMemoryFaults } from "./xen-host.memory";
import { type ObservedHost, hostClaim, questionFor } from "./xen-host.observe";
import type { XenHostInputs, XenHostOutputs, XenHostPhase } from "./xen-host.properties";
import { hostRefusals, refuseClaimed, refuseHost } from "./xen-host.refusals";
import { type Claiming, HOST_OBJECT, fallenBackJob, settleJob, trialArmedIn, trialJob } from "./xen-host.steps";

/** A host that fails its trial boots twice, and in the worst case waits in between. */
const TRIAL_SECONDS = (TRIAL_MINUTES + 20) * 60;
const PENDING_REBOOT_SECONDS = 180;

interface Walk {
  readonly host: RemoteHost;
  readonly inputs: XenHostInputs;
  readonly machineId: string;
  /** The strongest effect that the preview spoke of. */
  readonly announced: Effect;
  /** What the state says of the claim; absent for a create. */
  readonly kept?: Kept;
}

export async function walkToXen({ host, inputs, machineId, announced, kept }: Walk): Promise<XenHostOutputs> {
  const owner = ownerOf(inputs);
  let seen = await host.askOnceSettled(HOST_OBJECT, questionFor(inputs), { timeoutSeconds: 180 });
  refuseClaimed(host.label, seen, owner, kept);
  if (trialArmedIn(seen) === seen.bootId) seen = await awaitPendingReboot(host, inputs, seen);
  // A create gives the claim a new id: an older state then touches nothing any more.
  let claiming = { owner, renews: kept === undefined && seen.claim !== undefined };

  if (inputs.adopt === true) return adoptHost({ host, inputs, machineId, announced, seen, claiming });

  const boots = needsBoot(hostPlan(seen, inputs));
  refuseHost(host.label, hostRefusals(seen, inputs, boots));
  if (boots) {
    if (inputs.reboot !== "never" && !(inputs.allow ?? []).includes("reboot")) throw notAllowed();
    assertAnnounced(trialJob(seen, inputs, claiming).steps, announced);
  }

  const unfinished = (phase: XenHostPhase, cause: unknown): UnfinishedError =>
    new UnfinishedError(machineId, { ...outputsOf(seen, inputs, machineId), phase }, cause);
  /** After a failure: the claim that was made must be known, or the next run would refuse it as somebody else's. */
  const lookAtClaim = async (): Promise<void> => {
    const before = seen;
    seen = { ...before, claim: await host.ask(hostClaim).catch(() => before.claim) };
  };

  if (boots) {
    try {
      await host.perform(trialJob(seen, inputs, claiming));
    } catch (error) {
      await lookAtClaim();
      throw unfinished("preparing", error);
    }
    if (inputs.reboot === "never") {
      await lookAtClaim();
      throw unfinished("awaiting-reboot", awaitingReboot(host));
    }
    try {
      await host.reconnect({ timeoutSeconds: TRIAL_SECONDS, notBootId: seen.bootId });
      seen = await lookAfterBoot(host, inputs);
    } catch (error) {
      throw unfinished("trial", error);
    }
    claiming = { owner, renews: false };
    const plan = hostPlan(seen, inputs);
    if (needsBoot(plan)) {
      // The reason below is what counts; which guests wait is in it.
      await host.perform(fallenBackJob(seen)).catch(() => undefined);
      throw unfinished("fell-back", fellBack(host, seen, wordsOf({ changes: plan.changes, findings: [] })));
    }
  }
  try {
    // Without a boot the refusals have said so before anything was touched.
    const memory = boots ? liveMemoryFaults(seen, inputs) : [];
    if (memory.length > 0)
      throw new UnsupportedError(
        `Xen runs on ${host.label}, but without what was asked for. ${memory.join(" ")}${waitingWords(seen)}`,
      );
    const unkept = unkeptOf(hostPlan(seen, inputs)).map(({ text }) => text);
    if (unkept.length > 0)
      throw new UnsupportedError(
        `Xen runs on ${host.label}, but without what was asked for: ${unkept.join("; ")}.${waitingWords(seen)}`,
      );
    const job = settleJob(seen, inputs, claiming);
    if (job !== undefined) {
      assertAnnounced(job.steps, announced);
      await host.perform(job);
      seen = await host.ask(questionFor(inputs), { timeoutSeconds: 180 });
    }
  } catch (error) {
    await lookAtClaim();
    throw unfinished("trial", error);
  }
  const outputs = outputsOf(seen, inputs, machineId);
  if (outputs.phase !== "ready") {
    const words = wordsOf(hostPlan(seen, inputs)).join("; ");
    throw unfinished(
      outputs.phase,
      new UnsupportedError(`${host.label} does not match what was just applied: ${words}.`),
    );
  }
  return outputs;
}

/** A host that runs Xen already is claimed and recorded, and nothing else is done. */
async function adoptHost({
  host,
  inputs,
  machineId,
  seen,
  claiming,
}: Walk & { readonly seen: ObservedHost; readonly claiming: Claiming }): Promise<XenHostOutputs> {
  const differences = differencesOf(hostPlan(seen, inputs));
  refuseHost(host.label, adoptionRefusals(seen, differences), "be adopted");
  const adoption = adoptionJob(seen, claiming);
  if (adoption === undefined) return outputsOf(seen, inputs, machineId);
  try {
    await host.perform(adoption);
    return outputsOf(await host.ask(questionFor(inputs), { timeoutSeconds: 180 }), inputs, machineId);
  } catch (error) {
    const claim = await host.ask(hostClaim).catch(() => seen.claim);
    throw new UnfinishedError(
      machineId,
      { ...outputsOf({ ...seen, claim }, inputs, machineId), phase: "preparing" },
      error,
    );
  }
}

/** A former run has armed the trial, and its reboot is only seconds away: never arm it again under its feet. */
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
  ${awaitToolstack}
fi`,
    read: () => undefined,
  };
  await host.ask(settled, { timeoutSeconds: 300 });
  return host.ask(questionFor(inputs), { timeoutSeconds: 180 });
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

/** Which guests a reboot took down and nobody has brought back. */
function waitingWords({ guestsDown }: ObservedHost): string {
  return guestsDown.length === 0
    ? ""
    : ` These guests were taken down for the reboot: ${guestsDown.map(({ name }) => name).join(", ")}. The next up brings back those that do not run.`;
}

function fellBack(host: RemoteHost, seen: ObservedHost, differences: readonly string[]): UnsupportedError {
  if (seen.role === "dom0") {
    return new UnsupportedError(
      `${host.label} runs Xen on trial, but not as declared (${differences.join("; ")}). Plain Linux is still its default.${waitingWords(seen)}`,
    );
  }
  const reason = seen.hasTrialExpired
    ? `Xen booted, but could not be reached and proven within ${TRIAL_MINUTES} minutes`
    : "the hypervisor or dom0's kernel did not come up (a panic, a hang, a file that could not be loaded, too little memory for dom0)";
  const down =
    seen.guestsDown.length === 0
      ? "Nothing else has changed."
      : `Its guests ${seen.guestsDown.map(({ name }) => name).join(", ")} come back with the next boot of Xen.`;
  return new UnsupportedError(
    `${host.label} did not stay on Xen and has come back as plain Linux by itself: ${reason}. ${down}`,
    {
      hint: "Look at dom0.memoryMiB, hypervisorArgs and kernelArgs and at the machine's console, then run `pulumi up` again: it tries once more.",
    },
  );
}
