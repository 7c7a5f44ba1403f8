/** Of the guest's table: its memory and its share of the CPUs. Pure. */
import { z } from "zod";
import { hasUnknown, isUnknown } from "../../property";
import { sameCpus } from "./domu.cpus";
import { pinVcpus, setByVerb, setMemory, setVcpus } from "./domu.live";
import { changesLive, property, restart, shownBy } from "./domu.property";

/** Less memory than this comes with a restart: `xl mem-set` far down kills a guest and ends with 0 (seen at 64 MiB on 4.17). */
const LIVE_FLOOR_MIB = 128;

/** xl's own where nothing is said (seen on 4.17). */
const DEFAULT_WEIGHT = 256;

const mebibytes = z.int().min(16).max(4_194_304);
const cpuCount = z.int().min(1).max(512);

export const guestResources = {
  /** The guest's memory, in MiB, at least 16. */
  memoryMiB: property({
    type: mebibytes,
    default: 512,
    key: "memory",
    is: shownBy(
      (domain) => domain.memoryMiB,
      (file) => file.memoryMiB,
    ),
    change: {
      says: "live from 128 MiB up to maxMemoryMiB, else restart",
      outcome: ({ from, to, is }) => {
        if (is.domain === undefined) return { effect: "none" };
        if (hasUnknown([from, to, is.domain.maxMemoryMiB]) || to === undefined) return { effect: "restart" };
        const fits = to <= is.domain.maxMemoryMiB && (to >= LIVE_FLOOR_MIB || to >= (from ?? 0));
        return fits ? changesLive(is, setMemory(to)) : { effect: "restart" };
      },
    },
  }),
  /** What its memory may grow to without a restart, in MiB. */
  maxMemoryMiB: property({
    type: mebibytes,
    default: ({ memoryMiB }, olds) => atLeast(memoryMiB, olds?.maxMemoryMiB),
    defaultSays: "what it is; at first memoryMiB",
    key: "maxmem",
    is: shownBy(
      (domain) => domain.maxMemoryMiB,
      (file) => file.maxMemoryMiB ?? file.memoryMiB,
    ),
    change: restart,
  }),
  /** The number of its virtual CPUs, 1 to 512. */
  vcpus: property({
    type: cpuCount,
    default: 1,
    key: "vcpus",
    is: shownBy(
      (domain) => domain.vcpus,
      (file) => file.vcpus,
    ),
    change: {
      says: "live up to maxVcpus, else restart",
      outcome: ({ to, is }) => {
        if (is.domain === undefined) return { effect: "none" };
        if (hasUnknown([to, is.domain.maxVcpus]) || to === undefined || to > is.domain.maxVcpus)
          return { effect: "restart" };
        return changesLive(is, setVcpus(to));
      },
    },
  }),
  /** The number that its virtual CPUs may grow to without a restart, 1 to 512. */
  maxVcpus: property({
    type: cpuCount,
    default: ({ vcpus }, olds) => atLeast(vcpus, olds?.maxVcpus),
    defaultSays: "what it is; at first vcpus",
    key: "maxvcpus",
    is: shownBy(
      (domain) => domain.maxVcpus,
      (file) => file.maxVcpus ?? file.vcpus,
    ),
    change: restart,
  }),
  /** The host's CPUs that it may run on, such as `"0-3,^1"`. */
  cpus: property({
    type: z.string().regex(/^(all|\^?\d+(-\d+)?(,\^?\d+(-\d+)?)*)$/, 'must be a list of CPUs such as "0-3,^1"'),
    defaultSays: "all",
    key: "cpus",
    // What xl shows of a pinning is lost at the guest's own reboot and by save and restore (seen on 4.17).
    is: shownBy(
      ({ cpus }) => (cpus === "all" ? undefined : (cpus ?? "mixed")),
      (file) => file.cpus,
    ),
    same: (from, to, is) => sameCpus(from, to, is.hostCpus),
    change: {
      says: "live",
      outcome: ({ to, is }) => (isUnknown(to) ? { effect: "live" } : changesLive(is, pinVcpus(to ?? "all"))),
    },
  }),
  /** Its share of CPU time against other guests, a number from 1 to 65535: one with twice the weight gets twice as much while the CPUs are busy. */
  cpuWeight: property({
    type: z.int().min(1).max(65535),
    defaultSays: "256",
    key: "cpu_weight",
    is: shownBy(
      ({ cpuWeight }) => (cpuWeight === DEFAULT_WEIGHT ? undefined : cpuWeight),
      (file) => numberOf(file.others["cpu_weight"]),
    ),
    same: (from, to) => (from ?? DEFAULT_WEIGHT) === (to ?? DEFAULT_WEIGHT),
    change: {
      says: "live",
      outcome: ({ to = DEFAULT_WEIGHT, is }) =>
        changesLive(
          is,
          setByVerb("cpuWeight", to, (on) => on.setScheduling({ weight: to })),
        ),
    },
  }),
  /** The most CPU time that it may use, in percent of one CPU, also while CPUs are idle; 0: as much as there is. */
  cpuCap: property({
    type: z.int().min(0).max(51200),
    defaultSays: "0",
    key: "cap",
    is: shownBy(
      ({ cpuCap }) => (cpuCap === 0 ? undefined : cpuCap),
      (file) => numberOf(file.others["cap"]),
    ),
    same: (from, to) => (from ?? 0) === (to ?? 0),
    change: {
      says: "live",
      outcome: ({ to = 0, is }) =>
        changesLive(
          is,
          setByVerb("cpuCap", to, (on) => on.setScheduling({ cap: to })),
        ),
    },
  }),
} as const;

function atLeast(least: number | undefined, before: number | undefined): number | undefined {
  return typeof before === "number" && typeof least === "number" && before >= least ? before : least;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
