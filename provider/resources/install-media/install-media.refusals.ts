/** What of a host forbids bringing the media to it. Each fault is a sentence with its remedy. Pure. */
import type { Change } from "../../change";
import { PYTHONS } from "../../shell";
import { isUrl } from "../source-file/source-file.schema";
import type { ObservedMedia } from "./install-media.observe";
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
  const fetched = missing.find(({ source }) => isUrl(source));
  if (fetched !== undefined && !["curl", "wget", "python3"].some((tool) => seen.tools.includes(tool))) {
    faults.push("None of curl, wget and python3 is on the host, so nothing can be fetched. Install one of them.");
  }
  if (inputs.serveOn !== undefined && !PYTHONS.some((python) => seen.tools.includes(python))) {
    faults.push(
      "There is no Python (python3, python2, python) on the host; it serves the media to guests. Install the package python3, on CentOS 6 python.",
    );
  }
  if (localBytes > seen.freeBytes) {
    faults.push(
      `/var/lib has ${Math.floor(seen.freeBytes / 1024 ** 2)} MiB free, and the media need ${Math.ceil(localBytes / 1024 ** 2)} MiB. Free some space.`,
    );
  }
  return faults;
}

/** The files whose content is not the declared one, or that are lost. */
export function missingFiles(inputs: InstallMediaInputs, plan: readonly Change[]): MediaFile[] {
  const differing = new Set(plan.map(({ property }) => property));
  return mediaFiles(inputs).filter(({ property }) => differing.has(property));
}

/** Files that the host has with another content than the declared one, or that nobody declares: by their names for people. */
export function otherContents(inputs: InstallMediaInputs, seen: ObservedMedia): string[] {
  const declared = new Map(mediaFiles(inputs).map(({ name, source }) => [name, source.sha256]));
  return [...seen.sums].filter(([name, sum]) => declared.get(name) !== sum).map(([name]) => name);
}
