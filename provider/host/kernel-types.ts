/** What a kernel on the host can run as under Xen: read once, when it is brought, and kept beside it. Pure. */
import { type ShellText, anyPython, libraryText, sh } from "../shell";

const program = libraryText(__dirname, "kernel-types.py");

/** In the media's folder: `pv pvh`, `none`, or `unknown` and why. */
export const KERNEL_TYPES = "kernel-types";

/** Makes it so that the record is there. Where nobody can tell it says so: that stops nothing. For a step of a job. */
export function recordKernelTypes(folder: string, kernel: string): ShellText {
  return sh`(
cd ${folder}
kt_python=${anyPython}
kt_said="unknown there is no Python"
if [ -n "$kt_python" ]; then kt_said=$("$kt_python" -c ${program} ${kernel} 2>/dev/null) || kt_said="unknown the kernel cannot be read"; fi
note_down ${KERNEL_TYPES} "$kt_said"
echo "the kernel can run as: $kt_said")`;
}

/** The types that a record names; `undefined`: nobody could tell. */
export function readKernelTypes(record: string | undefined): readonly string[] | undefined {
  if (record === "none") return [];
  return record !== undefined && /^(pv|pvh|pv pvh)$/.test(record) ? record.split(" ") : undefined;
}
