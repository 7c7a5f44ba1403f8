/** What to do to a guest that exists, decided from what the host shows: steps with their effects. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Step, sh } from "../../shell";
import {
  parseDomainConfig,
  renderDiskSpec,
  renderVifSpec,
  type DomainConfig,
  type DiskSpec,
  type VifSpec,
  isAlive,
} from "../../xen";
import { finalConfig } from "./domu.config";
import { guestScript } from "./domu.functions";
import { type ObservedDomU, type RunningDomain, ownDomain } from "./domu.observe";
import { LIVE_FLOOR_MIB } from "./domu.plan";
import { configPath } from "./domu.place";
import type { DomUInputs } from "./domu.schema";
import { bootStep, stopStep } from "./domu.steps";

/**
 * The steps between writing the configuration and being done.
 * @param olds what was declared before: what the host does not tell (such as pinning) is compared with that.
 */
export function updateSteps(observed: ObservedDomU, olds: DomUInputs, news: DomUInputs): Step[] {
  const domain = ownDomain(observed, olds) ?? ownDomain(observed, news);
  if (news.powerState === "stopped") {
    return domain === undefined ? [] : [stopStep({ name: domain.name }, "as declared")];
  }
  if (domain === undefined) return [bootStep(news)];
  const reasons = restartReasons(observed, domain, olds, news);
  if (reasons.length > 0) return [stopStep({ name: domain.name }, `for ${reasons.join(", ")}`), bootStep(news)];
  return liveSteps(domain, olds, news);
}

/** Why the guest must be built anew; none: it can stay up. */
function restartReasons(
  { bootConfig }: ObservedDomU,
  domain: RunningDomain,
  olds: DomUInputs,
  news: DomUInputs,
): string[] {
  const wanted = finalConfig(news);
  // What it was built from; where nothing tells, what was declared.
  const built = bootConfig === undefined ? finalConfig(olds) : parseDomainConfig(bootConfig);
  const memory = news.memoryMiB ?? 0;
  const squeezed = memory < domain.memoryMiB && memory < LIVE_FLOOR_MIB;
  const disks = byDevice(wanted.disks);
  return [
    ...(isAlive(domain.state) ? [] : [`its state (${domain.state})`]),
    ...(domain.name !== news.name ? ["its name"] : []),
    ...(memory > domain.maxMemoryMiB || squeezed ? ["memoryMiB"] : []),
    ...((news.vcpus ?? 1) > domain.maxVcpus ? ["vcpus"] : []),
    ...(news.maxMemoryMiB !== undefined && news.maxMemoryMiB !== domain.maxMemoryMiB ? ["maxMemoryMiB"] : []),
    ...(news.maxVcpus !== undefined && news.maxVcpus !== domain.maxVcpus ? ["maxVcpus"] : []),
    ...BUILT_IN.filter((key) => !isDeepStrictEqual(built[key], wanted[key])),
    ...(isDeepStrictEqual(sortedOthers(built), sortedOthers(wanted)) ? [] : ["extraConfig"]),
    ...(domain.disks[0] !== undefined && wanted.disks?.[0]?.device !== domain.disks[0].device
      ? ["the first disk"]
      : []),
    ...(hasQemu(built)
      ? []
      : (wanted.disks ?? [])
          .filter(({ format, device }) => format !== "raw" && !domain.disks.some((disk) => disk.device === device))
          .map(({ device }) => `disk ${device}, which takes a QEMU of the guest's own`)),
    ...domain.disks.flatMap((disk) => {
      const now = disks.get(disk.device);
      return now === undefined || sameDisk(disk, now) ? [] : [`disk ${disk.device}`];
    }),
    ...vifReasons(domain, built, wanted),
  ];
}

/** Only when it builds a guest does libxl start a QEMU that can serve what no kernel reads. */
function hasQemu({ type, vfbs = [], disks = [] }: DomainConfig): boolean {
  return type === "hvm" || vfbs.length > 0 || disks.some(({ format }) => format !== "raw");
}

const BUILT_IN = [
  "type",
  "kernel",
  "ramdisk",
  "bootloader",
  "root",
  "extra",
  "vfbs",
  "onPoweroff",
  "onReboot",
  "onCrash",
] as const;

function sortedOthers(config: DomainConfig): unknown {
  return Object.fromEntries(Object.entries(config.others).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function sameDisk(a: DiskSpec, b: DiskSpec): boolean {
  return a.target === b.target && a.format === b.format && a.device === b.device && a.mode === b.mode;
}

/** An interface whose bridge, rate or script changes is not re-plugged behind the guest's back. */
function vifReasons(domain: RunningDomain, built: DomainConfig, wanted: DomainConfig): string[] {
  return domain.vifs.flatMap((vif) => {
    const now = wanted.vifs?.find(({ mac }) => mac === vif.mac);
    if (now === undefined) return [];
    const before = built.vifs?.find(({ mac }) => mac === vif.mac);
    const changed = vif.bridge !== now.bridge || (before !== undefined && !isDeepStrictEqual(before, now));
    return changed ? [`interface ${String(vif.mac)}`] : [];
  });
}

function byDevice(disks: readonly DiskSpec[] | undefined): Map<string, DiskSpec> {
  return new Map((disks ?? []).map((disk) => [disk.device, disk]));
}

function liveSteps(domain: RunningDomain, olds: DomUInputs, news: DomUInputs): Step[] {
  const wanted = finalConfig(news);
  const has = byDevice(domain.disks);
  const wants = byDevice(wanted.disks);
  const macs = new Set((wanted.vifs ?? []).map(({ mac }) => mac));
  const steps = [
    ...(news.memoryMiB === domain.memoryMiB ? [] : [memoryStep(news)]),
    ...(news.vcpus === domain.vcpus ? [] : [vcpusStep(news)]),
    ...(news.cpus === olds.cpus ? [] : [pinStep(news)]),
    ...[...wants.values()].filter(({ device }) => !has.has(device)).map((disk) => attachDiskStep(news, disk)),
    ...[...has.keys()].filter((device) => !wants.has(device)).map((device) => detachDiskStep(news, device)),
    ...(wanted.vifs ?? [])
      .filter(({ mac }) => !domain.vifs.some((vif) => vif.mac === mac))
      .map((vif) => attachVifStep(news, vif)),
    ...domain.vifs
      .filter(({ mac }) => mac !== undefined && !macs.has(mac))
      .map(({ mac }) => detachVifStep(news, mac ?? "")),
  ];
  return steps.length === 0 ? [] : [...steps, keepStep(news)];
}

function live(name: string, title: string, guest: string, script: ReturnType<typeof sh>): Step {
  return { name, title, effect: "live", script: guestScript(guest, script) };
}

function memoryStep({ name, memoryMiB = 0 }: DomUInputs): Step {
  return live(
    "set-memory",
    `set the memory of ${name} to ${memoryMiB} MiB`,
    name,
    // Without a unit xl's manual says KiB and xl takes MiB. The guest follows by itself, a moment later.
    sh`wanted=${memoryMiB}
said=$(xl mem-set "$guest" "$wanted"m 2>&1) || give_up "xl did not set the memory of $guest: $said" "Look at the host's free memory."
tries=0
until used=$(xl list "$guest" 2>/dev/null | awk 'NR == 2 { print $3 }') && [ -n "$used" ] && [ "$used" -ge "$((wanted - 2))" ] && [ "$used" -le "$((wanted + 2))" ]; do
  [ -n "$(domain_row "$guest")" ] || give_up "$guest ended while its memory was changed to $wanted MiB: that was too little for it." "Raise memoryMiB."
  tries=$((tries + 1))
  [ "$tries" -le 60 ] || give_up "$guest did not follow to $wanted MiB within a minute; it uses $used MiB." "Does its kernel have Xen's balloon driver?"
  sleep 1
done
echo "$guest uses $used MiB"`,
  );
}

function vcpusStep({ name, vcpus = 1 }: DomUInputs): Step {
  return live(
    "set-vcpus",
    `set the vcpus of ${name} to ${vcpus}`,
    name,
    sh`said=$(xl vcpu-set "$guest" ${vcpus} 2>&1) || give_up "xl did not set the vcpus of $guest: $said" "Lower vcpus."
if xl vcpu-list "$guest" 2>/dev/null | awk 'NR > 1 && $5 == "--p" { found = 1 } END { exit !found }'; then
  echo "$guest may have to bring the new CPU online itself: echo 1 >/sys/devices/system/cpu/cpuN/online"
fi`,
  );
}

function pinStep({ name, cpus = "all" }: DomUInputs): Step {
  return live(
    "pin-vcpus",
    `run ${name} on the CPUs ${cpus}`,
    name,
    // xl ends with 0 for a CPU that does not exist, and only says so.
    sh`said=$(xl vcpu-pin "$guest" all ${cpus} 2>&1) || true
[ -z "$said" ] || give_up "xl did not pin $guest: $said" "Look at the host's CPUs with xl info."`,
  );
}

function attachDiskStep({ name }: DomUInputs, disk: DiskSpec): Step {
  return live(
    `attach-${disk.device}`,
    `plug ${disk.device} into ${name}`,
    name,
    sh`connected() { xl block-list "$guest" | awk 'NR > 1 && $4 == 4 { count++ } END { print count + 0 }'; }
before=$(connected); tries=0
said=$(xl block-attach "$guest" ${renderDiskSpec(disk)} 2>&1) || give_up "xl did not plug "${disk.device}" into $guest: $said" "Look at the disk on the host."
# xl is content where nobody serves the disk, or no driver takes it.
until [ "$(connected)" -gt "$before" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 30 ]; then
    xl block-detach "$guest" ${disk.device} >/dev/null 2>&1 || xl block-detach "$guest" ${disk.device} force >/dev/null 2>&1 || true
    give_up "$guest did not take the disk "${disk.device}" within half a minute; it was unplugged again." "Does its kernel have Xen's block driver? Restart the guest to have the disk from its beginning."
  fi
  sleep 1
done`,
  );
}

function detachDiskStep({ name }: DomUInputs, device: string): Step {
  return live(
    `detach-${device}`,
    `unplug ${device} from ${name}`,
    name,
    sh`said=$(xl block-detach "$guest" ${device} 2>&1) || give_up "xl did not unplug "${device}" from $guest: $said" "Unmount it in the guest first."`,
  );
}

function attachVifStep({ name }: DomUInputs, vif: VifSpec): Step {
  const mac = vif.mac ?? "";
  return live(
    `attach-${mac.replaceAll(":", "-")}`,
    `plug an interface on ${vif.bridge ?? "a bridge"} into ${name}`,
    name,
    // A failed attach leaves a dead interface behind (seen on 4.17).
    sh`said=$(xl network-attach "$guest" ${renderVifSpec(vif).split(",")} 2>&1) || {
  xl network-detach "$guest" ${mac} >/dev/null 2>&1 || true
  give_up "xl did not plug the interface "${mac}" into $guest: $said" "Look at the bridge on the host."
}`,
  );
}

function detachVifStep({ name }: DomUInputs, mac: string): Step {
  return live(
    `detach-${mac.replaceAll(":", "-")}`,
    `unplug the interface ${mac} from ${name}`,
    name,
    sh`said=$(xl network-detach "$guest" ${mac} 2>&1) || give_up "xl did not unplug the interface "${mac}" from $guest: $said" "Look at xl network-list on the host."`,
  );
}

/** What runs now is what the file says: live changes are in xl's own record, this is ours. */
function keepStep({ name }: DomUInputs): Step {
  return {
    name: "keep-config",
    title: `note what ${name} runs with`,
    effect: "none",
    script: guestScript(name, sh`install_file ${configPath(name)} "$folder/boot.cfg" 0600`),
  };
}
