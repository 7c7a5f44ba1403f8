/**
 * Sizes of images, as bytes and as people give them. GiB are a power of two, so that a number of sectors and its GiB are exactly the same
 * number in both directions: `10_000_000_512 / 1024 ** 3` loses no byte, also through the state's JSON. Pure.
 */

export const GIB = 1024 ** 3;
export const MIB = 1024 ** 2;
/** What a disk is made of: Linux and Xen (`sectors` in xenstore) count in these, whatever the device below has. */
const SECTOR = 512;
export const MOST_GIB = 65536;

/** Why no disk has this size, as a predicate with its remedy; `undefined`: one may have it. */
export function sizeFault(sizeGiB: number): string | undefined {
  const bytes = sizeGiB * GIB;
  if (isWholeSectors(bytes)) return undefined;
  return `must be whole sectors of 512 bytes: the next whole MiB is ${String(Math.ceil(bytes / MIB) / 1024)}, and an exact number of bytes is written as BYTES / 1024 ** 3`;
}

/** The size that check accepts for so many bytes: in whole sectors, by default not smaller. */
export function acceptedGiB(bytes: number, round: (sectors: number) => number = Math.ceil): number {
  return (round(bytes / SECTOR) * SECTOR) / GIB;
}

function isWholeSectors(bytes: number): boolean {
  return bytes % SECTOR === 0;
}

/** The remedy for an image that has so many bytes; check accepts the number that it names. */
export function setToAtLeast(bytes: number, isExact = true): string {
  const accepted = acceptedGiB(bytes);
  if (accepted > MOST_GIB) return `No DiskImage has more than ${String(MOST_GIB)} GiB: choose another path`;
  const isRounded = isExact && !isWholeSectors(bytes);
  return `Set sizeGiB to ${String(accepted)}${isExact ? "" : " or more"}${isRounded ? ", the next size in whole sectors" : ""}`;
}

/** A size as the user would write it; exact, so that drift of a single byte shows. */
export function sizeGiBOf(bytes: number): number {
  return bytes / GIB;
}

export const gib = (bytes: number): string => String(sizeGiBOf(bytes));
/** For a need or a lack: not less than it is. */
export const mib = (bytes: number): string => String(Math.ceil(bytes / MIB));
/** For what is free: not more than it is. */
export const freeMib = (bytes: number): string => String(Math.floor(bytes / MIB));
