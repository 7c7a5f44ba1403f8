/** The jobs that bring media to the host and remove them. Every step may be run again after any interruption. Pure. */
import { type Claim, claimLock, setPhase, takeClaim, unlessClaimed } from "../../host/claim";
import { download } from "../../host/download";
import { TAKEN_RECORD, takeOutOfIso } from "../../host/iso";
import { KERNEL_TYPES, recordKernelTypes } from "../../host/kernel-types";
import { ownedFolder, releaseFolder } from "../../host/owned-folder";
import { type Job, type JobFile, type Step, sh } from "../../shell";
import { describeSource, isSecretSource, isUrl } from "../source-file/source-file.schema";
import { isInIso } from "./install-media.iso";
import {
  type FromNetboot,
  describeNetboot,
  fetchNetboot,
  isFromNetboot,
  netbootJobFiles,
} from "./install-media.netboot";
import type { InstallMediaInputs } from "./install-media.properties";
import { type MediaFile, isoPath, mediaFiles } from "./install-media.rules";

const FETCH_TIMEOUT_SECONDS = 6 * 3600;

export function mediaObject(name: string): string {
  return `media/${name}`;
}

/** The claim as it must be once the job has begun. */
export interface MediaClaim {
  readonly owner: string;
  readonly seen: Claim | undefined;
  readonly renews: boolean;
}

/** The claim alone: the media become ours as they are. */
export function claimMediaJob({ name }: InstallMediaInputs, claim: MediaClaim): Job {
  return {
    object: mediaObject(name),
    title: `claim media ${name}`,
    // Under an older mark they were ready, or this would not be all that is to be done.
    steps: [{ name: "claim", title: `claim media ${name}`, effect: "none", script: claimScript(name, claim, "ready") }],
  };
}

/** The claim and the folders, before local files are brought there. */
export function prepareMediaJob(inputs: InstallMediaInputs, claim: MediaClaim): Job {
  return {
    object: mediaObject(inputs.name),
    title: `prepare media ${inputs.name}`,
    steps: [prepareStep(inputs, claim)],
  };
}

/** @param missing - the files that the host does not have as declared; local ones were brought already */
export function mediaJob(inputs: InstallMediaInputs, claim: MediaClaim, missing: readonly MediaFile[]): Job {
  const { name, secretProperties } = inputs;
  const directory = ownedFolder("media", name);
  const fetched = missing.flatMap(({ property, name: file, source }, at): { step: Step; file?: JobFile }[] => {
    if (isFromNetboot(source)) return [{ step: netbootStep(inputs, source, at) }];
    if (isInIso(source)) return [{ step: takeStep(inputs, property, file, source.inIso, at) }];
    if (!isUrl(source)) return [];
    const urlFile = `url-${at}`;
    const from = describeSource(source, property, secretProperties);
    return [
      {
        step: {
          name: `fetch-${at}`,
          title: `fetch ${property} from ${from}`,
          effect: "none",
          script: download({
            label: property,
            from,
            hides: isSecretSource(property, secretProperties),
            urlFile: sh`"$JOB_FILES"/${urlFile}`,
            sha256: source.sha256,
            target: `${directory}/${file}`,
          }),
        },
        file: { name: urlFile, content: `${source.url}\n` },
      },
    ];
  });
  return {
    object: mediaObject(name),
    title: `installation media ${name}`,
    steps: [prepareStep(inputs, claim), ...fetched.map(({ step }) => step), kernelStep(directory), tidyStep(inputs)],
    files: [
      ...fetched.flatMap(({ file }) => (file === undefined ? [] : [file])),
      ...(inputs.netboot === undefined ? [] : netbootJobFiles(inputs.netboot)),
    ],
    timeoutSeconds: FETCH_TIMEOUT_SECONDS,
  };
}

function takeStep({ name, iso }: InstallMediaInputs, property: string, file: string, inIso: string, at: number): Step {
  const folder = ownedFolder("media", name);
  return {
    name: `take-${at}`,
    title: `take ${property} out of the ISO`,
    effect: "none",
    script: takeOutOfIso({
      iso: { path: isoPath(folder, iso), sha256: iso?.sha256 },
      inIso,
      label: property,
      folder,
      name: file,
    }),
  };
}

function netbootStep({ name, secretProperties }: InstallMediaInputs, source: FromNetboot, at: number): Step {
  return {
    name: `fetch-${at}`,
    title: `fetch the ${source.part} of ${describeNetboot(source.netboot, secretProperties)}`,
    effect: "none",
    script: fetchNetboot(source, ownedFolder("media", name), secretProperties),
  };
}

/** @param claimId - of the claim that is to be released; `undefined`: an older mark. Under any other claim nothing is touched */
export function removeMediaJob(name: string, claimId: string | undefined): Job {
  const directory = ownedFolder("media", name);
  return {
    object: mediaObject(name),
    title: `remove installation media ${name}`,
    steps: [
      {
        name: "remove",
        title: `remove ${directory}`,
        effect: "none",
        script: sh`${claimLock}
${unlessClaimed(sh`${directory}`, claimId)}
${releaseFolder("media", name)}`,
      },
    ],
  };
}

/** Who serves the folder must be able to enter it. */
function claimScript(name: string, claim: MediaClaim, phase: "fetching" | "ready"): Step["script"] {
  const folder = ownedFolder("media", name);
  return sh`${takeClaim({ ...claim, folder, of: `installation media ${name}`, phase })}
chmod 755 ${folder}
rm -f ${`${folder}/ready`}`;
}

function prepareStep(inputs: InstallMediaInputs, claim: MediaClaim): Step {
  const { name } = inputs;
  const directory = ownedFolder("media", name);
  const folders = [...new Set(mediaFiles(inputs).flatMap((file) => foldersOf(file.name)))].map(
    (folder) => `${directory}/${folder}`,
  );
  return {
    name: "claim",
    title: `claim media ${name}`,
    effect: "none",
    script: sh`${claimScript(name, claim, "fetching")}
${setPhase(sh`${directory}`, "fetching")}
for folder in ${[`${directory}/files`, ...folders]}; do
  # A file of an earlier declaration may stand where a folder is needed now.
  if [ -e "$folder" ] && [ ! -d "$folder" ]; then rm -f "$folder"; fi
  mkdir -p "$folder"; chmod 755 "$folder"
done`,
  };
}

function kernelStep(folder: string): Step {
  return {
    name: "kernel-types",
    title: "read what the kernel can run as",
    effect: "none",
    script: recordKernelTypes(folder, "vmlinuz"),
  };
}

/** What is no longer declared goes; then, and only then, the media are ready. */
function tidyStep(inputs: InstallMediaInputs): Step {
  const directory = ownedFolder("media", inputs.name);
  const files = mediaFiles(inputs);
  const declared = files.map(({ name }) => `./${name}`);
  const taken = files.filter(({ source }) => isFromNetboot(source) || isInIso(source)).map(({ name }) => name);
  return {
    name: "tidy",
    title: "remove what is no longer declared",
    effect: "none",
    script: sh`cd ${directory}
kept="$JOB_FILES"/kept
printf '%s\n' ./claim ./phase ${[`./${TAKEN_RECORD}`, `./${KERNEL_TYPES}`]} ${declared} >"$kept"
find . -type f | grep -vxFf "$kept" | while IFS= read -r file; do rm -f "$file"; echo "removed $file"; done
rm -f "$kept"
${taken.length === 0 ? sh`rm -f ${TAKEN_RECORD}` : keepRecords(taken)}
find files -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || true
${setPhase(sh`.`, "ready")}
sync . 2>/dev/null || sync`,
  };
}

/** What came from elsewhere since has no record any more. On the disk before it has its name: a power cut must not leave an empty record. */
function keepRecords(names: readonly string[]): Step["script"] {
  const draft = `${TAKEN_RECORD}.new`;
  return sh`awk -v names=${` ${names.join(" ")} `} 'index(names, " " $1 " ")' ${TAKEN_RECORD} >${draft}
sync ${draft} 2>/dev/null || sync
mv -f ${draft} ${TAKEN_RECORD}`;
}

/** `files/a/b` lies in `files` and `files/a`. */
function foldersOf(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
