/** A guest's configuration for xl, made of its inputs: the final one and the one to install with. Pure. */
import { UNKNOWN } from "../../property";
import {
  type DiskSpec,
  type DomainConfig,
  PYGRUB_USER,
  type VfbSpec,
  type VifSpec,
  renderDomainConfig,
} from "../../xen";
import type { DomUDisk, DomUInputs, DomUVfb, DomUVif } from "./domu.schema";

/** Where Debian's grub-xen-host puts the boot loaders that run inside the guest. */
const PVGRUB2 = {
  pv: "/usr/lib/grub-xen/grub-x86_64-xen.bin",
  pvh: "/usr/lib/grub-xen/grub-i386-xen_pvh.bin",
  hvm: undefined,
} as const;

/** What the guest runs with from its first own boot on. Holds the VNC password. */
export function finalConfig(inputs: DomUInputs): DomainConfig {
  return { ...common(inputs), ...bootPart(inputs), ...eventPart(inputs) };
}

/**
 * What it is installed with: the installer's kernel, never beside a boot loader. When the installer reboots, the
 * host's own monitor builds the guest anew from the final configuration (`xl config-update`).
 */
export function installConfig(inputs: DomUInputs): DomainConfig {
  const install = inputs.install;
  if (install === undefined) return finalConfig(inputs);
  const { maxMemoryMiB: _maxMemory, maxVcpus: _maxVcpus, cpus: _cpus, ...rest } = common(inputs);
  const extra = [install.answers?.kernelArgs, install.extra].filter((part) => part !== undefined && part !== "");
  return {
    ...rest,
    ...present({ memoryMiB: install.memoryMiB, vcpus: install.vcpus }),
    kernel: install.media.kernelPath,
    ramdisk: install.media.ramdiskPath,
    ...(extra.length === 0 ? {} : { extra: extra.join(" ") }),
    onPoweroff: "destroy",
    onReboot: "restart",
    onCrash: "destroy",
  };
}

/** The final configuration for people and for the preview. */
export function shownConfig(inputs: DomUInputs): string {
  const secret = new Set(inputs.secretProperties);
  const veiled = {
    ...inputs,
    ...present({
      root: inputs.root !== undefined && secret.has("root") ? "[secret]" : undefined,
      extra: inputs.extra !== undefined && secret.has("extra") ? "[secret]" : undefined,
      extraConfig: inputs.extraConfig !== undefined && secret.has("extraConfig") ? {} : undefined,
      vfb: inputs.vfb?.vncPassword === undefined ? undefined : { ...inputs.vfb, vncPassword: "[secret]" },
    }),
  };
  return renderDomainConfig(finalConfig(veiled))
    .replaceAll(`"${UNKNOWN}"`, "[unknown]")
    .replaceAll(UNKNOWN, "[unknown]");
}

function common(inputs: DomUInputs): DomainConfig {
  return {
    ...present({
      name: inputs.name,
      uuid: inputs.uuid,
      type: inputs.type,
      memoryMiB: inputs.memoryMiB,
      maxMemoryMiB: inputs.maxMemoryMiB,
      vcpus: inputs.vcpus,
      maxVcpus: inputs.maxVcpus,
      cpus: inputs.cpus,
    }),
    ...(isKnownList(inputs.disks) ? { disks: inputs.disks.map(diskSpec) } : {}),
    ...(isKnownList(inputs.vifs) ? { vifs: inputs.vifs.map(vifSpec) } : {}),
    ...(typeof inputs.vfb === "object" ? { vfbs: [vfbSpec(inputs.vfb)] } : {}),
    others: {
      ...(isKnownList(inputs.disks) ? {} : { disk: UNKNOWN }),
      ...(isKnownList(inputs.vifs) ? {} : { vif: UNKNOWN }),
      ...(typeof inputs.extraConfig === "object" ? sorted(inputs.extraConfig) : {}),
    },
    foreign: [],
  };
}

function bootPart(inputs: DomUInputs): Partial<DomainConfig> {
  const words = present({ root: inputs.root, extra: inputs.extra });
  switch (inputs.boot) {
    case "direct":
      return { ...present({ kernel: inputs.kernel, ramdisk: inputs.ramdisk }), ...words };
    case "pvgrub2":
      return { ...present({ kernel: inputs.kernel ?? PVGRUB2[inputs.type ?? "pv"] }), ...words };
    case "pygrub":
      // 4.17 does not know the two keys and says nothing about them; there the environment of xl tells.
      return { bootloader: "pygrub", bootloaderRestrict: 1, bootloaderUser: PYGRUB_USER, ...words };
    default:
      return words;
  }
}

function eventPart(inputs: DomUInputs): Partial<DomainConfig> {
  return present({ onPoweroff: inputs.onPoweroff, onReboot: inputs.onReboot, onCrash: inputs.onCrash });
}

export function diskSpec(disk: DomUDisk): DiskSpec {
  return {
    target: disk.path,
    format: disk.format === "qcow2" ? "qcow2" : "raw",
    device: disk.device ?? "xvda",
    mode: disk.mode ?? "w",
    more: [],
  };
}

export function vifSpec(vif: DomUVif): VifSpec {
  const { mac, bridge, ip, script, rate, vifname } = vif;
  return { ...present({ mac, bridge, ip, script, rate, vifname }), more: [] };
}

function vfbSpec(vfb: DomUVfb): VfbSpec {
  return {
    vnc: vfb.vnc ?? true,
    vncListen: vfb.vncListen ?? "127.0.0.1",
    ...(vfb.vncDisplay === undefined ? { vncUnused: true } : { vncDisplay: vfb.vncDisplay, vncUnused: false }),
    ...present({ vncPassword: vfb.vncPassword }),
    more: [],
  };
}

/** Is every entry there? In a preview the whole list, or an entry of it, may be Pulumi's marker. */
function isKnownList<T>(entries: readonly T[] | undefined): entries is readonly T[] {
  return Array.isArray(entries) && entries.every((entry) => typeof entry === "object");
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function present<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
