/** A distribution's cloud image as the source of an image: what it is, what the host needs for it, how it is fetched. Pure. */
import { CLOUD_IMAGES } from "../../host/distributions/cloud-images";
import type { Published } from "../../host/distributions/distribution";
import { namedDownload } from "../../host/named-download";
import { cannotVerify, keyringsOf } from "../../host/signature";
import { type JobFile, type ShellText, sh } from "../../shell";
import { isSecretSource } from "../source-file/source-file.schema";
import { type DiskImageInputs } from "./disk-image.properties";
import { type ImageSourceDistribution, describeImageSource, isDistribution } from "./disk-image.source";

/** The image of a completed source. */
export function publishedImage({ distribution, version, variant = "" }: ImageSourceDistribution): Published {
  return CLOUD_IMAGES[distribution].of(version, variant);
}

/** Where the host may have the key that counts; empty where none is needed. */
export function keyringsFor({ source }: Pick<DiskImageInputs, "source">): readonly string[] {
  if (source === undefined || !isDistribution(source) || source.sha256 !== undefined || source.key !== undefined)
    return [];
  return keyringsOf([publishedImage(source)]);
}

/** Why the host cannot verify what the distribution signs. */
export function cannotVerifyImage(
  seen: { readonly tools: readonly string[]; readonly keyring?: string | undefined },
  { source, secretProperties }: DiskImageInputs,
): string[] {
  if (source === undefined || !isDistribution(source) || source.sha256 !== undefined) return [];
  const { distribution, key } = source;
  return cannotVerify({ tools: seen.tools, keyring: seen.keyring }, [publishedImage(source)], {
    distribution: isSecretSource("source", secretProperties) ? undefined : distribution,
    isKeyGiven: key !== undefined,
    at: "source",
    pin: "source.sha256",
  });
}

/** @param target - where the image is brought. @param sumFile - where its SHA-256 is written down */
export function fetchNamed(
  source: ImageSourceDistribution,
  secrets: readonly string[] | undefined,
  { target, sumFile, mostBytes }: { readonly target: string; readonly sumFile: string; readonly mostBytes: number },
): { script: ShellText; files: JobFile[] } {
  const { distribution, mirror, key, sha256 } = source;
  const hides = isSecretSource("source", secrets);
  const script = namedDownload({
    label: "image",
    what: describeImageSource(source, secrets),
    distribution: hides ? "the distribution" : distribution,
    published: publishedImage(source),
    hides,
    mirrorFile: sh`"$JOB_FILES"/mirror`,
    keyFile: key === undefined ? undefined : sh`"$JOB_FILES"/key`,
    sha256,
    target,
    sumFile,
    mostBytes,
    mode: "0600",
  });
  return {
    script,
    files: [
      { name: "mirror", content: `${mirror}\n` },
      ...(key === undefined ? [] : [{ name: "key", content: `${key.trim()}\n` }]),
    ],
  };
}
