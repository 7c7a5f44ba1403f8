/** Sizes of images, as bytes and as people give them. Pure. */

export const GIB = 1024 ** 3;
export const MIB = 1024 ** 2;

/** The size that check takes for so many bytes: in whole MiB, by default not smaller. */
export function acceptedGiB(bytes: number, round: (mebibytes: number) => number = Math.ceil): number {
  return round(bytes / MIB) / 1024;
}

/** A size as the user would write it; exact, so that drift of a single sector shows. */
export function sizeGiBOf(bytes: number): number {
  return bytes / GIB;
}

export const isWholeMiB = (bytes: number): boolean => bytes % MIB === 0;
export const gib = (bytes: number): string => String(sizeGiBOf(bytes));
/** For a need or a lack: not less than it is. */
export const mib = (bytes: number): string => String(Math.ceil(bytes / MIB));
