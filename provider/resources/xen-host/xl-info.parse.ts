/** `xl info` and dom0's row of `xl list`, as Xen 4.17 and 4.20 print them. Pure. */
import { OutputParseError } from "../../errors";

export interface XlInfo {
  readonly version: string;
  readonly commandLine: string;
  readonly totalMemoryMiB: number;
  readonly virtCaps: readonly string[];
  readonly scheduler: string;
}

/** @throws OutputParseError where the version is missing. */
export function parseXlInfo(text: string): XlInfo {
  const values = new Map(
    text.split("\n").flatMap((line) => {
      const match = /^([a-z_]+)\s*:\s?(.*)$/.exec(line);
      return match === null ? [] : [[match[1] ?? "", (match[2] ?? "").trim()] as const];
    }),
  );
  const version = values.get("xen_version");
  if (version === undefined || version === "")
    throw new OutputParseError('"xl info" does not tell the version of Xen.');
  return {
    version,
    commandLine: values.get("xen_commandline") ?? "",
    totalMemoryMiB: Number(values.get("total_memory") ?? 0),
    virtCaps: (values.get("virt_caps") ?? "").split(/\s+/).filter((word) => word !== ""),
    scheduler: values.get("xen_scheduler") ?? "",
  };
}

/** @throws OutputParseError where dom0 is not listed. */
export function parseXlListRow(text: string): { dom0MemoryMiB: number; dom0Vcpus: number } {
  const row = /^Domain-0\s+0\s+(\d+)\s+(\d+)\s/m.exec(text);
  if (row === null) throw new OutputParseError('"xl list" does not show Domain-0.');
  return { dom0MemoryMiB: Number(row[1]), dom0Vcpus: Number(row[2]) };
}
