/** A guest's configuration for xl, made of its inputs: the final one and the one to install with. Pure. */
import { UNKNOWN, hasUnknown } from "../../property";
import { type Toolstack, assumedToolstack } from "../../toolstack";
import type { DomainConfig } from "../../xen";
import { bootConfig, vfbSpec } from "./domu.boot";
import { seedDisk } from "./domu.cloud-init";
import { diskSpec } from "./domu.disks";
import { isKnownList } from "./domu.lists";
import { isSeedPath } from "./domu.place";
import type { DomUInputs } from "./domu.properties";
import { domuTable } from "./domu.properties";
import { vifSpec } from "./domu.vifs";
import { PLAIN_KEYS } from "../../xen";

/** What the guest runs with from its first own boot on. Holds the VNC password. */
export function finalConfig(inputs: DomUInputs): DomainConfig {
  const own = keyedValues(inputs);
  const seed = seedDisk(inputs);
  return {
    ...own.plain,
    ...bootConfig(inputs),
    // A fully virtualised guest's kernel has arguments of its own.
    ...present({ ramdisk: inputs.boot === "direct" ? inputs.ramdisk : undefined }),
    ...(areWritable(inputs.disks)
      ? { disks: [...inputs.disks.map(diskSpec), ...(seed === undefined ? [] : [seed])] }
      : {}),
    ...(isKnownList(inputs.vifs) ? { vifs: inputs.vifs.map((vif) => vifSpec(vif, inputs.uuid)) } : {}),
    ...(typeof inputs.vfb === "object" && !hasUnknown(inputs.vfb) ? { vfbs: [vfbSpec(inputs.vfb)] } : {}),
    others: {
      ...(areWritable(inputs.disks) ? {} : { disk: UNKNOWN }),
      ...(isKnownList(inputs.vifs) ? {} : { vif: UNKNOWN }),
      ...(hasUnknown(inputs.vfb) ? { vfb: UNKNOWN } : {}),
      ...own.others,
      ...(typeof inputs.extraConfig === "object" ? sorted(inputs.extraConfig) : {}),
    },
    foreign: [],
  };
}

/** A mode or a switch is written in xl's own words: of one that is not known nothing can be written. */
function areWritable(disks: DomUInputs["disks"]): disks is NonNullable<DomUInputs["disks"]> {
  return isKnownList(disks) && !hasUnknown(disks.map(({ format, mode }) => [format, mode]));
}

/**
 * What it is installed with: the installer's kernel, never beside a boot loader. When the installer reboots, the host's own
 * monitor builds the guest from the final configuration, where the toolstack can be told of one; else the reboot ends it, and we do.
 */
export function installConfig(on: Toolstack, inputs: DomUInputs): DomainConfig {
  const install = inputs.install;
  if (install === undefined) return finalConfig(inputs);
  const {
    maxMemoryMiB: _maxMemory,
    maxVcpus: _maxVcpus,
    cpus: _cpus,
    bootloader: _bootloader,
    bootloaderRestrict: _restrict,
    bootloaderUser: _user,
    root: _root,
    extra: _extra,
    disks = [],
    ...rest
  } = finalConfig(inputs);
  const extra = [install.answers?.kernelArgs, install.extra].filter((part) => part !== undefined && part !== "");
  return {
    ...rest,
    // An installer that is made of cloud-init, as Ubuntu's is, would take the guest's own for its own.
    disks: disks.filter(({ target }) => !isSeedPath(target)),
    ...present({ memoryMiB: install.memoryMiB, vcpus: install.vcpus }),
    kernel: install.media.kernelPath,
    ramdisk: install.media.ramdiskPath,
    ...(extra.length === 0 ? {} : { extra: extra.join(" ") }),
    onPoweroff: "destroy",
    onReboot: on.storeForNextBoot === undefined ? "destroy" : "restart",
    onCrash: "destroy",
  };
}

/** The final configuration for people and for the preview: what is secret stands as `[secret]`, wherever it stands. */
export function shownConfig(inputs: DomUInputs, on: Toolstack = assumedToolstack): string {
  const secret = new Set(inputs.secretProperties);
  const config = finalConfig(inputs);
  const veiled: Record<string, unknown> = { ...config };
  for (const [property, { keys, fields }] of Object.entries(PLACES)) {
    if (!secret.has(property)) continue;
    for (const field of fields) if (veiled[field] !== undefined) delete veiled[field];
    veiled["others"] = Object.fromEntries(
      Object.entries(veiled["others"] as DomainConfig["others"]).filter(([key]) => !keys.includes(key)),
    );
    const shown = keys.filter((key) => fields.length > 0 || key in config.others);
    veiled["others"] = {
      ...(veiled["others"] as object),
      ...Object.fromEntries(shown.map((key) => [key, "[secret]"])),
    };
  }
  if (secret.has("extraConfig") && typeof inputs.extraConfig === "object") {
    const hidden = Object.keys(inputs.extraConfig);
    veiled["others"] = {
      ...(veiled["others"] as object),
      ...Object.fromEntries(hidden.map((key) => [key, "[secret]"])),
    };
  }
  if (config.vfbs?.some(({ vncPassword }) => vncPassword !== undefined) === true && veiled["vfbs"] !== undefined) {
    veiled["vfbs"] = config.vfbs.map((vfb) =>
      vfb.vncPassword === undefined ? vfb : { ...vfb, vncPassword: "[secret]" },
    );
  }
  return on
    .writeConfig(veiled as unknown as DomainConfig)
    .replaceAll(`"${UNKNOWN}"`, "[unknown]")
    .replaceAll(UNKNOWN, "[unknown]");
}

/** Where each property stands in the configuration: xl's keys, and the fields of a DomainConfig. */
const PLACES: Readonly<
  Record<string, { readonly keys: readonly string[]; readonly fields: readonly (keyof DomainConfig)[] }>
> = {
  ...Object.fromEntries(
    Object.entries(domuTable as Readonly<Record<string, { readonly key?: string }>>).flatMap(([name, { key }]) =>
      key === undefined
        ? []
        : [[name, { keys: [key], fields: key in byKey() ? [byKey()[key] as keyof DomainConfig] : [] }]],
    ),
  ),
  boot: {
    keys: ["bootloader", "bootloader_restrict", "bootloader_user", "kernel"],
    fields: ["bootloader", "bootloaderRestrict", "bootloaderUser"],
  },
  kernel: { keys: ["kernel"], fields: ["kernel"] },
  ramdisk: { keys: ["ramdisk"], fields: ["ramdisk"] },
  disks: { keys: ["disk"], fields: ["disks"] },
  vifs: { keys: ["vif"], fields: ["vifs"] },
  vfb: { keys: ["vfb"], fields: ["vfbs"] },
};

/** The keys of xl.cfg(5) that a property is written as; of `extraConfig`, those that it names. */
export function keysOf(property: string, config: DomainConfig): readonly string[] {
  if (property === "extraConfig") return Object.keys(config.others);
  return PLACES[property]?.keys ?? [];
}

/** Keys that have a property of their own: the escape hatch may not name them. */
export const TABLE_KEYS: readonly string[] = [...new Set(Object.values(PLACES).flatMap(({ keys }) => keys))];

function byKey(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(PLAIN_KEYS).map(([field, key]) => [key, field]));
}

/** The properties that are written as one plain key each: a field of the configuration where it has one, else a further key. */
function keyedValues(inputs: DomUInputs): { plain: Partial<DomainConfig>; others: Record<string, string | number> } {
  const plain: Record<string, unknown> = {};
  const others: Record<string, string | number> = {};
  const fields = byKey();
  for (const [name, entry] of Object.entries(domuTable as Readonly<Record<string, { readonly key?: string }>>)) {
    const value = (inputs as unknown as Record<string, unknown>)[name];
    if (entry.key === undefined || value === undefined) continue;
    const field = fields[entry.key];
    if (field !== undefined) plain[field] = value;
    else others[entry.key] = value as string | number;
  }
  return { plain: plain, others };
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function present<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
