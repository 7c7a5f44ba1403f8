/** The texts of changes of media: a source by its checksum, or by its path in the ISO. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type EntryChange, isUnknown, shown } from "../../property";
import type { Step } from "../../shell";
import { type SourceFile, isSameContent } from "../source-file/source-file.schema";
import { type BootSource, type IsoSource, isInIso, isOnHost } from "./install-media.iso";
import type { Files } from "./install-media.media";

export function filesChanges(from: Files | undefined, to: Files | undefined): EntryChange<Step>[] {
  if (isUnknown(from) || isUnknown(to))
    return [
      { property: "files", text: `files -> ${shown(isUnknown(to) ? to : Object.keys(to ?? {}))}`, effect: "none" },
    ];
  const names = new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})]);
  return [...names].sort().flatMap((name) => sourceChange(fileProperty(name), from?.[name], to?.[name]));
}

export function fileProperty(name: string): string {
  return `files[${JSON.stringify(name)}]`;
}

/** Where an ISO lies on the host, the host does not show: beside one that is brought it is left out. */
export function isoChange(from: IsoSource | undefined, to: IsoSource | undefined): EntryChange<Step>[] {
  const isBrought = to !== undefined && !isUnknown(to) && !isOnHost(to);
  return sourceChange("iso", isOnHost(from) && isBrought ? undefined : from, to);
}

type AnySource = SourceFile | BootSource | IsoSource | undefined;

export function sourceChange(property: string, from: AnySource, to: AnySource): EntryChange<Step>[] {
  if (isDeepStrictEqual(from, to)) return [];
  const isSame =
    sumOf(from) !== undefined &&
    isSameContent(from as SourceFile, to as SourceFile) &&
    [from, to, sumOf(to)].every((value) => !isUnknown(value));
  const text = isSame ? "(same content, from elsewhere)" : `${shortSource(from)} -> ${shortSource(to)}`;
  return [{ property, text: `${property} ${text}`, effect: "none" }];
}

export function sumOf(source: AnySource): string | undefined {
  return typeof source === "object" && "sha256" in source ? source.sha256 : undefined;
}

function shortSource(source: AnySource): string {
  if (source === undefined || isUnknown(source)) return shown(source);
  const sum = sumOf(source);
  const short =
    sum === undefined
      ? ""
      : /^[0-9a-f]{64}$/.test(sum)
        ? `${sum.slice(0, 12)}…`
        : /^[a-z ]+$/i.test(sum)
          ? sum
          : shown(sum);
  const place = isInIso(source as BootSource)
    ? shown((source as { inIso: unknown }).inIso)
    : isOnHost(source as IsoSource)
      ? shown((source as { hostPath: unknown }).hostPath)
      : "";
  return [place, place === "" || short === "" ? short : `(${short})`].filter(Boolean).join(" ");
}
