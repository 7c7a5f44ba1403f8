/**
 * What cloud-init finds at a guest's first boot: a small read-only disk in the guest's folder on the host, beside its claim. The folder is named by
 * the uuid: the seed stays where it is at a rename, and goes with the guest. Pure.
 */
import { createHash } from "node:crypto";
import { UNKNOWN, hasUnknown } from "../../property";
import { type JobFile, type Step, sh } from "../../shell";
import { type CloudInit, type DiskSpec, deviceName, seedImage } from "../../xen";
import { guestScript } from "./domu.functions";
import type { Guest } from "./domu.guest";
import { isKnownList } from "./domu.lists";
import { SEED_NAME, seedPath } from "./domu.place";
import type { DomUDisk, DomUShall } from "./domu.shall";
import { firstAddress } from "./domu.vifs";

/** The last device that every front end knows (xen-vbd-interface(7): those of Linux's major 202). Declared disks count from the first. */
const LAST_PLAIN_DISK = 15;

/** With the device, which stays the one that it was for as long as no disk is declared there. */
export function completeCloudInit<C extends CloudInit | undefined>(
  cloudInit: C,
  disks: readonly DomUDisk[] | undefined,
  olds: CloudInit | undefined,
): C {
  // In a preview it may be Pulumi's marker.
  if (typeof cloudInit !== "object" || cloudInit.device !== undefined) return cloudInit;
  const before = typeof olds === "object" ? olds.device : undefined;
  const stays = before !== undefined && !hasUnknown(before) && !isTaken(before, disks);
  return { ...cloudInit, device: stays ? before : freeDevice(disks) };
}

/** The seed as a disk of the guest, behind those that are declared; `undefined` where there is none. */
export function seedDisk({ cloudInit, disks, uuid }: DomUShall): DiskSpec | undefined {
  if (cloudInit === undefined) return undefined;
  const device = cloudInit.device ?? freeDevice(disks);
  return { target: seedPath(uuid), format: "raw", device, mode: "r", more: [] };
}

/** From the last one downwards, so that a disk that is added does not move it. */
function freeDevice(disks: readonly DomUDisk[] | undefined): string {
  const isFree = (number: number): boolean => !isTaken(deviceName(number), disks);
  for (let number = LAST_PLAIN_DISK; number >= 0; number -= 1) if (isFree(number)) return deviceName(number);
  for (let number = LAST_PLAIN_DISK + 1; ; number += 1) if (isFree(number)) return deviceName(number);
}

/** Has a declared disk this device? Linux gives hda, sda and xvda one name. */
export function isTaken(device: string, disks: readonly DomUDisk[] | undefined): boolean {
  const known = Array.isArray(disks) ? (disks as readonly DomUDisk[]) : [];
  return known.some((disk) => lettersOf(disk.device) === lettersOf(device));
}

function lettersOf(device: string | undefined): string | undefined {
  return /^(?:xvd|[hs]d)([a-z]+)\d*$/.exec(device ?? "")?.[1];
}

/** Of what a guest has, the seed of these inputs: in another place it is a disk that is not declared. */
export function isSeedOf(shall: DomUShall): (disk: DiskSpec) => boolean {
  const seed = seedDisk(shall);
  return ({ target, format, device, mode }) =>
    seed !== undefined &&
    target === seed.target &&
    format === seed.format &&
    device === seed.device &&
    mode === seed.mode;
}

/** `undefined` where there is none, or a part of it is not known yet. */
function seedOf({ cloudInit, name, uuid = "", vifs = [] }: DomUShall): Uint8Array | undefined {
  const [vif] = isKnownList(vifs) ? vifs : [UNKNOWN as never];
  const used = cloudInit?.network === undefined ? [] : [vif];
  if (cloudInit === undefined || hasUnknown([cloudInit, name, uuid, used])) return undefined;
  return seedImage(cloudInit, { name, uuid, mac: vif?.mac, ip: firstAddress(vif) });
}

/** The seed's SHA-256, by which the one on the host is known. */
export function seedSum(shall: DomUShall): string | undefined {
  if (shall.cloudInit === undefined) return undefined;
  const image = seedOf(shall);
  return image === undefined ? UNKNOWN : createHash("sha256").update(image).digest("hex");
}

/** What stands for a seed on the host that was made of something else: nobody can read back what. */
const ANOTHER = "#cloud-config\n# another seed than the one that was declared\n";

/** As the host shows it. Of a seed that is not declared any more the disks tell. */
export function shownCloudInit(is: Guest, shall: DomUShall): CloudInit | undefined {
  if (shall.cloudInit === undefined || !hasSeedDisk(is, shall)) return undefined;
  return is.seed === seedSum(shall) ? shall.cloudInit : { userData: ANOTHER, device: seedDisk(shall)?.device };
}

export function hasSeedDisk({ domain, file }: Guest, shall: DomUShall): boolean {
  // Without its file nothing is known of a guest that is down; the file is written again, whole.
  if (domain === undefined && file === undefined) return true;
  const disks = domain === undefined ? file?.disks : domain.disks;
  return isKnownList(disks) && disks.some(isSeedOf(shall));
}

/** The file that a job carries, which may hold a secret. */
export function seedFiles(inputs: DomUShall): JobFile[] {
  const content = seedOf(inputs);
  return content === undefined ? [] : [{ name: SEED_NAME, content }];
}

/** Whoever has the former one open, such as a guest that runs, keeps it until its next boot. */
export function writeSeedSteps(inputs: DomUShall): Step[] {
  if (inputs.cloudInit === undefined) return [];
  return [
    {
      name: "write-seed",
      title: `write what cloud-init of ${inputs.name} reads`,
      effect: "none",
      script: guestScript(inputs, sh`install_file "$JOB_FILES"/${SEED_NAME} "$folder"/${SEED_NAME} 0600`),
    },
  ];
}
