/** What the host has of the media, by content; and who is being installed from them. Pure. */
import { OutputParseError } from "../../errors";
import { confirmAbsence } from "../../host/absence";
import { type Claim, readClaim, readPhase, sayClaim, sayPhase } from "../../host/claim";
import { TAKEN_RECORD, readIso, readTaken, sayIso } from "../../host/iso";
import { KERNEL_TYPES } from "../../host/kernel-types";
import { ownedFolder, saidWord } from "../../host/owned-folder";
import { VERIFIERS, sayKeyring } from "../../host/signature";
import { type Answer, PYTHONS, type Question, sh } from "../../shell";
import { isOnHost } from "./install-media.iso";
import { sumOf } from "./install-media.changes";
import { isFromNetboot, netbootKeyrings } from "./install-media.netboot";
import type { Media, Taken } from "./install-media.media";
import type { InstallMediaInputs } from "./install-media.properties";
import { mediaFiles } from "./install-media.rules";

const PHASES = ["fetching", "ready"] as const;

export interface ObservedMedia {
  /** The folder is there. */
  readonly exists: boolean;
  readonly claim: Claim | undefined;
  /** All files were there once, of the content that was declared then. */
  readonly isReady: boolean;
  /** SHA-256 of each file, by its name below the folder. */
  readonly sums: ReadonlyMap<string, string>;
  /** What was taken out of an ISO, as the host recorded it. */
  readonly taken: ReadonlyMap<string, Taken>;
  /** What the ISO at `hostPath` is known by. */
  readonly hostIso: string | undefined;
  /** Why that ISO cannot be read. */
  readonly isoTrouble: string | undefined;
  /** Guests that are served from the folder now. */
  readonly guests: readonly string[];
  readonly freeBytes: number;
  readonly tools: readonly string[];
  /** The keys of a distribution on the host, where they were asked for. */
  readonly keyring?: string | undefined;
}

/** The media as the host shows them. */
export function mediaOf({ sums, taken, hostIso }: ObservedMedia, name: string): Media {
  return { name, sums, taken, hostIso, declared: undefined };
}

/** The media as saved inputs, completed ones, would have made them. */
export function asMade(inputs: InstallMediaInputs): Media {
  const { name, files } = inputs;
  const known = typeof files === "object" ? inputs : { ...inputs, files: {} };
  const sums = mediaFiles(known).flatMap(({ name: file, source }): [string, string][] => {
    const sum = isFromNetboot(source) ? undefined : sumOf(source);
    return sum === undefined ? [] : [[file, sum]];
  });
  return { name, sums: new Map(sums), taken: new Map(), hostIso: undefined, declared: inputs };
}

/** What of the declared media has to be asked for beyond their folder. */
export type AskedMedia = Pick<InstallMediaInputs, "name" | "iso" | "tree" | "netboot">;

export function mediaQuestion({ name, iso, tree, netboot }: AskedMedia): Question<ObservedMedia> {
  const directory = ownedFolder("media", name);
  return {
    about: `the installation media ${name}`,
    script: sh`directory=${directory}
# A folder that was made for a claim, which never came, is nobody's.
# shellcheck disable=SC2010 # only whether other names than ours are there
if [ -d "$directory" ] && [ ! -f "$directory/claim" ] && ! ls -A "$directory" | grep -qvx -e phase -e phase.new -e claim.new; then say exists no
elif [ -d "$directory" ]; then
  say exists yes
  # Beside an older mark.
  if [ -f "$directory/ready" ]; then say ready yes; fi
  cd "$directory"
  say_file taken ${TAKEN_RECORD}
  say sums "$(find . -type f ! -path ./claim ! -path ./claim.new ! -path ./phase ! -path ./phase.new ! -path ./owner ! -path ./ready ! -path ${`./${TAKEN_RECORD}`} ! -path ${`./${TAKEN_RECORD}.new`} ! -path ${`./${KERNEL_TYPES}`} ! -path ${`./${KERNEL_TYPES}.new`} ! -name '*.part' ! -name '.*.sum' ! -name '.*.sum.new' -exec sha256sum {} +)"
elif [ -e "$directory" ]; then say exists yes
else
  ${confirmAbsence(sh`"$directory"`)}
  say exists no
fi
${sayClaim(sh`"$directory"`)}
${sayPhase(sh`"$directory"`)}
${isOnHost(iso) ? sayIso({ path: iso.hostPath, sha256: iso.sha256 }, tree === true) : sh`:`}
guests=
for link in /run/pulumi-xen/http/*/www/*/files; do
  if [ "$(readlink "$link" 2>/dev/null)" = "$directory/files" ]; then guests="$guests $(basename "$(dirname "$link")")"; fi
done
say guests "$guests"
folder=$directory
while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
say free "$(df -Pk "$folder" | tail -n 1 | awk '{ print $4 }')"
tools=
for tool in ${["curl", "wget", ...VERIFIERS, ...PYTHONS]}; do if command -v "$tool" >/dev/null 2>&1; then tools="$tools $tool"; fi; done
say tools "$tools"
${sayKeyring(netbootKeyrings(netboot))}`,
    read: readMedia,
  };
}

function readMedia(answer: Answer): ObservedMedia {
  const words = (key: string): string[] => answer.need(key).trim().split(/\s+/).filter(Boolean);
  const claim = readClaim(answer);
  const iso = readIso(answer);
  const sums = (answer.get("sums") ?? "").split("\n").flatMap((line): [string, string][] => {
    const match = /^([0-9a-f]{64}) [ *]\.\/(.+)$/.exec(line);
    return match === null ? [] : [[match[2] ?? "", match[1] ?? ""]];
  });
  return {
    exists: saidWord(answer, "exists", ["yes", "no"]) === "yes",
    claim,
    isReady: readPhase(answer, PHASES) === "ready" || (claim?.id === undefined && answer.get("ready") !== undefined),
    sums: new Map(sums),
    taken: readTaken(answer.get("taken") ?? ""),
    hostIso: iso.id,
    isoTrouble: iso.trouble,
    guests: words("guests"),
    freeBytes: kibibytes(answer.need("free")) * 1024,
    tools: words("tools"),
    keyring: answer.get("keyring"),
  };
}

function kibibytes(text: string): number {
  if (!/^\d+$/.test(text.trim())) throw new OutputParseError(`The host's answer to "free" is no number: ${text}`);
  return Number(text);
}
