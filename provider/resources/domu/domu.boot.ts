/** How a guest boots and its screen, between our words and xl's configuration. Pure. */
import { type DomainConfig, type DomainType, PYGRUB_USER, type VfbSpec } from "../../xen";
import type { BootMode, DomUVfb } from "./domu.shall";

/** Where Debian's grub-xen-host puts the boot loaders that run inside the guest. */
const PVGRUB2: Readonly<Record<DomainType, string | undefined>> = {
  pv: "/usr/lib/grub-xen/grub-x86_64-xen.bin",
  pvh: "/usr/lib/grub-xen/grub-i386-xen_pvh.bin",
  hvm: undefined,
};

export interface BootParts {
  readonly boot?: BootMode | undefined;
  readonly type?: DomainType | undefined;
  readonly kernel?: string | undefined;
  readonly ramdisk?: string | undefined;
}

/** The file on the host that runs inside the guest; `undefined` where there is none. */
export function loaderPath({ boot, type, kernel }: BootParts): string | undefined {
  return boot === "pvgrub2" ? (kernel ?? PVGRUB2[type ?? "pv"]) : undefined;
}

export function bootConfig(parts: BootParts): Partial<DomainConfig> {
  const { boot, kernel, ramdisk } = parts;
  switch (boot) {
    case "direct":
      return { ...(kernel === undefined ? {} : { kernel }), ...(ramdisk === undefined ? {} : { ramdisk }) };
    case "pvgrub2": {
      const loader = loaderPath(parts);
      return loader === undefined ? {} : { kernel: loader };
    }
    case "pygrub":
      // 4.17 does not know the two keys and says nothing about them; there the environment of xl tells.
      return { bootloader: "pygrub", bootloaderRestrict: 1, bootloaderUser: PYGRUB_USER };
    default:
      return {};
  }
}

/**
 * Read backwards from a configuration; `undefined`: by its firmware, or in a way of somebody else's. A loader of one's own
 * under `pvgrub2` and the same file under `direct` are one configuration: then it is what is declared.
 */
export function bootOf({ bootloader, kernel }: DomainConfig, shall: BootParts): BootMode | undefined {
  if (bootloader !== undefined) return /(^|\/)pygrub$/.test(bootloader) ? "pygrub" : undefined;
  if (kernel === undefined) return undefined;
  if (kernel === shall.kernel && (shall.boot === "direct" || shall.boot === "pvgrub2")) return shall.boot;
  // Whatever the type: a loader stays a loader when the type changes.
  return Object.values(PVGRUB2).includes(kernel) ? "pvgrub2" : "direct";
}

/** Does the configuration boot the loader that `pvgrub2` takes by itself? */
export function isDefaultLoader({ kernel, type }: DomainConfig): boolean {
  return kernel !== undefined && kernel === PVGRUB2[(type ?? "pv") as DomainType];
}

export function vfbSpec(vfb: DomUVfb): VfbSpec {
  return {
    vnc: vfb.vnc ?? true,
    vncListen: vfb.vncListen ?? "127.0.0.1",
    ...(vfb.vncDisplay === undefined ? { vncUnused: true } : { vncDisplay: vfb.vncDisplay, vncUnused: false }),
    ...(vfb.vncPassword === undefined ? {} : { vncPassword: vfb.vncPassword }),
    more: [],
  };
}

/** As it is declared, without what is so anyway: a program that says the same does not differ in a word. */
export function vfbOf(spec: VfbSpec | undefined): DomUVfb | undefined {
  if (spec === undefined) return undefined;
  const { vnc, vncListen, vncDisplay, vncUnused, vncPassword } = spec;
  return {
    ...(vnc === undefined || vnc ? {} : { vnc }),
    ...(vncListen === undefined || vncListen === "127.0.0.1" ? {} : { vncListen }),
    ...(vncDisplay === undefined || vncUnused === true ? {} : { vncDisplay }),
    ...(vncPassword === undefined ? {} : { vncPassword }),
  };
}
