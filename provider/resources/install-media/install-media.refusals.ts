/** What of a host forbids bringing the media to it. Each fault is a sentence with its remedy. Pure. */
import type { Change } from "../../change";
import { PYTHONS } from "../../shell";
import { isUrl } from "../source-file/source-file.schema";
import { isInIso, isOnHost } from "./install-media.iso";
import { type ObservedMedia, mediaOf } from "./install-media.observe";
import { isTaken } from "./install-media.found";
import { cannotVerifyNetboot, isFromNetboot, isOfNetboot } from "./install-media.netboot";
import type { InstallMediaInputs } from "./install-media.properties";
import { type MediaFile, mediaFiles } from "./install-media.rules";

/** `missing` is to be brought, `localBytes` of it from this machine. */
export function faultsOfBringing(
  seen: ObservedMedia,
  inputs: InstallMediaInputs,
  missing: readonly MediaFile[],
  localBytes: number,
): string[] {
  const faults: string[] = [];
  const fetched = missing.find(({ source }) => isFromNetboot(source) || (!isInIso(source) && isUrl(source)));
  if (fetched !== undefined && !["curl", "wget", "python3"].some((tool) => seen.tools.includes(tool))) {
    faults.push("None of curl, wget and python3 is on the host, so nothing can be fetched. Install one of them.");
  }
  const reads = missing.some(({ source }) => !isFromNetboot(source) && isInIso(source));
  if ((inputs.serveOn !== undefined || reads) && !PYTHONS.some((python) => seen.tools.includes(python))) {
    const needs = [
      ...(reads ? ["reads the ISO"] : []),
      ...(inputs.serveOn === undefined ? [] : ["serves the media to guests"]),
    ];
    faults.push(
      `There is no Python (python3, python2, python) on the host; it ${needs.join(" and ")}. Install the package python3, on CentOS 6 python.`,
    );
  }
  faults.push(...isoFaults(seen, inputs));
  if (inputs.netboot !== undefined && missing.some(({ source }) => isFromNetboot(source)))
    faults.push(...cannotVerifyNetboot(seen, inputs.netboot, inputs.secretProperties));
  if (localBytes > seen.freeBytes) {
    faults.push(
      `/var/lib has ${Math.floor(seen.freeBytes / 1024 ** 2)} MiB free, and the media need ${Math.ceil(localBytes / 1024 ** 2)} MiB. Free some space.`,
    );
  }
  return faults;
}

/** Of an ISO that lies on the host. */
function isoFaults({ hostIso, isoTrouble }: ObservedMedia, { iso, tree, secretProperties = [] }: InstallMediaInputs) {
  if (!isOnHost(iso)) return [];
  const name = secretProperties.includes("iso") ? "The ISO on the host" : iso.hostPath;
  if (isoTrouble !== undefined) {
    const served =
      tree === true
        ? "The server of its tree runs as nobody: put it into a folder that all may enter, readable for all"
        : "";
    const why = secretProperties.includes("iso") ? "" : `: ${isoTrouble}`;
    return [`${name} is no ISO that can be used${why}. ${served === "" ? "Correct iso.hostPath" : served}.`];
  }
  if (hostIso === undefined)
    return [`${name} does not exist on this host. Put the ISO there, or correct iso.hostPath.`];
  return iso.sha256 === undefined || iso.sha256 === hostIso
    ? []
    : [
        `${name} is not the ISO that was declared: its SHA-256 is ${hostIso}, expected ${iso.sha256}. Correct iso.sha256, or find out who changed it.`,
      ];
}

/** The files whose content is not the declared one, or that are lost. */
export function missingFiles(inputs: InstallMediaInputs, plan: readonly Change[]): MediaFile[] {
  const differing = new Set(plan.map(({ property }) => property));
  return mediaFiles(inputs).filter(({ property }) => differing.has(property));
}

/** Files that the host has with another content than the declared one, or that nobody declares: by their names for people. */
export function otherContents(inputs: InstallMediaInputs, seen: ObservedMedia): string[] {
  const media = mediaOf(seen, inputs.name);
  const declared = new Map(mediaFiles(inputs).map(({ name, source }) => [name, source]));
  return [...seen.sums]
    .filter(([name, sum]) => {
      const source = declared.get(name);
      if (isFromNetboot(source)) return !isOfNetboot(media, source, name);
      if (isInIso(source)) return !isTaken(media, inputs.iso, source.inIso, name);
      return source?.sha256 !== sum;
    })
    .map(([name]) => name);
}
