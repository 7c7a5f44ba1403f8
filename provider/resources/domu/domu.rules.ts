/** From what a program says to what is declared: defaults, identities, the whole configuration; and its rules. Pure. */
import { TREE_TOKEN, needsServing } from "../../host/media-server";
import { UNKNOWN, hasUnknown, isUnknown, whenKnown, withDefaults } from "../../property";
import type { Failure } from "../../pulumi";
import { assumedToolstack } from "../../toolstack";
import { deriveUuid } from "../../xen";
import { TABLE_KEYS, shownConfig } from "./domu.config";
import { completeCloudInit, isTaken } from "./domu.cloud-init";
import { completeDisks } from "./domu.disks";
import { isKnownList } from "./domu.lists";
import { configPath, isSeedPath } from "./domu.place";
import { type DomUInputs, domuTable } from "./domu.properties";
import type { DomUShall } from "./domu.shall";
import { snapshotFaults } from "./domu.snapshots";
import { completeVifs, firstAddress, needsBridge } from "./domu.vifs";
import { vlansFaults } from "./domu.vlans";

/**
 * @param olds the inputs of last time: a derived uuid, MAC address or device stays, also when the host's address changes.
 */
export function completeDomU(inputs: DomUInputs, olds?: DomUInputs): DomUInputs {
  const uuid = inputs.uuid ?? (olds?.uuid !== undefined && !isUnknown(olds.uuid) ? olds.uuid : derivedUuid(inputs));
  const whole = withDefaults(domuTable, { ...inputs, uuid }, olds as DomUShall | undefined) as DomUInputs;
  const disks = completeDisks(inputs.disks, olds?.disks);
  const complete: DomUInputs = {
    ...whole,
    disks,
    ...(inputs.cloudInit === undefined
      ? {}
      : { cloudInit: completeCloudInit(inputs.cloudInit, disks, olds?.cloudInit) }),
    vifs: completeVifs(inputs.vifs, uuid, olds?.uuid === uuid ? olds.vifs : undefined),
  };
  return {
    ...complete,
    config: shownConfig(complete),
    consoleCommand: whenKnown([inputs.name], assumedToolstack.typed.console),
    configPath: whenKnown([inputs.name], configPath),
    // An output of its own: it would not be a secret where the interfaces are one.
    ...known(
      "ip",
      isKnownList(complete.vifs) && !isSecret(inputs, "vifs") ? firstAddress(complete.vifs[0]) : undefined,
    ),
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

type Rule = (whole: DomUInputs) => Failure[];

const fault = (isBroken: boolean, property: string, reason: string): Failure[] =>
  isBroken ? [{ property, reason }] : [];

/**
 * Rules over several properties of a completed guest. Each looks at no more than it needs: in a preview a value that is not known
 * yet silences the rules that meet it, and no other.
 */
export const domuRules: readonly Rule[] = [
  ({ memoryMiB = 0, maxMemoryMiB = memoryMiB }) =>
    fault(
      maxMemoryMiB < memoryMiB,
      "maxMemoryMiB",
      `is ${maxMemoryMiB}, but must be at least memoryMiB, ${memoryMiB}.`,
    ),
  ({ vcpus = 0, maxVcpus = vcpus }) =>
    fault(maxVcpus < vcpus, "maxVcpus", `is ${maxVcpus}, but must be at least vcpus, ${vcpus}.`),
  ({ boot, kernel }) =>
    fault(
      boot === "direct" && kernel === undefined,
      "kernel",
      'is missing: boot "direct" needs the path of a kernel on the host.',
    ),
  ({ boot, kernel }) =>
    fault(
      boot === "pygrub" && kernel !== undefined,
      "kernel",
      'cannot stand beside boot "pygrub", which would look for it inside the guest. Set boot to "direct".',
    ),
  ({ boot, ramdisk }) =>
    fault(
      boot !== "direct" && ramdisk !== undefined,
      "ramdisk",
      'is used only by boot "direct". Remove it, or set boot to "direct".',
    ),
  snapshotFaults,
  ({ boot, disks = [] }) =>
    fault(
      boot === "pygrub" && disks.length === 0,
      "disks",
      'is empty, but boot "pygrub" takes the kernel from the first disk. Give it a disk, or set boot to "direct".',
    ),
  ({ boot, disks = [] }) =>
    fault(
      boot === "pygrub" && disks[0]?.format === "qcow2",
      "disks[0].format",
      'is qcow2, which pygrub cannot read without privileges (docs/install.md). Use format "raw", or boot "pvgrub2".',
    ),
  ({ boot, type }) =>
    fault(
      type === "hvm" && boot === "pygrub",
      "boot",
      "cannot be pygrub for type hvm, whose firmware boots from the disk. Remove it.",
    ),
  ({ disks = [] }) => twice("disk", disks, "disks", "device"),
  ({ disks = [] }) => twice("disk", disks, "disks", "path"),
  ({ vifs = [] }) => twice("interface", vifs, "vifs", "mac"),
  ({ waitFor }) =>
    fault(
      waitFor !== undefined &&
        !asksGuest(waitFor) &&
        waitFor.consoleText === undefined &&
        waitFor.ipInCidr === undefined,
      "waitFor",
      "must name tcpPort, http, consoleText or ipInCidr to wait for.",
    ),
  ({ vifs = [] }) =>
    vifs.flatMap((vif, index) =>
      fault(
        vif.bridge === undefined && needsBridge(vif),
        `vifs[${index}].bridge`,
        "is missing. Name a Bridge, or set script to one that needs none, such as vif-route.",
      ),
    ),
  ({ vifs = [] }) =>
    vifs.flatMap((vif, index) => vlansFaults(vif).map((reason) => ({ property: `vifs[${index}].vlans`, reason }))),
  ({ waitFor, vifs = [] }) =>
    fault(
      waitFor !== undefined &&
        asksGuest(waitFor) &&
        waitFor.ip === undefined &&
        waitFor.ipInCidr === undefined &&
        vifs[0]?.ip === undefined,
      "waitFor",
      "needs the guest's address. Set ip in vifs[0], or waitFor.ip, or waitFor.ipInCidr.",
    ),
  ({ waitFor, powerState }) =>
    fault(
      waitFor !== undefined && powerState === "stopped",
      "waitFor",
      'cannot be met while powerState is "stopped". Remove one of them.',
    ),
  ({ install }) =>
    fault(
      typeof install?.answers === "object" && Object.hasOwn(install.answers.files ?? {}, install.answers.fileName),
      "install.answers.files",
      "has a file with the name of the answer file itself. Give it another name.",
    ),
  ({ install }) => (install === undefined || install.media.serve !== undefined ? [] : unservedFaults(install)),
  ({ cloudInit }) => (cloudInit === undefined ? [] : replacedFaults(cloudInit)),
  ({ cloudInit, vifs = [] }) =>
    fault(
      cloudInit?.network !== undefined && vifs.length === 0,
      "cloudInit.network",
      "has no interface to be for. Declare one in vifs.",
    ),
  ({ cloudInit, vifs = [] }) =>
    fault(
      cloudInit?.network !== undefined &&
        cloudInit.network.address === undefined &&
        vifs.length > 0 &&
        !isIpv4(firstAddress(vifs[0])),
      "cloudInit.network.address",
      "is missing: vifs[0] has no IPv4 address to take. Give it here, or as ip of vifs[0].",
    ),
  ({ cloudInit, disks = [] }) =>
    fault(
      cloudInit?.device !== undefined && isTaken(cloudInit.device, disks),
      "cloudInit.device",
      `is ${String(cloudInit?.device)}, which a disk of this guest has. Give it another one, or none.`,
    ),
  ({ cloudInit }) => twice("user", cloudInit?.users ?? [], "cloudInit.users", "name"),
  ({ disks = [] }) =>
    disks.flatMap(({ path }, index) =>
      fault(
        isSeedPath(path),
        `disks[${index}].path`,
        "is what cloud-init of a guest reads, not an image. Remove it, and declare cloudInit.",
      ),
    ),
  ({ install }) => (install === undefined || install.media.serve?.iso !== undefined ? [] : treelessFaults(install)),
  ({ extraConfig = {} }) =>
    Object.keys(extraConfig)
      .filter((key) => TABLE_KEYS.includes(key))
      .map((key) => ({ property: `extraConfig.${key}`, reason: "has a property of its own. Set that one instead." })),
];

/** All that the rules say of what the user wrote. */
export function domuFaults(inputs: DomUInputs): Failure[] {
  const whole = completeDomU(inputs);
  return domuRules.flatMap((rule) => rule(whole));
}

function asksGuest({ tcpPort, http }: NonNullable<DomUInputs["waitFor"]>): boolean {
  return tcpPort !== undefined || http !== undefined;
}

/** Of texts that stand in the place of values. */
function replacedFaults({ userData, networkData, ...values }: NonNullable<DomUInputs["cloudInit"]>): Failure[] {
  const beside = (["authorizedKeys", "users", "rootPasswordHash", "timezone", "packages", "runcmd"] as const).filter(
    (name) => values[name] !== undefined,
  );
  return [
    ...fault(
      userData !== undefined && beside.length > 0,
      "cloudInit.userData",
      `stands in the place of ${beside.join(", ")}. Remove it, or say them in its text.`,
    ),
    ...fault(
      networkData !== undefined && values.network !== undefined,
      "cloudInit.networkData",
      "stands in the place of network. Remove one of them.",
    ),
  ];
}

function isIpv4(address: string | undefined): boolean {
  return address !== undefined && !address.includes(":");
}

function twice<E extends object>(
  what: string,
  list: readonly E[],
  property: string,
  member: keyof E & string,
): Failure[] {
  const values = list.map((entry) => entry[member] as string | undefined);
  return duplicates(values).map((index) => ({
    property: `${property}[${index}].${member}`,
    reason: `is ${String(values[index])}, which another ${what} of this guest has. Give each its own.`,
  }));
}

/** Of media that serve nothing. */
export function unservedFaults({
  answers,
  extra,
}: {
  readonly answers?: unknown;
  readonly extra?: unknown;
}): Failure[] {
  return [
    ...fault(
      answers !== undefined,
      "install.answers",
      "would reach no installer, since the media serve nothing. Set serveOn of the InstallMedia to the guest's bridge.",
    ),
    ...fault(
      typeof extra === "string" && needsServing(extra),
      "install.extra",
      "holds {mediaUrl}, {treeUrl}, {answersUrl}, {answersFolderUrl} or {hostAddress}, but the media serve nothing. Set serveOn of the InstallMedia to the guest's bridge.",
    ),
  ];
}

/** Of media that serve files and answers, but no tree. */
function treelessFaults({ media, answers, extra }: NonNullable<DomUInputs["install"]>): Failure[] {
  if (typeof media.serve !== "object") return [];
  const texts: Record<string, unknown> = {
    extra,
    "answers.kernelArgs": answers?.kernelArgs,
    "answers.content": answers?.content,
    ...Object.fromEntries(
      Object.entries(answers?.files ?? {}).map(([name, text]) => [`answers.files[${JSON.stringify(name)}]`, text]),
    ),
  };
  return Object.entries(texts).flatMap(([property, text]) =>
    fault(
      typeof text === "string" && text.includes(TREE_TOKEN),
      `install.${property}`,
      "holds {treeUrl}, but the media serve no tree. Set iso and tree of the InstallMedia.",
    ),
  );
}

/** The indexes of entries that an earlier entry equals. */
function duplicates(values: readonly (string | undefined)[]): number[] {
  return values.flatMap((value, index) => (value !== undefined && values.indexOf(value) < index ? [index] : []));
}
