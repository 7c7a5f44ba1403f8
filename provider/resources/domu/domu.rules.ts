/** From what a program says to what is declared: defaults, identities, the whole configuration; and its rules. Pure. */
import { needsServing } from "../../host/media-server";
import { UNKNOWN, hasUnknown, isUnknown, whenKnown, withDefaults } from "../../property";
import type { Failure } from "../../pulumi";
import { xl } from "../../toolstack";
import { deriveUuid } from "../../xen";
import { TABLE_KEYS, shownConfig } from "./domu.config";
import { completeDisks } from "./domu.disks";
import { isKnownList } from "./domu.lists";
import { configPath } from "./domu.place";
import { type DomUInputs, domuTable } from "./domu.properties";
import type { DomUShall } from "./domu.shall";
import { completeVifs } from "./domu.vifs";

/**
 * @param olds the inputs of last time: a derived uuid, MAC address or device stays, also when the host's address changes.
 */
export function completeDomU(inputs: DomUInputs, olds?: DomUInputs): DomUInputs {
  const uuid = inputs.uuid ?? (olds?.uuid !== undefined && !isUnknown(olds.uuid) ? olds.uuid : derivedUuid(inputs));
  const whole = withDefaults(domuTable, { ...inputs, uuid }, olds as DomUShall | undefined) as DomUInputs;
  const complete: DomUInputs = {
    ...whole,
    disks: completeDisks(inputs.disks, olds?.disks),
    vifs: completeVifs(inputs.vifs, uuid, olds?.uuid === uuid ? olds.vifs : undefined),
  };
  return {
    ...complete,
    config: shownConfig(complete),
    consoleCommand: whenKnown([inputs.name], xl.consoleCommand),
    configPath: whenKnown([inputs.name], configPath),
    // An output of its own: it would not be a secret where the interfaces are one.
    ...known("ip", isKnownList(complete.vifs) && !isSecret(inputs, "vifs") ? complete.vifs[0]?.ip : undefined),
    ...known("vncAddress", vncAddress(complete)),
  };
}

function isSecret({ secretProperties = [] }: DomUInputs, property: string): boolean {
  return secretProperties.includes(property);
}

function known(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

/** Of a screen whose display is fixed; xl chooses the others when it builds the guest. */
function vncAddress({ vfb }: DomUInputs): string | undefined {
  if (typeof vfb !== "object" || vfb.vncDisplay === undefined || vfb.vnc === false) return undefined;
  return whenKnown(
    [vfb.vncListen, vfb.vncDisplay],
    (listen, display) => `${listen ?? "127.0.0.1"}:${5900 + Number(display)}`,
  );
}

/**
 * Of the host and of the resource, not of the domain's name: that may change, and another guest may get it. What was made
 * before owners were written down keeps the uuid of its saved inputs.
 */
function derivedUuid({ connection, name, owner }: DomUInputs): string {
  // During a preview the whole connection may be the marker.
  const host = typeof connection === "object" ? connection.host : UNKNOWN;
  const what = owner ?? name;
  return hasUnknown([host, what]) ? UNKNOWN : deriveUuid(host, what);
}

/** Rules over several properties. Called only when all values are known. */
export function domuFaults(inputs: DomUInputs): Failure[] {
  const whole = completeDomU(inputs);
  return [
    ...limitFaults(whole),
    ...bootFaults(whole),
    ...deviceFaults(whole),
    ...waitFaults(whole),
    ...installFaults(whole),
    ...Object.keys(whole.extraConfig ?? {})
      .filter((key) => TABLE_KEYS.includes(key))
      .map((key) => ({
        property: `extraConfig.${key}`,
        reason: `has a property of its own. Set that one instead.`,
      })),
  ];
}

function limitFaults({ memoryMiB = 0, maxMemoryMiB, vcpus = 0, maxVcpus }: DomUInputs): Failure[] {
  return [
    ...(maxMemoryMiB !== undefined && maxMemoryMiB < memoryMiB
      ? [{ property: "maxMemoryMiB", reason: `is ${maxMemoryMiB}, but must be at least memoryMiB, ${memoryMiB}.` }]
      : []),
    ...(maxVcpus !== undefined && maxVcpus < vcpus
      ? [{ property: "maxVcpus", reason: `is ${maxVcpus}, but must be at least vcpus, ${vcpus}.` }]
      : []),
  ];
}

function bootFaults({ boot, kernel, ramdisk, disks = [], type }: DomUInputs): Failure[] {
  if (boot === "direct") {
    return kernel === undefined
      ? [{ property: "kernel", reason: 'is missing: boot "direct" needs the path of a kernel on the host.' }]
      : [];
  }
  const faults: Failure[] = [];
  if (boot === "pygrub" && kernel !== undefined) {
    faults.push({
      property: "kernel",
      reason: 'cannot stand beside boot "pygrub", which would look for it inside the guest. Set boot to "direct".',
    });
  }
  if (ramdisk !== undefined) {
    faults.push({ property: "ramdisk", reason: 'is used only by boot "direct". Remove it, or set boot to "direct".' });
  }
  if (boot === "pygrub" && disks.length === 0) {
    faults.push({ property: "disks", reason: 'is empty, but boot "pygrub" takes the kernel from the first disk.' });
  }
  if (boot === "pygrub" && disks[0]?.format === "qcow2") {
    faults.push({
      property: "disks[0].format",
      reason:
        'is qcow2, which pygrub cannot read without privileges (docs/install.md). Use format "raw", or boot "pvgrub2".',
    });
  }
  if (type === "hvm" && boot === "pygrub") {
    faults.push({
      property: "boot",
      reason: "cannot be pygrub for type hvm, whose firmware boots from the disk. Remove it.",
    });
  }
  return faults;
}

function deviceFaults({ disks = [], vifs = [] }: DomUInputs): Failure[] {
  return [
    ...duplicates(disks.map(({ device }) => device)).map((index) => ({
      property: `disks[${index}].device`,
      reason: `is ${String(disks[index]?.device)}, which another disk of this guest has. Give each its own.`,
    })),
    ...duplicates(disks.map(({ path }) => path)).map((index) => ({
      property: `disks[${index}].path`,
      reason: `is ${String(disks[index]?.path)}, which another disk of this guest has. Give each its own.`,
    })),
    ...duplicates(vifs.map(({ mac }) => mac)).map((index) => ({
      property: `vifs[${index}].mac`,
      reason: `is ${String(vifs[index]?.mac)}, which another interface of this guest has. Give each its own.`,
    })),
  ];
}

function waitFaults({ waitFor, vifs = [], powerState }: DomUInputs): Failure[] {
  if (waitFor === undefined) return [];
  const faults: Failure[] = [];
  const asks = waitFor.tcpPort !== undefined || waitFor.http !== undefined;
  if (!asks && waitFor.consoleText === undefined && waitFor.ipInCidr === undefined) {
    faults.push({ property: "waitFor", reason: "must name tcpPort, http, consoleText or ipInCidr to wait for." });
  }
  if (asks && waitFor.ip === undefined && waitFor.ipInCidr === undefined && vifs[0]?.ip === undefined) {
    faults.push({
      property: "waitFor",
      reason: "needs the guest's address: set ip in vifs[0], or waitFor.ip, or waitFor.ipInCidr.",
    });
  }
  if (powerState === "stopped") {
    faults.push({ property: "waitFor", reason: 'cannot be met while powerState is "stopped". Remove one of them.' });
  }
  return faults;
}

function installFaults({ install }: DomUInputs): Failure[] {
  if (install === undefined || install.media.serve !== undefined) return [];
  const texts = [install.extra, install.answers?.kernelArgs, install.answers?.content];
  return texts.some((text) => text !== undefined && needsServing(text))
    ? [
        {
          property: "install.media",
          reason:
            "serves nothing, but the answers or kernel arguments hold {mediaUrl}, {answersUrl} or {hostAddress}. Set serveOn of the InstallMedia.",
        },
      ]
    : [];
}

/** The indexes of entries that an earlier entry equals. */
function duplicates(values: readonly (string | undefined)[]): number[] {
  return values.flatMap((value, index) => (value !== undefined && values.indexOf(value) < index ? [index] : []));
}
