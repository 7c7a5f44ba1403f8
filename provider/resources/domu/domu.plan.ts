/** What a change does to the guest, by inputs alone: the verdict of the preview. Pure. */
import type { Effect } from "../../effect";
import type { Change } from "../../change";
import { hasUnknown, isUnknown, shown } from "../../property";
import { propertyChange } from "../../pulumi";
import type { DomUDisk, DomUInputs, DomUVif } from "./domu.schema";

/**
 * Below this a running guest is not squeezed: `xl mem-set` far down kills a guest and ends with 0 (seen at 64 MiB on
 * 4.17). Less memory than this comes with a restart.
 */
export const LIVE_FLOOR_MIB = 128;

/** Properties whose change takes effect when the guest is built anew. */
const RESTARTS = [
  "name",
  "type",
  "maxMemoryMiB",
  "maxVcpus",
  "boot",
  "kernel",
  "ramdisk",
  "root",
  "extra",
  "vfb",
  "onPoweroff",
  "onReboot",
  "onCrash",
  "extraConfig",
] as const;

export function domuChanges(olds: DomUInputs, news: DomUInputs): Change[] {
  const secret = new Set([...(olds.secretProperties ?? []), ...(news.secretProperties ?? [])]);
  const simple = (property: keyof DomUInputs, effect: Effect): Change[] =>
    propertyChange(property, olds[property], news[property], effect, {
      // A frame buffer may hold a password.
      secret: secret.has(property) || property === "vfb",
    });
  return [
    ...simple("uuid", "replace").map((change) => ({ ...change, losesData: news.install !== undefined })),
    ...simple("memoryMiB", memoryEffect(olds, news)),
    ...simple("vcpus", vcpusEffect(olds, news)),
    ...simple("cpus", "live"),
    ...RESTARTS.flatMap((property) => simple(property, "restart")),
    ...diskChanges(olds, news),
    ...vifChanges(olds.vifs ?? [], news.vifs ?? []),
    ...simple("autostart", "live"),
    ...simple("powerState", news.powerState === "stopped" ? "restart" : "live"),
    // An installed guest is not installed again, and waiting touches nothing.
    ...simple("install", "none").map((change) => ({ ...change, text: "install (used only by a first boot)" })),
    ...simple("waitFor", "none"),
  ];
}

/** The memory the guest may grow to without a restart. */
function memoryLimit(inputs: DomUInputs): number {
  return inputs.maxMemoryMiB ?? inputs.memoryMiB ?? 0;
}

function memoryEffect(olds: DomUInputs, news: DomUInputs): Effect {
  if (hasUnknown([olds.memoryMiB, news.memoryMiB, olds.maxMemoryMiB])) return "restart";
  const wanted = news.memoryMiB ?? 0;
  return wanted <= memoryLimit(olds) && (wanted >= LIVE_FLOOR_MIB || wanted >= (olds.memoryMiB ?? 0))
    ? "live"
    : "restart";
}

function vcpusEffect(olds: DomUInputs, news: DomUInputs): Effect {
  if (hasUnknown([olds.vcpus, news.vcpus, olds.maxVcpus])) return "restart";
  return (news.vcpus ?? 0) <= (olds.maxVcpus ?? olds.vcpus ?? 0) ? "live" : "restart";
}

function diskChanges({ disks: olds = [], ...old }: DomUInputs, { disks: news = [] }: DomUInputs): Change[] {
  if (!isList(olds) || !isList(news)) return propertyChange("disks", olds, news, "restart");
  const hasQemu = old.type === "hvm" || old.vfb !== undefined || olds.some(needsQemu);
  const found = pairs(olds, news, ({ device }) => device);
  return found.flatMap(({ old, now, index, position }): Change[] => {
    const property = `disks[${index}]`;
    // The first disk is the one that the guest boots from.
    const effect: Effect = index === 0 ? "restart" : "live";
    if (old === undefined) {
      const lacksQemu = now !== undefined && needsQemu(now) && !hasQemu;
      const text = `${property} ${shown(now?.device)} added (${shown(now?.path)}${lacksQemu ? ", which takes a QEMU that this guest was built without" : ""})`;
      return [{ property, effect: lacksQemu ? "restart" : effect, text }];
    }
    if (now === undefined) {
      return [
        { property, effect, text: `${property} ${shown(old.device)} taken away (unmount it in the guest first)` },
      ];
    }
    const fields = fieldChanges(property, old, now, ["path", "format", "device", "mode"]);
    return fields.length === 0 && position !== index && (position === 0 || index === 0)
      ? [{ property, effect: "restart", text: `${property} order` }]
      : fields;
  });
}

/**
 * No kernel reads qcow2: a QEMU of the guest's own does, and libxl starts one only when it builds the guest. Plugged into
 * a guest without one such a disk never appears there, and xl says nothing (seen on 4.17).
 */
function needsQemu({ format }: DomUDisk): boolean {
  return format !== undefined && format !== "raw";
}

function vifChanges(olds: readonly DomUVif[], news: readonly DomUVif[]): Change[] {
  if (!isList(olds) || !isList(news)) return propertyChange("vifs", olds, news, "restart");
  return pairs(olds, news, ({ mac }) => mac).flatMap(({ old, now, index }): Change[] => {
    const property = `vifs[${index}]`;
    if (old === undefined) return [{ property, effect: "live", text: `${property} added on ${shown(now?.bridge)}` }];
    if (now === undefined) return [{ property, effect: "live", text: `${property} ${shown(old.mac)} taken away` }];
    return fieldChanges(property, old, now, ["bridge", "mac", "ip", "script", "rate", "vifname"]);
  });
}

function fieldChanges<T extends object>(
  property: string,
  old: T,
  now: T,
  fields: readonly (keyof T & string)[],
): Change[] {
  return fields.flatMap((field) => propertyChange(`${property}.${field}`, old[field], now[field], "restart"));
}

interface Pair<T> {
  readonly old?: T;
  readonly now?: T;
  /** Where it stands now; of one taken away, where it stood. */
  readonly index: number;
  /** Where it stood before. */
  readonly position?: number;
}

/** Entries of two lists that mean the same thing: by key, and what is left over at the same place. */
function pairs<T>(olds: readonly T[], news: readonly T[], key: (entry: T) => string | undefined): Pair<T>[] {
  const free = new Set(olds.keys());
  const byKey = news.map((now) => {
    const name = key(now);
    const position = name === undefined || isUnknown(name) ? -1 : olds.findIndex((old) => key(old) === name);
    if (position >= 0) free.delete(position);
    return position;
  });
  const found = news.map((now, index): Pair<T> => {
    let position = byKey[index] ?? -1;
    const old = olds[index];
    if (position < 0 && free.has(index) && old !== undefined) {
      free.delete(index);
      position = index;
    }
    const before = position < 0 ? undefined : olds[position];
    return before === undefined ? { now, index } : { old: before, now, index, position };
  });
  const gone = [...free].flatMap((index): Pair<T>[] => {
    const old = olds[index];
    return old === undefined ? [] : [{ old, index }];
  });
  return [...found, ...gone];
}

function isList(list: unknown): boolean {
  return Array.isArray(list) && list.every((entry) => typeof entry === "object");
}

/** What a create does, a line each. */
export function domuCreation(inputs: DomUInputs): string[] {
  const { name, type, memoryMiB, vcpus, boot, install, waitFor, powerState, autostart } = inputs;
  const what = `${shown(name)} (${shown(type)}, ${shown(memoryMiB)} MiB, ${shown(vcpus)} vcpu)`;
  const way = boot === undefined ? "its firmware" : shown(boot);
  const lines =
    install === undefined
      ? [`create ${what}, booting through ${way}`]
      : [
          `install ${what} from ${shown(install.media?.kernelPath)}, at most ${shown(install.timeoutMinutes ?? 60)} minutes`,
          `boot it from its own disk through ${way}`,
        ];
  if (waitFor !== undefined) lines.push(`wait for ${waitWords(inputs)}`);
  if (autostart === true) lines.push("start it with the host");
  if (powerState === "stopped") lines.push("leave it stopped");
  return lines;
}

/** `tcp port 22`, for people. */
export function waitWords({ waitFor }: DomUInputs): string {
  if (waitFor === undefined || typeof waitFor !== "object") return "[unknown]";
  const { tcpPort, http, consoleText, ipInCidr } = waitFor;
  return [
    ...(ipInCidr === undefined ? [] : [`an address in ${shown(ipInCidr)}`]),
    ...(tcpPort === undefined ? [] : [`tcp port ${shown(tcpPort)}`]),
    ...(http === undefined ? [] : ["an answer over http"]),
    ...(consoleText === undefined ? [] : [`${JSON.stringify(shown(consoleText))} on the console`]),
  ].join(" and ");
}
