/** Why a domain cannot be built, in the words of xl and libxl. */
import { existsSync, statSync } from "node:fs";
import { readContent } from "../disk-content";
import { type Build, HOST_CPUS } from "./domain";

/** Of the user that pygrub runs as (host-root.ts). */
const PYGRUB_GID = 998;

/** What it would be built on. */
interface Ground {
  at(path: string): string;
  freeMiB(): number;
}

export function faultOf(xen: Ground, build: Build, domid: number, bootloaderUser: string): string | undefined {
  const where = `Domain ${String(domid)}`;
  if (build.type !== "pv") return `libxl: error: libxl_create.c: ${where}:hvm not supported by this hypervisor`;
  if (build.vcpus > HOST_CPUS * 4 || build.memoryMiB === 0) return "libxl: error: invalid argument";
  if (build.memoryMiB + 4 > xen.freeMiB())
    return "xc: error: panic: xg_dom_boot.c:119: xc_dom_boot_mem_init: can't allocate low memory for domain: Out of memory";
  for (const disk of build.disks) {
    if (!existsSync(xen.at(disk.target)))
      return `libxl: error: libxl_device.c:455:libxl__device_disk_set_backend: Disk vdev=${disk.vdev} failed to stat: ${disk.target}: No such file or directory`;
  }
  for (const { bridge } of build.vifs) {
    if (!existsSync(xen.at(`/sys/class/net/${bridge}/bridge`)))
      return `libxl: error: libxl_exec.c: ${where}: script: Could not find bridge device ${bridge}`;
  }
  if (build.bootloader === "pygrub") {
    const boot = build.disks[0];
    if (boot === undefined || !readContent(xen.at(boot.target)).hasKernel || !mayRead(xen, boot.target, bootloaderUser))
      return "xc: error: panic: xg_dom_core.c:205: failed to open file '(null)': Bad address: Internal error\nlibxl: error: libxl_dom.c:646:libxl__build_pv: xc_dom_kernel_file failed: Bad address";
  } else if (build.kernel === "" || !existsSync(xen.at(build.kernel))) {
    return `xc: error: panic: xg_dom_core.c:205: failed to open file '${build.kernel}': No such file or directory: Internal error`;
  }
  return undefined;
}

function mayRead(xen: Ground, path: string, user: string): boolean {
  if (user === "") return true;
  const { mode, gid } = statSync(xen.at(path));
  return (mode & 0o004) !== 0 || ((mode & 0o040) !== 0 && gid === PYGRUB_GID);
}
