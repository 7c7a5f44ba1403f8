/** Dom0's memory while it runs: how it is set, and what counts as set. Shell text; pure. */
import { type ShellText, libraryText, lines, sh } from "../shell";

/** What Xen and a kernel round and hold back: dom0 has so much more or less than it was told. */
const DOM0_TOLERANCE_MIB = 16;

/** What stays free in dom0 where it is shrunk while it runs. */
export const DOM0_MARGIN_MIB = 128;

/** Defines read_memory, for a machine that does not run Xen as well: $memory_total and $memory_available, in KiB. */
export const readMemory = libraryText(__dirname, "memory.sh");

/** `functions`: dom0_set MIB, and dom0_has, which prints MiB, of the toolstack. */
export function setDom0Memory(functions: ShellText, mebibytes: number): ShellText {
  return lines([
    functions,
    readMemory,
    sh`desired=${mebibytes} margin=${DOM0_MARGIN_MIB} tolerance=${DOM0_TOLERANCE_MIB}`,
    libraryText(__dirname, "dom0-memory.sh"),
  ]);
}

export function isNearDom0(aMiB: number, bMiB: number): boolean {
  return Math.abs(aMiB - bMiB) <= DOM0_TOLERANCE_MIB;
}
