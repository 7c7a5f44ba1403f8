/** What the inputs of installation media mean together: rules, defaults, the files, what a creation does. Pure. */
import { ownedFolder } from "../../host/owned-folder";
import { UNKNOWN, isUnknown, shown, whenKnown, withDefaults } from "../../property";
import type { Failure } from "../../pulumi";
import { type SourceFile, completeSource } from "../source-file/source-file.schema";
import { type BootSource, type IsoSource, describeMediaSource, isInIso, isOnHost } from "./install-media.iso";
import {
  type FromNetboot,
  type NetbootSource,
  completeNetboot,
  describeNetboot,
  isFromNetboot,
} from "./install-media.netboot";
import { fileProperty } from "./install-media.changes";
import { ISO_FILE } from "./install-media.media";
import { FILE_NAME, type InstallMediaInputs, installMediaTable } from "./install-media.properties";

/** One file of the media. */
export interface MediaFile {
  /** As the user knows it: `kernel`, `files["rootfs.tgz"]`. */
  readonly property: string;
  /** Below the media's folder: `vmlinuz`, `files/rootfs.tgz`. */
  readonly name: string;
  readonly source: BootSource | FromNetboot;
}

export function installMediaFaults(inputs: InstallMediaInputs): Failure[] {
  const names = Object.keys(inputs.files ?? {});
  const failures = names
    .filter((name) => !FILE_NAME.test(name))
    .map((name) => ({
      property: `files[${JSON.stringify(name)}]`,
      reason: "is not a file name: use letters, digits and . _ + ~ - with / between folders.",
    }));
  for (const name of names.filter((each) => each.endsWith(".part")))
    failures.push({
      property: `files[${JSON.stringify(name)}]`,
      reason: "ends with .part, as what is still being fetched does. Choose another name.",
    });
  const clashing = names.find((name) => names.some((other) => other.startsWith(`${name}/`)));
  if (clashing !== undefined) {
    failures.push({
      property: `files[${JSON.stringify(clashing)}]`,
      reason: "is a file and, by another name, a folder. Rename one.",
    });
  }
  if (inputs.servePort !== undefined && inputs.serveOn === undefined) {
    failures.push({ property: "servePort", reason: "counts only with serveOn. Name the bridge, or remove servePort." });
  }
  if (names.length > 0 && inputs.serveOn === undefined) {
    failures.push({
      property: "files",
      reason: "would reach no guest without serveOn. Name the bridge that the guest is on.",
    });
  }
  return [...failures, ...bootFaults(inputs), ...isoFaults(inputs)];
}

/** Both by name, or each by itself. */
function bootFaults({ netboot, kernel, ramdisk }: InstallMediaInputs): Failure[] {
  return Object.entries({ kernel, ramdisk }).flatMap(([property, source]) => {
    if (netboot === undefined && source === undefined)
      return [
        {
          property,
          reason: `is missing: it must be an object. Say \`${property}: { url: "http://…", sha256: "…" }\`, or give netboot.`,
        },
      ];
    return netboot === undefined || source === undefined
      ? []
      : [{ property, reason: "cannot be given beside netboot, which has its own. Remove one of the two." }];
  });
}

function isoFaults({ iso, kernel, ramdisk, tree, serveOn }: InstallMediaInputs): Failure[] {
  const taken = Object.entries({ kernel, ramdisk }).filter(([, source]) => isInIso(source));
  if (iso === undefined) {
    const needs = "needs an ISO. Declare iso: { url, sha256 }, { path, sha256 } or { hostPath }.";
    return [
      ...taken.map(([property]) => ({ property: `${property}.inIso`, reason: needs })),
      ...(tree === true ? [{ property: "tree", reason: needs }] : []),
    ];
  }
  if (tree === true && serveOn === undefined)
    return [
      { property: "tree", reason: "would reach no guest without serveOn. Name the bridge that the guest is on." },
    ];
  const isUsed = taken.length > 0 || tree === true || [kernel, ramdisk, tree].some(isUnknown);
  return isUsed
    ? []
    : [{ property: "iso", reason: "is used by nothing. Set tree, or give kernel and ramdisk as { inIso: … }." }];
}

/** Defaults, normal forms, and what a guest needs to know of the media: where its files lie and are served. */
export function completeInstallMedia(inputs: InstallMediaInputs): InstallMediaInputs {
  const whole: InstallMediaInputs = withDefaults(installMediaTable, inputs, undefined);
  const { serve: _, ...rest } = whole;
  const { name, iso, netboot, kernel, ramdisk, tree, files, serveOn, servePort } = rest;
  const directory = whenKnown([name], (known) => ownedFolder("media", known));
  const place = isOnHost(iso) ? iso.hostPath : iso;
  const served = isUnknown(place) ? UNKNOWN : whenKnown([directory], (folder) => isoPath(folder, iso));
  return {
    ...rest,
    ...(iso === undefined ? {} : { iso: complete(iso) }),
    ...(netboot === undefined ? {} : { netboot: completeNetboot(netboot) }),
    ...(kernel === undefined ? {} : { kernel: complete(kernel) }),
    ...(ramdisk === undefined ? {} : { ramdisk: complete(ramdisk) }),
    ...(files === undefined ? {} : { files: isUnknown(files) ? files : mapValues(files, completeSource) }),
    ...(serveOn === undefined || servePort === undefined
      ? {}
      : {
          serve: { bridge: serveOn, port: servePort, ...(tree === true && iso !== undefined ? { iso: served } : {}) },
        }),
    directory,
    kernelPath: whenKnown([directory], (folder) => `${folder}/vmlinuz`),
    ramdiskPath: whenKnown([directory], (folder) => `${folder}/initrd`),
  };
}

/** Where the ISO is on the host. */
export function isoPath(directory: string, iso: IsoSource | undefined): string {
  return isOnHost(iso) ? iso.hostPath : `${directory}/${ISO_FILE}`;
}

/** The ISO first, since others come out of it. */
export function mediaFiles({ iso, netboot, kernel, ramdisk, files = {} }: InstallMediaInputs): MediaFile[] {
  return [
    ...(iso === undefined || isOnHost(iso) ? [] : [{ property: "iso", name: ISO_FILE, source: iso }]),
    ...bootFile("kernel", "vmlinuz", kernel, netboot),
    ...bootFile("ramdisk", "initrd", ramdisk, netboot),
    ...Object.entries(files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, source]) => ({ property: fileProperty(name), name: `files/${name}`, source })),
  ];
}

function bootFile(
  part: "kernel" | "ramdisk",
  name: string,
  source: BootSource | undefined,
  netboot: NetbootSource | undefined,
): MediaFile[] {
  if (netboot !== undefined) return [{ property: "netboot", name, source: { netboot, part } }];
  return source === undefined ? [] : [{ property: part, name, source }];
}

/** The plan of a create, for people. */
export function installMediaCreation(inputs: InstallMediaInputs): string[] {
  const { iso, tree, files, serve, secretProperties = [] } = inputs;
  const said = (property: string, value: unknown): string =>
    shown(value, { secret: secretProperties.includes(property) });
  const known = isUnknown(files) ? { ...inputs, files: {} } : inputs;
  const lines = mediaFiles(known).map(({ property, source }) =>
    isFromNetboot(source)
      ? `bring the ${source.part} of ${describeNetboot(source.netboot, secretProperties)}`
      : isInIso(source)
        ? `take ${property} out of the ISO: ${said(property, source.inIso)}`
        : `bring ${property} from ${describeMediaSource(source, property, secretProperties)}`,
  );
  if (isOnHost(iso)) lines.unshift(`read the ISO ${said("iso", iso.hostPath)} on the host`);
  if (isUnknown(files)) lines.push(`bring files ${shown(files)}`);
  if (serve !== undefined)
    lines.push(
      `serve ${tree === true ? "the content of the ISO " : ""}on ${said("serveOn", serve.bridge)}, port ${said("servePort", serve.port)}, while an install needs it`,
    );
  return lines;
}

/** What is named by a path alone has no checksum to be written in one way. */
function complete<S extends BootSource | IsoSource>(source: S): S {
  return typeof source === "object" && "sha256" in source && source.sha256 !== undefined
    ? (completeSource(source as SourceFile) as S)
    : source;
}

function mapValues<V>(record: Readonly<Record<string, V>>, change: (value: V) => V): Record<string, V> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
