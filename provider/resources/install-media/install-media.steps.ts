/** The jobs that bring media to the host and remove them. Every step may be run again after any interruption. Pure. */
import { download } from "../../host/download";
import { claimFolder, ownedFolder, releaseFolder } from "../../host/owned-folder";
import { type Job, type Step, sh } from "../../shell";
import { describeSource, isUrl } from "../source-file/source-file.schema";
import { mediaFiles } from "./install-media.plan";
import type { InstallMediaInputs } from "./install-media.schema";

const FETCH_TIMEOUT_SECONDS = 6 * 3600;

export function mediaObject(name: string): string {
  return `media/${name}`;
}

/** The folder, before local files are brought there. */
export function claimMediaJob(inputs: InstallMediaInputs): Job {
  return { object: mediaObject(inputs.name), title: `prepare media ${inputs.name}`, steps: [claimStep(inputs)] };
}

export function mediaJob(inputs: InstallMediaInputs): Job {
  const { name } = inputs;
  const directory = ownedFolder("media", name);
  const downloads = mediaFiles(inputs).flatMap(({ property, name: file, source }, index): Step[] =>
    isUrl(source)
      ? [
          {
            name: `fetch-${index}`,
            title: `fetch ${property} from ${describeSource(source)}`,
            effect: "none",
            script: download({
              label: property,
              url: source.url,
              sha256: source.sha256,
              target: `${directory}/${file}`,
            }),
          },
        ]
      : [],
  );
  return {
    object: mediaObject(name),
    title: `installation media ${name}`,
    steps: [claimStep(inputs), ...downloads, tidyStep(inputs)],
    timeoutSeconds: FETCH_TIMEOUT_SECONDS,
  };
}

export function removeMediaJob(name: string): Job {
  return {
    object: mediaObject(name),
    title: `remove installation media ${name}`,
    steps: [
      {
        name: "remove",
        title: `remove ${ownedFolder("media", name)}`,
        effect: "none",
        script: releaseFolder("media", name),
      },
    ],
  };
}

function claimStep(inputs: InstallMediaInputs): Step {
  const directory = ownedFolder("media", inputs.name);
  const folders = [...new Set(mediaFiles(inputs).flatMap(({ name }) => foldersOf(name)))].map(
    (folder) => `${directory}/${folder}`,
  );
  return {
    name: "claim",
    title: "set our mark",
    effect: "none",
    script: sh`${claimFolder("media", inputs.name, "installation media")}
rm -f ${`${directory}/ready`}
for folder in ${[`${directory}/files`, ...folders]}; do
  # A file of an earlier declaration may stand where a folder is needed now.
  if [ -e "$folder" ] && [ ! -d "$folder" ]; then rm -f "$folder"; fi
  mkdir -p "$folder"; chmod 755 "$folder"
done`,
  };
}

/** What is no longer declared goes; then, and only then, the media are ready. */
function tidyStep(inputs: InstallMediaInputs): Step {
  const directory = ownedFolder("media", inputs.name);
  const declared = mediaFiles(inputs).map(({ name }) => `./${name}`);
  return {
    name: "tidy",
    title: "remove what is no longer declared",
    effect: "none",
    script: sh`cd ${directory}
kept=$(mktemp)
printf '%s\n' ./owner ${declared} >"$kept"
find . -type f | grep -vxFf "$kept" | while IFS= read -r file; do rm -f "$file"; echo "removed $file"; done
rm -f "$kept"
find files -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || true
: >ready; chmod 644 ready`,
  };
}

/** `files/a/b` lies in `files` and `files/a`. */
function foldersOf(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
