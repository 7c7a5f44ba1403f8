/** The answer of `xl info` and `xm info`, read: the same lines, but for the version. Pure. */
import { OutputParseError } from "../errors";
import type { XenInfo } from "./domain";

/** What a line says; `number` throws where that is none. */
interface InfoLines {
  readonly text: (key: string) => string;
  readonly number: (key: string) => number;
}

/** @throws OutputParseError where a number is missing. */
export function parseInfo(
  command: "xl info" | "xm info",
  said: string,
  versionOf: (info: InfoLines) => string,
): XenInfo {
  const values = new Map(
    said.split("\n").flatMap((line) => {
      const [, key, value] = /^(\w+)\s*: ?(.*)$/.exec(line) ?? [];
      return key === undefined ? [] : [[key, (value ?? "").trim()] as const];
    }),
  );
  const text = (key: string): string => values.get(key) ?? "";
  const number = (key: string): number => {
    const value = text(key);
    if (!/^\d+$/.test(value)) throw new OutputParseError(`"${command}" printed no number for ${key}.`);
    return Number(value);
  };
  return {
    version: versionOf({ text, number }),
    commandLine: text("xen_commandline"),
    totalMemoryMiB: number("total_memory"),
    freeMemoryMiB: number("free_memory"),
    cpus: number("nr_cpus"),
    virtCaps: text("virt_caps").split(/\s+/).filter(Boolean),
    scheduler: text("xen_scheduler"),
  };
}
