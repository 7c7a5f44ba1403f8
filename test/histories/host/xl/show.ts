/** What xl prints, in the form of 4.17 (pinned by test/unit/histories against test/golden/xen-4.17-debian12). */
import { type Domain, HOST_CPUS, REASON_CODES } from "./domain";

export const TOTAL_MIB = 3071;
export const DOM0_MIB = 1024;
const NO_UUID = "00000000-0000-0000-0000-000000000000";

function stateOf({ isPaused, ended }: Domain): string {
  if (ended === undefined) return isPaused ? "--p---" : "-b----";
  return ended === "crash" ? "---sc-" : "---s--";
}

export function table(domains: readonly Domain[], options: { withDom0: boolean; verbose: boolean }): string {
  const head = `Name                                        ID   Mem VCPUs\tState\tTime(s)${options.verbose ? "   UUID                            Reason-Code\tSecurity Label" : ""}\n`;
  const row = (name: string, domid: number, mib: number, vcpus: number, state: string, uuid: string, reason: string) =>
    `${name.padEnd(40)} ${String(domid).padStart(5)} ${String(mib).padStart(5)} ${String(vcpus).padStart(5)}     ${state}  ${"6.3".padStart(8)}${options.verbose ? ` ${uuid} ${reason.padStart(8)} ${"-".padStart(16)}` : ""}\n`;
  return [
    head,
    ...(options.withDom0 ? [row("Domain-0", 0, DOM0_MIB, HOST_CPUS, "r-----", NO_UUID, "-")] : []),
    ...domains.map((one) =>
      row(
        one.name,
        one.domid,
        one.memoryMiB,
        one.vcpus,
        stateOf(one),
        one.uuid,
        one.ended === undefined ? "-" : String(REASON_CODES[one.ended]),
      ),
    ),
  ].join("");
}

/** `xl list -l`: what is at its default is left out, and a list that is empty too. */
export function long(domains: readonly Domain[], withDom0: boolean): string {
  const sched = (weight: number, cap: number): object => ({ sched: "credit2", weight, cap });
  const dom0 = {
    domid: 0,
    config: {
      c_info: { type: "pv", name: "Domain-0" },
      b_info: {
        max_memkb: DOM0_MIB * 1024,
        target_memkb: DOM0_MIB * 1024 - 1,
        sched_params: sched(256, 0),
        "type.pv": {},
        arch_arm: {},
        arch_x86: {},
      },
    },
  };
  const all = [...(withDom0 ? [dom0] : []), ...domains.map(longOf)];
  return `${JSON.stringify(all, null, 4)}\n`;
}

function longOf(one: Domain): object {
  const { build } = one;
  return {
    domid: one.domid,
    config: {
      c_info: { type: build.type, name: one.name, domid: 4294967295, uuid: one.uuid, run_hotplug_scripts: "True" },
      b_info: {
        max_vcpus: build.maxVcpus,
        avail_vcpus: Array.from({ length: one.vcpus }, (_, index) => index),
        max_memkb: one.maxMemoryMiB * 1024,
        target_memkb: one.memoryMiB * 1024,
        video_memkb: 0,
        sched_params: { sched: "credit2", weight: one.weight, cap: one.cap },
        claim_mode: "True",
        ...(build.kernel === "" ? {} : { kernel: build.kernel }),
        ...(build.bootloader === "" ? {} : { bootloader: build.bootloader }),
        "type.pv": {},
        arch_arm: {},
        arch_x86: { msr_relaxed: "False" },
      },
      ...(one.disks.length === 0
        ? {}
        : {
            disks: one.disks.map((disk) => ({
              pdev_path: disk.target,
              vdev: disk.vdev,
              format: disk.format,
              readwrite: disk.isWritable ? 1 : 0,
              colo_restore_enable: "False",
            })),
          }),
      ...(one.vifs.length === 0
        ? {}
        : {
            nics: one.vifs
              .filter(({ isDead }) => isDead !== true)
              .map(({ devid, mac, bridge }) => ({ devid, mac, bridge, nictype: "vif" })),
          }),
      ...(build.onPoweroff === "destroy" ? {} : { on_poweroff: build.onPoweroff.replace("-", "_") }),
      ...(build.onReboot === "destroy" ? {} : { on_reboot: build.onReboot.replace("-", "_") }),
      ...(build.onCrash === "destroy" ? {} : { on_crash: build.onCrash.replace("-", "_") }),
      on_soft_reset: "soft_reset",
    },
  };
}

export function info(freeMiB: number): string {
  return [
    "host                   : xen1",
    "release                : 6.1.0-56-amd64",
    "machine                : x86_64",
    `nr_cpus                : ${String(HOST_CPUS)}`,
    "virt_caps              : pv hvm gnttab-v1 gnttab-v2",
    `total_memory           : ${String(TOTAL_MIB)}`,
    `free_memory            : ${String(freeMiB)}`,
    "free_cpus              : 0",
    "xen_major              : 4",
    "xen_minor              : 17",
    "xen_extra              : .7",
    "xen_version            : 4.17.7",
    "xen_caps               : xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 ",
    "xen_scheduler          : credit2",
    "xend_config_format     : 4",
    "",
  ].join("\n");
}

export function vcpuList(domains: readonly Domain[]): string {
  const rows = domains.flatMap((one) =>
    Array.from(
      { length: one.build.maxVcpus },
      (_, index) =>
        `${one.name.padEnd(32)} ${String(one.domid).padStart(5)} ${String(index).padStart(5)} ${index < one.vcpus ? "   0   -b-" : "   -   --p"}       6.3  ${one.affinity} / all\n`,
    ),
  );
  return `Name                                ID  VCPU   CPU State   Time(s) Affinity (Hard / Soft)\n${rows.join("")}`;
}

export function blockList({ domid, disks }: Domain): string {
  const rows = disks.map(({ vdev }) => {
    const number = String(deviceNumber(vdev));
    return `${number} 0   ${String(domid)}      4     8      8        /local/domain/0/backend/vbd/${String(domid)}/${number}\n`;
  });
  return `Vdev  BE  handle state evt-ch ring-ref BE-path                       \n${rows.join("")}`;
}

export function networkList({ domid, vifs }: Domain): string {
  const rows = vifs.map(
    ({ devid, mac }) =>
      `${String(devid)}   0  ${mac}     ${String(devid)}     4     -1   522/523         /local/domain/0/backend/vif/${String(domid)}/${String(devid)}\n`,
  );
  return `Idx BE Mac Addr.         handle state evt-ch   tx-/rx-ring-ref BE-path                       \n${rows.join("")}`;
}

/** xvda is 51712, xvdb 51728. */
export function deviceNumber(vdev: string): number {
  const letter = /^xvd([a-z])(\d*)$/.exec(vdev);
  return letter === null ? 768 : 51712 + 16 * ((letter[1] ?? "a").charCodeAt(0) - 97) + Number(letter[2] ?? "0");
}
