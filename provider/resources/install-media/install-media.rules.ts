/** What the inputs of installation media mean together: rules, defaults, the files, what a creation does. Pure. */
import { ownedFolder } from "../../host/owned-folder";
import { isUnknown, shown, whenKnown, withDefaults } from "../../property";
import type { Failure } from "../../pulumi";
import { type SourceFile, completeSource, describeSource } from "../source-file/source-file.schema";
import { FILE_NAME, type InstallMediaInputs, fileProperty, installMediaTable } from "./install-media.properties";

/** One file of the media. */
export interface MediaFile {
  /** As the user knows it: `kernel`, `files["rootfs.tgz"]`. */
  readonly property: string;
  /** Below the media's folder: `vmlinuz`, `files/rootfs.tgz`. */
  readonly name: string;
  readonly source: SourceFile;
}

export function installMediaFaults(inputs: InstallMediaInputs): Failure[] {
  const names = Object.keys(inputs.files ?? {});
  const failures = names
    .filter((name) => !FILE_NAME.test(name))
    .map((name) => ({
      property: `files[${JSON.stringify(name)}]`,
      reason: "is not a file name: use letters, digits and . _ + ~ - with / between folders.",
    }));
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
  return failures;
}

/** Defaults, normal forms, and what a guest needs to know of the media: where its files lie and are served. */
export function completeInstallMedia(inputs: InstallMediaInputs): InstallMediaInputs {
  const whole: InstallMediaInputs = withDefaults(installMediaTable, inputs, undefined);
  const { serve: _, ...rest } = whole;
  const { name, kernel, ramdisk, files, serveOn, servePort } = rest;
  const directory = whenKnown([name], (known) => ownedFolder("media", known));
  return {
    ...rest,
    kernel: completeSource(kernel),
    ramdisk: completeSource(ramdisk),
    ...(files === undefined ? {} : { files: isUnknown(files) ? files : mapValues(files, completeSource) }),
    ...(serveOn === undefined || servePort === undefined ? {} : { serve: { bridge: serveOn, port: servePort } }),
    directory,
    kernelPath: whenKnown([directory], (folder) => `${folder}/vmlinuz`),
    ramdiskPath: whenKnown([directory], (folder) => `${folder}/initrd`),
  };
}

export function mediaFiles({ kernel, ramdisk, files = {} }: InstallMediaInputs): MediaFile[] {
  return [
    { property: "kernel", name: "vmlinuz", source: kernel },
    { property: "ramdisk", name: "initrd", source: ramdisk },
    ...Object.entries(files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, source]) => ({ property: fileProperty(name), name: `files/${name}`, source })),
  ];
}

/** The plan of a create, for people. */
export function installMediaCreation(inputs: InstallMediaInputs): string[] {
  const { files, serve, secretProperties = [] } = inputs;
  const said = (property: string, value: unknown): string =>
    shown(value, { secret: secretProperties.includes(property) });
  const known = isUnknown(files) ? { ...inputs, files: {} } : inputs;
  const lines = mediaFiles(known).map(
    ({ property, source }) => `bring ${property} from ${describeSource(source, property, secretProperties)}`,
  );
  if (isUnknown(files)) lines.push(`bring files ${shown(files)}`);
  if (serve !== undefined)
    lines.push(
      `serve on ${said("serveOn", serve.bridge)}, port ${said("servePort", serve.port)}, while an install needs it`,
    );
  return lines;
}

function mapValues<V>(record: Readonly<Record<string, V>>, change: (value: V) => V): Record<string, V> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
