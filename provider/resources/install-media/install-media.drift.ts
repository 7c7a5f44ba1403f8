/** What a look at the host says of installation media: what differs, what forbids mending it. Pure. */
import { type SourceFile, isUrl } from "../source-file/source-file.schema";
import type { ObservedMedia } from "./install-media.observe";
import { type MediaFile, mediaFiles } from "./install-media.plan";
import type { InstallMediaInputs } from "./install-media.schema";

export function differing(inputs: InstallMediaInputs, seen: ObservedMedia): MediaFile[] {
  return mediaFiles(inputs).filter(({ name, source }) => seen.sums.get(name) !== source.sha256);
}

export function undeclared(inputs: InstallMediaInputs, seen: ObservedMedia): string[] {
  const declared = new Set(mediaFiles(inputs).map(({ name }) => name));
  return [...seen.sums.keys()].filter((name) => !declared.has(name));
}

/** The inputs as the host has them: a changed file shows by its sum, a lost one as missing, a stray one as new. */
export function asSeen(inputs: InstallMediaInputs, seen: ObservedMedia): InstallMediaInputs {
  const found = <S extends SourceFile>(name: string, source: S): S => ({
    ...source,
    sha256: seen.sums.get(name) ?? "missing",
  });
  const files = Object.fromEntries(
    Object.entries(inputs.files ?? {}).map(([name, source]) => [name, found(`files/${name}`, source)]),
  );
  const stray = undeclared(inputs, seen)
    .filter((name) => name.startsWith("files/"))
    .map((name): [string, SourceFile] => [
      name.slice("files/".length),
      { path: "(found on the host)", sha256: seen.sums.get(name) ?? "" },
    ]);
  return {
    ...inputs,
    kernel: found("vmlinuz", inputs.kernel),
    ramdisk: found("initrd", inputs.ramdisk),
    ...(inputs.files === undefined && stray.length === 0 ? {} : { files: { ...files, ...Object.fromEntries(stray) } }),
  };
}

/** Whole sentences, each with its remedy; none: it can go on. `missing` is to be brought, `localBytes` of it from this machine. */
export function mediaFaults(
  seen: ObservedMedia,
  inputs: InstallMediaInputs,
  missing: readonly MediaFile[],
  localBytes: number,
): string[] {
  const faults: string[] = [];
  const fetched = missing.find(({ source }) => isUrl(source));
  if (fetched !== undefined && seen.tools.length === 0) {
    faults.push("None of curl, wget and python3 is on the host, so nothing can be fetched. Install one of them.");
  }
  if (inputs.serveOn !== undefined && !seen.tools.includes("python3")) {
    faults.push("python3 is missing on the host; it serves the media to guests. Install the package python3.");
  }
  if (localBytes > seen.freeBytes) {
    faults.push(
      `/var/lib has ${Math.floor(seen.freeBytes / 1024 ** 2)} MiB free, and the media need ${Math.ceil(localBytes / 1024 ** 2)} MiB. Free some space.`,
    );
  }
  return faults;
}
