/** create, read, update and delete of installation media. Follow, observe, plan, perform, observe again. */
import { driftOf, planOf } from "../../change";
import { AlreadyExistsError, BadInputError, CommandError, NotOwnedError, hasCode } from "../../errors";
import { type Claimant, standingOf } from "../../host/claim";
import { ownedFolder } from "../../host/owned-folder";
import { type ResourceKind, UnfinishedError } from "../../pulumi";
import { type RemoteHost, openHost } from "../../remote";
import { type Kept, isManaged, mayRelease, refuseOtherClaims } from "../claimed";
import { forgetLeft } from "../left-jobs";
import { refuse } from "../refusal";
import { bring, verifiedSize } from "../source-file/source-file.local";
import { isSecretSource, isUrl } from "../source-file/source-file.schema";
import { onHost } from "../spelled";
import { isInIso } from "./install-media.iso";
import { isFromNetboot } from "./install-media.netboot";
import { type AskedMedia, type ObservedMedia, asMade, mediaOf, mediaQuestion } from "./install-media.observe";
import {
  type InstallMediaInputs,
  type InstallMediaOutputs,
  installMediaSchema,
  installMediaTable,
} from "./install-media.properties";
import { faultsOfBringing, missingFiles, otherContents } from "./install-media.refusals";
import { completeInstallMedia, installMediaCreation, installMediaFaults } from "./install-media.rules";
import {
  type MediaClaim,
  claimMediaJob,
  mediaJob,
  mediaObject,
  prepareMediaJob,
  removeMediaJob,
} from "./install-media.steps";

/** Every file is read to know its content; an installation tree may be some GB. */
const LOOK_TIMEOUT_SECONDS = 600;

export const installMediaKind: ResourceKind<InstallMediaInputs, InstallMediaOutputs> = {
  kind: "install-media",
  title: "InstallMedia",
  label: (inputs) => inputs.name,
  inputs: installMediaSchema,
  faults: [installMediaFaults],
  complete: completeInstallMedia,
  computed: ["directory", "kernelPath", "ramdiskPath", "serve"],
  changes: (olds, news) =>
    planOf(installMediaTable, asMade(olds), news, {
      secrets: [...(olds.secretProperties ?? []), ...(news.secretProperties ?? [])],
    }),
  creation: installMediaCreation,
  spelled: onHost,
  allowable: ["replace"],
  defaultAllow: [],
  isFinished: ({ phase }) => phase === "ready",

  async create(inputs) {
    const host = openHost(inputs.connection);
    const { machineId } = await host.identity();
    const claimant = { owner: ownerOf(inputs), claimId: undefined, hasState: false };
    return { id: ownedFolder("media", inputs.name), outputs: await ensureMedia(host, inputs, machineId, claimant) };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const seen = await observe(host, inputs);
    return refreshed(seen, inputs, outputs) ?? forgetLeft(host, seen.claim, mediaObject(inputs.name));
  },

  async update(_id, { outputs }, news) {
    const { machineId, claimId } = outputs;
    const host = openHost(news.connection, { machineId });
    const claimant = { owner: ownerOf(news), claimId, hasState: true };
    return { outputs: await ensureMedia(host, news, machineId, claimant) };
  },

  async delete(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const { name } = inputs;
    const before = await observeSettled(host, { name });
    if (!mayRelease(before.claim, keptOf(inputs, outputs), before.isReady))
      return forgetLeft(host, before.claim, mediaObject(name));
    if (before.guests.length > 0) {
      throw new BadInputError(
        `The media are being served to ${before.guests.join(", ")}. Let the install end, or delete the guest first.`,
      );
    }
    const id = before.claim?.id;
    await host.perform(removeMediaJob(name, id));
    const after = await observe(host, { name });
    if (after.exists && after.claim?.id === id)
      throw new CommandError(`${ownedFolder("media", name)} is still on the host after its removal.`);
    await host.forget(mediaObject(name));
  },
};

/** What a refresh makes of a look at the host; `undefined`: there are no such media, or they are not this resource's. */
export function refreshed(
  seen: ObservedMedia,
  inputs: InstallMediaInputs,
  outputs: InstallMediaOutputs,
): { inputs: InstallMediaInputs; outputs: InstallMediaOutputs } | undefined {
  if (!seen.exists || !isManaged(seen.claim, keptOf(inputs, outputs))) return undefined;
  return {
    inputs: { ...inputs, ...driftOf(installMediaTable, mediaOf(seen, inputs.name), inputs) },
    outputs: {
      ...outputs,
      phase: seen.isReady ? "ready" : "fetching",
      ...(seen.claim?.id === undefined ? {} : { claimId: seen.claim.id }),
    },
  };
}

function ownerOf({ owner, name }: InstallMediaInputs): string {
  // Only state of earlier versions has none.
  return owner ?? `unknown::InstallMedia::${name}`;
}

function keptOf(inputs: InstallMediaInputs, { claimId, phase }: InstallMediaOutputs): Kept {
  return { owner: ownerOf(inputs), claimId, isFinished: phase === "ready" };
}

/** Makes it so that the host has the files as declared; nothing is decided by what was declared before. */
async function ensureMedia(
  host: RemoteHost,
  inputs: InstallMediaInputs,
  machineId: string,
  claimant: Claimant,
): Promise<InstallMediaOutputs> {
  const { name, secretProperties = [] } = inputs;
  const before = await observeSettled(host, inputs);
  refuseOtherClaims(before.claim, claimant, `The media ${name} (${ownedFolder("media", name)})`);
  refuseForeign(before, inputs, claimant);
  const plan = planOf(installMediaTable, mediaOf(before, name), inputs, { secrets: secretProperties });
  const missing = missingFiles(inputs, plan);
  const local = await Promise.all(
    missing.flatMap(({ property, name: file, source }) =>
      isFromNetboot(source) || isInIso(source) || isUrl(source)
        ? []
        : [
            verifiedSize(source, isSecretSource(property, secretProperties)).then((sizeBytes) => ({
              property,
              file,
              source,
              sizeBytes,
            })),
          ],
    ),
  );
  const localBytes = local.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  refuse(faultsOfBringing(before, inputs, missing, localBytes));
  const claim = claimOf(before, claimant);
  const isWhole = before.isReady && plan.length === 0;
  if (isWhole && before.claim?.id !== undefined && !claim.renews && before.claim.owner === claim.owner)
    return outputsOf(before, machineId);
  try {
    if (isWhole) await host.perform(claimMediaJob(inputs, claim));
    else {
      if (local.length > 0) await host.perform(prepareMediaJob(inputs, claim));
      for (const { property, file, source, sizeBytes } of local) {
        const shownAs = { object: mediaObject(name), label: property };
        await bring(host, source, sizeBytes, { path: `${ownedFolder("media", name)}/${file}`, mode: "0644", shownAs });
      }
      const now = local.length > 0 ? { ...claim, seen: (await observe(host, { name })).claim, renews: false } : claim;
      await host.perform(mediaJob(inputs, now, missing));
    }
    const after = await observe(host, inputs);
    const wrong = planOf(installMediaTable, mediaOf(after, name), inputs, { secrets: secretProperties });
    if (!after.isReady || wrong.length > 0) {
      throw new CommandError(`The host does not have ${wrong.map(({ property }) => property).join(", ")} as declared.`);
    }
    return outputsOf(after, machineId);
  } catch (error) {
    throw await leftBehind(host, name, machineId, claimant, error);
  }
}

/** A folder that nobody has claimed, and, without state, media of ours with another content. */
function refuseForeign(seen: ObservedMedia, inputs: InstallMediaInputs, claimant: Claimant): void {
  const { name } = inputs;
  if (seen.exists && seen.claim === undefined) {
    throw new NotOwnedError(
      `${ownedFolder("media", name)} exists on the host and nobody has claimed it, so it is left alone.`,
      { hint: "Move it away, or choose another name." },
    );
  }
  const others = otherContents(inputs, seen);
  if (claimant.hasState || !seen.isReady || others.length === 0) return;
  throw new AlreadyExistsError(
    `Media named ${name} of this resource, with other content (${others.join(", ")}), are on this host already.`,
    { hint: "Declare the content that is there and change it after that, or choose another name." },
  );
}

function claimOf(seen: ObservedMedia, claimant: Claimant): MediaClaim {
  // Without state the former one was lost, or it is being replaced: its id must not manage the media any more.
  const renews = !claimant.hasState && standingOf(seen.claim, claimant) === "same-owner";
  return { owner: claimant.owner ?? "", seen: seen.claim, renews };
}

/** What a failure leaves: the error alone where nothing on the host is ours, else what Pulumi has to keep as well. */
async function leftBehind(
  host: RemoteHost,
  name: string,
  machineId: string,
  claimant: Claimant,
  error: unknown,
): Promise<unknown> {
  // Where the host answered with a failure it can be asked; after a lost link the next run asks.
  const canAsk = hasCode(error, "job") || hasCode(error, "command");
  const seen = canAsk ? await observe(host, { name }).catch(() => undefined) : undefined;
  if (seen !== undefined && ["free", "another"].includes(standingOf(seen.claim, claimant))) {
    if (!claimant.hasState) await forgetLeft(host, seen.claim, mediaObject(name));
    return error;
  }
  const claimId = seen?.claim?.id ?? claimant.claimId;
  const outputs: InstallMediaOutputs = { machineId, phase: "fetching", ...(claimId === undefined ? {} : { claimId }) };
  return new UnfinishedError(ownedFolder("media", name), outputs, error);
}

function outputsOf({ claim }: ObservedMedia, machineId: string): InstallMediaOutputs {
  return { machineId, phase: "ready", ...(claim?.id === undefined ? {} : { claimId: claim.id }) };
}

function observe(host: RemoteHost, asked: AskedMedia): Promise<ObservedMedia> {
  return host.ask(mediaQuestion(asked), { timeoutSeconds: LOOK_TIMEOUT_SECONDS });
}

/** Before a change. */
function observeSettled(host: RemoteHost, asked: AskedMedia): Promise<ObservedMedia> {
  return host.askOnceSettled(mediaObject(asked.name), mediaQuestion(asked), { timeoutSeconds: LOOK_TIMEOUT_SECONDS });
}
