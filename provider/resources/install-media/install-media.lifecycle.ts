/** create, read, update and delete of installation media. Follow, observe, perform, observe again. */
import { AlreadyExistsError, BadInputError, CommandError, NotOwnedError } from "../../errors";
import { ownedFolder } from "../../host/owned-folder";
import { type ResourceKind, UnfinishedError } from "../../pulumi";
import { type RemoteHost, openHost, settleFormerJob } from "../../remote";
import { refuse } from "../refusal";
import { bring, verifiedSize } from "../source-file/source-file.local";
import { isUrl } from "../source-file/source-file.schema";
import { asSeen, differing, mediaFaults, undeclared } from "./install-media.drift";
import { type ObservedMedia, mediaQuestion } from "./install-media.observe";
import {
  completeInstallMedia,
  installMediaChanges,
  installMediaCreation,
  installMediaFaults,
} from "./install-media.plan";
import { type InstallMediaInputs, type InstallMediaOutputs, installMediaSchema } from "./install-media.schema";
import { claimMediaJob, mediaJob, mediaObject, removeMediaJob } from "./install-media.steps";

/** Every file is read to know its content; an installation tree may be some GB. */
const LOOK_TIMEOUT_SECONDS = 600;

export const installMediaKind: ResourceKind<InstallMediaInputs, InstallMediaOutputs> = {
  kind: "install-media",
  title: "InstallMedia",
  label: (inputs) => inputs.name,
  inputs: installMediaSchema,
  faults: installMediaFaults,
  complete: completeInstallMedia,
  computed: ["directory", "kernelPath", "ramdiskPath", "serve"],
  changes: installMediaChanges,
  creation: installMediaCreation,
  defaultAllow: [],
  isFinished: ({ phase }) => phase === "ready",

  async create(inputs) {
    const host = openHost(inputs.connection);
    const { machineId } = await host.identity();
    return { id: ownedFolder("media", inputs.name), outputs: await ensureMedia(host, inputs, machineId, true) };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const seen = await observe(host, inputs.name);
    if (!seen.exists) return undefined;
    return { inputs: asSeen(inputs, seen), outputs };
  },

  async update(_id, olds, news) {
    const host = openHost(news.connection, { machineId: olds.outputs.machineId });
    return { outputs: await ensureMedia(host, news, olds.outputs.machineId, false) };
  },

  async delete(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const { name } = inputs;
    await settleFormerJob(host, mediaObject(name));
    const before = await observe(host, name);
    if (before.exists) {
      assertOwned(before, name);
      if (before.guests.length > 0) {
        throw new BadInputError(
          `The media are being served to ${before.guests.join(", ")}. Let the install end, or delete the guest first.`,
        );
      }
      await host.perform(removeMediaJob(name));
      if ((await observe(host, name)).exists)
        throw new CommandError(`${ownedFolder("media", name)} is still on the host after its removal.`);
    }
    await host.forget(mediaObject(name));
  },
};

async function ensureMedia(
  host: RemoteHost,
  inputs: InstallMediaInputs,
  machineId: string,
  isNew: boolean,
): Promise<InstallMediaOutputs> {
  const { name } = inputs;
  await settleFormerJob(host, mediaObject(name));
  const before = await observe(host, name);
  const missing = differing(inputs, before);
  if (before.exists) assertOwned(before, name);
  if (isNew && before.isReady && missing.length > 0) {
    throw new AlreadyExistsError(`Media named ${name}, with other content, are on this host already.`, {
      hint: "Choose another name, or delete the others first.",
    });
  }
  const local = await Promise.all(
    missing.flatMap(({ name: file, source }) =>
      isUrl(source) ? [] : [verifiedSize(source).then((sizeBytes) => ({ file, source, sizeBytes }))],
    ),
  );
  const localBytes = local.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  refuse(mediaFaults(before, inputs, missing, localBytes));
  if (before.isReady && missing.length === 0 && undeclared(inputs, before).length === 0)
    return { machineId, phase: "ready" };
  try {
    if (local.length > 0) await host.perform(claimMediaJob(inputs));
    for (const { file, source, sizeBytes } of local) {
      await bring(host, source, sizeBytes, { path: `${ownedFolder("media", name)}/${file}`, mode: "0644" });
    }
    await host.perform(mediaJob(inputs));
    const after = await observe(host, name);
    const wrong = differing(inputs, after);
    if (!after.isReady || wrong.length > 0) {
      throw new CommandError(`The host does not have ${wrong.map(({ property }) => property).join(", ")} as declared.`);
    }
    return { machineId, phase: "ready" };
  } catch (error) {
    throw new UnfinishedError(
      ownedFolder("media", name),
      { machineId, phase: "fetching" } satisfies InstallMediaOutputs,
      error,
    );
  }
}

function observe(host: RemoteHost, name: string): Promise<ObservedMedia> {
  return host.ask(mediaQuestion(name), { timeoutSeconds: LOOK_TIMEOUT_SECONDS });
}

function assertOwned(seen: ObservedMedia, name: string): void {
  if (seen.isOurs) return;
  throw new NotOwnedError(`${ownedFolder("media", name)} exists on the host without our mark, so it is left alone.`, {
    hint: "Move it away, or choose another name.",
  });
}
