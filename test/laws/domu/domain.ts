/** A running domain as xl would tell of it, and what xl's commands do to it. */
import type { RunningDomain } from "../../../provider/toolstack";
import type { DiskSpec, DomainConfig, VifSpec } from "../../../provider/xen";
import { HOST_CPUS } from "./host";
import type { Verb } from "./verbs";

export type Running = RunningDomain;

/** What `xl create` makes of a file, with xl's own defaults. */
export function builtFrom(config: DomainConfig): Running {
  const { memoryMiB = 32, vcpus = 1 } = config;
  return {
    domid: 1,
    name: config.name ?? "",
    uuid: config.uuid,
    type: config.type ?? "pv",
    memoryMiB,
    maxMemoryMiB: config.maxMemoryMiB ?? memoryMiB,
    vcpus,
    maxVcpus: config.maxVcpus ?? vcpus,
    kernel: config.kernel,
    bootloader: config.bootloader,
    disks: (config.disks ?? []).map(shownDisk),
    vifs: (config.vifs ?? []).map(shownVif),
    onPoweroff: config.onPoweroff ?? "destroy",
    onReboot: config.onReboot ?? "restart",
    onCrash: config.onCrash ?? "destroy",
    cpuWeight: number(config.others["cpu_weight"]) ?? 256,
    cpuCap: number(config.others["cap"]) ?? 0,
    state: "blocked",
    cpus: config.cpus ?? "all",
  };
}

function number(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** `xl list -l` tells four things of a disk, two of an interface. */
function shownDisk({ target, format, device, mode }: DiskSpec): DiskSpec {
  return { target, format, device, mode, more: [] };
}

/** libxl names a bridge where nobody does (libxl_nic.c), whether the script needs one or not. */
function shownVif({ mac, bridge = "xenbr0" }: VifSpec): VifSpec {
  return { ...(mac === undefined ? {} : { mac }), bridge, more: [] };
}

/** The domain after the command, or why the command would not have worked. */
export function done(domain: Running, [verb, to]: Verb): Running | string {
  switch (verb) {
    case "setMemory":
      // xl does it and ends with 0; the guest dies (seen on 4.17).
      if (to < 128 && to < domain.memoryMiB) return `${to} MiB is too little for a guest that runs with more`;
      return to > domain.maxMemoryMiB
        ? `${to} MiB is above maxmem ${domain.maxMemoryMiB}`
        : { ...domain, memoryMiB: to };
    case "setVcpus":
      return to > domain.maxVcpus ? `${to} vcpus are above maxvcpus ${domain.maxVcpus}` : { ...domain, vcpus: to };
    case "pinVcpus":
      return { ...domain, cpus: to };
    case "setScheduling":
      return { ...domain, cpuWeight: to.weight ?? domain.cpuWeight, cpuCap: to.cap ?? domain.cpuCap };
    case "attachDisk":
      if (domain.disks.some(({ device }) => device === to.device)) return `the device ${to.device} is taken`;
      // xl does it without a word, and two block drivers write to one image.
      if (domain.disks.some(({ target }) => target === to.target)) return `${to.target} is plugged in a second time`;
      return { ...domain, disks: [...domain.disks, shownDisk(to)] };
    case "detachDisk":
      if (!domain.disks.some(({ device }) => device === to)) return `there is no disk ${to}`;
      return { ...domain, disks: domain.disks.filter(({ device }) => device !== to) };
    case "attachVif":
      if (domain.vifs.some(({ mac }) => mac === to.mac)) return `the address ${String(to.mac)} is there already`;
      return { ...domain, vifs: [...domain.vifs, shownVif(to)] };
    case "detachVif":
      if (!domain.vifs.some(({ mac }) => mac === to)) return `there is no interface ${to}`;
      return { ...domain, vifs: domain.vifs.filter(({ mac }) => mac !== to) };
    case "unpause":
      return domain.state === "paused" ? { ...domain, state: "blocked" } : domain;
  }
}

/** As `xl vcpu-list` prints an affinity: `all`, or ranges in order. */
export function shownCpus(text: string | undefined): string | undefined {
  if (text === undefined || text === "all") return text;
  const cpus = new Set<number>();
  for (const part of text.split(",")) {
    const [first = 0, last = first] = part.replace("^", "").split("-").map(Number);
    for (let cpu = first; cpu <= last && cpu < HOST_CPUS; cpu++) {
      if (part.startsWith("^")) cpus.delete(cpu);
      else cpus.add(cpu);
    }
  }
  if (cpus.size === HOST_CPUS) return "all";
  const sorted = [...cpus].sort((a, b) => a - b);
  const ranges = sorted
    .filter((cpu) => !cpus.has(cpu - 1))
    .map((first) => {
      let last = first;
      while (cpus.has(last + 1)) last++;
      return first === last ? `${first}` : `${first}-${last}`;
    });
  return ranges.join(",");
}
