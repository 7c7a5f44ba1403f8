/** How an image comes to be: a source is fetched, and the image's storage makes the rest. Pure. */
import { download } from "../../host/download";
import type { WantedImage } from "../../host/storage/storage";
import { MIB } from "../../host/storage/size";
import { storageOf } from "../../host/storage/storages";
import { type JobFile, type Step, sh } from "../../shell";
import { isSecretSource } from "../source-file/source-file.schema";
import { compressionOf, describeImageSource, imageToCopy, isUrlSource, markOf } from "./disk-image.source";
import { placeOfImage } from "./disk-image.place";
import { type DiskImageInputs, sizeBytesOf } from "./disk-image.properties";

const URL_FILE = "url";

/** The folder of the claim. */
export function folderOf(path: string): string {
  return placeOfImage(path).folder;
}

export const placeOf = placeOfImage;

/** @param sourceBytes - the length of a local source file */
export function wantedOf(inputs: DiskImageInputs, sourceBytes?: number): WantedImage {
  const { path, preallocation, backing, source, thinPool, overcommit } = inputs;
  return {
    path,
    bytes: sizeBytesOf(inputs),
    preallocation,
    backing,
    thinPool,
    snapshots: (inputs.snapshots ?? []).map(({ name }) => name),
    source: source && markOf(source),
    compression: compressionOf(source),
    image: imageToCopy(source),
    converts: source?.convert,
    overcommit,
    sourceBytes,
  };
}

/** Where the source lies before the image is made. */
export function sourceAt({ path, format }: DiskImageInputs): string {
  return storageOf(format).makes?.sourceAt(placeOf(path)) ?? "";
}

/** Fetches a source that the host can reach; the URL comes as a file of the job. */
export function fetching(inputs: DiskImageInputs): { steps: Step[]; files: JobFile[] } {
  const { path, source, secretProperties } = inputs;
  if (source === undefined || !isUrlSource(source)) return { steps: [], files: [] };
  const from = describeImageSource(source, secretProperties);
  const fetched = download({
    label: "image",
    from,
    hides: isSecretSource("source", secretProperties),
    urlFile: sh`"$JOB_FILES"/${URL_FILE}`,
    sha256: source.sha256,
    // A qcow2 file has tables and maybe snapshots beside its disk; nothing that is twice as long can be what was meant.
    mostBytes: 2 * (sizeBytesOf(inputs) ?? 0) + 64 * MIB,
    target: sourceAt(inputs),
    mode: "0600",
  });
  const script = sh`if [ ! -e ${path} ]; then
${fetched}
fi`;
  return {
    steps: [{ name: "download", title: `fetch ${from}`, effect: "none", script }],
    files: [{ name: URL_FILE, content: `${source.url}\n` }],
  };
}

/** Makes the image under another name, then gives it its own. A local source lies there already. */
export function makeStep(inputs: DiskImageInputs): Step {
  const script = storageOf(inputs.format).makes?.make(placeOf(inputs.path), wantedOf(inputs)) ?? sh``;
  return { name: "make", title: `make ${inputs.path}`, effect: "none", script };
}
