/** The answer of `xl info`, read. Pinned by test/golden/xen-4.17-debian12 (real output). Pure. */
import { OutputParseError } from "../../errors";
import type { XenInfo } from "../domain";

/** @throws OutputParseError where the version or a number is missing. */
export function parseXlInfo(text: string): XenInfo {
  const values = new Map(
    text.split("\n").flatMap((line) => {
      const [, key, value] = /^(\w+)\s*: ?(.*)$/.exec(line) ?? [];
      return key === undefined ? [] : [[key, (value ?? "").trim()] as const];
    }),
  );
  const number = (key: string): number => {
    const value = values.get(key) ?? "";
    if (!/^\d+$/.test(value)) throw new OutputParseError(`"xl info" printed no number for ${key}.`);
    return Number(value);
  };
  const version = values.get("xen_version") ?? "";
  if (version === "") throw new OutputParseError('"xl info" does not tell the version of Xen.');
  return {
    version,
    commandLine: values.get("xen_commandline") ?? "",
    totalMemoryMiB: number("total_memory"),
    freeMemoryMiB: number("free_memory"),
    cpus: number("nr_cpus"),
    virtCaps: (values.get("virt_caps") ?? "").split(/\s+/).filter(Boolean),
    scheduler: values.get("xen_scheduler") ?? "",
  };
}
