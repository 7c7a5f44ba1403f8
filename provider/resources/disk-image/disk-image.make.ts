/** How an image comes to be: a source is fetched, and the image's storage makes the rest. Pure. */
import { download } from "../../host/download";
import { folderNameOf, ownedFolder } from "../../host/owned-folder";
import type { Place, WantedImage } from "../../host/storage/storage";
import { storageOf } from "../../host/storage/storages";
import { type JobFile, type Step, sh } from "../../shell";
import { isSecretSource } from "../source-file/source-file.schema";
import { compressionOf, describeImageSource, imageToCopy, isUrlSource, markOf } from "./disk-image.source";
import { type DiskImageInputs, sizeBytesOf } from "./disk-image.properties";

const URL_FILE = "url";

/** The folder of the claim. */
export function folderOf(path: string): string {
  return ownedFolder("disk-image", folderNameOf(path));
}

export function placeOf(path: string): Place {
  return { path, folder: folderOf(path) };
}

/** @param sourceBytes - the length of a local source file */
export function wantedOf(inputs: DiskImageInputs, sourceBytes?: number): WantedImage {
  const { path, preallocation, source, thinPool } = inputs;
  return {
    path,
    bytes: sizeBytesOf(inputs),
    preallocation,
    thinPool,
    source: source && markOf(source),
    compression: compressionOf(source),
    image: imageToCopy(source),
    converts: source?.convert,
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
