/** What the inputs of installation media mean, and what a change of them does. Pure. */
import { ownedFolder } from "../../host/owned-folder";
import type { Change } from "../../change";
import { isUnknown, shown } from "../../property";
import { type Failure, propertyChange } from "../../pulumi";
import { type SourceFile, completeSource, describeSource, isSameContent } from "../source-file/source-file.schema";
import { FILE_NAME, type InstallMediaInputs } from "./install-media.schema";

const DEFAULT_PORT = 8980;

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
      reason: "is no name of a file: use letters, digits and . _ + ~ - with / between folders.",
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

export function completeInstallMedia(inputs: InstallMediaInputs): InstallMediaInputs {
  const { kernel, ramdisk, files, name, serveOn, servePort = DEFAULT_PORT, serve: _, ...rest } = inputs;
  const directory = isUnknown(name) ? name : ownedFolder("media", name);
  const below = (file: string): string => (isUnknown(name) ? name : `${directory}/${file}`);
  return {
    ...rest,
    name,
    kernel: completeSource(kernel),
    ramdisk: completeSource(ramdisk),
    ...(files === undefined ? {} : { files: isUnknown(files) ? files : mapValues(files, completeSource) }),
    ...(serveOn === undefined ? {} : { serveOn, servePort, serve: { bridge: serveOn, port: servePort } }),
    directory,
    kernelPath: below("vmlinuz"),
    ramdiskPath: below("initrd"),
  };
}

export function mediaFiles({ kernel, ramdisk, files = {} }: InstallMediaInputs): MediaFile[] {
  return [
    { property: "kernel", name: "vmlinuz", source: kernel },
    { property: "ramdisk", name: "initrd", source: ramdisk },
    ...Object.entries(files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, source]) => ({ property: `files[${JSON.stringify(name)}]`, name: `files/${name}`, source })),
  ];
}

/** Media are read while a guest is installed and never again: no change of them touches a guest that runs. */
export function installMediaChanges(olds: InstallMediaInputs, news: InstallMediaInputs): Change[] {
  const changes = propertyChange("name", olds.name, news.name, "replace");
  for (const property of ["kernel", "ramdisk"] as const) {
    changes.push(...sourceChange(property, olds[property], news[property], news));
  }
  if (isUnknown(olds.files) || isUnknown(news.files)) {
    if (olds.files !== news.files)
      changes.push({ property: "files", text: `files -> ${shown(news.files)}`, effect: "none" });
  } else {
    const names = new Set([...Object.keys(olds.files ?? {}), ...Object.keys(news.files ?? {})]);
    for (const name of [...names].sort()) {
      changes.push(...sourceChange(`files[${JSON.stringify(name)}]`, olds.files?.[name], news.files?.[name], news));
    }
  }
  for (const property of ["serveOn", "servePort"] as const) {
    changes.push(...propertyChange(property, olds[property], news[property], "none"));
  }
  return changes;
}

function sourceChange(
  property: string,
  before: SourceFile | undefined,
  after: SourceFile | undefined,
  news: InstallMediaInputs,
): Change[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const name = property.split("[", 1)[0] ?? property;
  const secret = news.secretProperties?.includes(name) === true;
  const sum = (source: SourceFile | undefined): string =>
    source === undefined
      ? "unset"
      : isUnknown(source)
        ? shown(source)
        : secret || isUnknown(source.sha256)
          ? shown(source.sha256, { secret })
          : shortSum(source.sha256);
  const text =
    isSameContent(before, after) && !isUnknown(after)
      ? `${property} (same content, from elsewhere)`
      : `${property} ${sum(before)} -> ${sum(after)}`;
  return [{ property, text, effect: "none" }];
}

const shortSum = (sum: string): string => (/^[0-9a-f]{64}$/.test(sum) ? `${sum.slice(0, 12)}…` : sum);

export function installMediaCreation(inputs: InstallMediaInputs): string[] {
  const secrets = inputs.secretProperties ?? [];
  const one = (property: string, source: SourceFile): string =>
    `bring ${property} from ${describeSource(source, secrets.includes(property.split("[", 1)[0] ?? ""))}`;
  const lines = [one("kernel", inputs.kernel), one("ramdisk", inputs.ramdisk)];
  if (isUnknown(inputs.files)) lines.push(`bring files ${shown(inputs.files)}`);
  else
    lines.push(
      ...mediaFiles(inputs)
        .slice(2)
        .map(({ property, source }) => one(property, source)),
    );
  if (inputs.serve !== undefined)
    lines.push(`serve on ${shown(inputs.serve.bridge)}, port ${shown(inputs.serve.port)}, while an install needs it`);
  return lines;
}

function mapValues<V>(record: Readonly<Record<string, V>>, change: (value: V) => V): Record<string, V> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
