/** What somebody does to a Xen host by hand, behind the program's back. */
import * as fc from "fast-check";
import { FALLBACK_SCRIPT } from "../../../provider/host/boot/grub2/grub-settings";
import { LATE_DROP_IN, LINUX_ENTRY, LINUX_KERNEL_ARGS, bootedXen, generated } from "./grub";
import { type Host, booted, dom0Booted } from "./host";

export type Hand =
  | { readonly boot: "linux" | "again" }
  /** At GRUB's prompt, for one boot: a word of the hypervisor's or the kernel's line taken out or put in. */
  | { readonly drop: number }
  | { readonly word: "sync_console" | "nosmp" }
  /** By xl mem-set, which goes no further than what dom0 booted with. */
  | { readonly balloon: number }
  | { readonly setDefault: "linux" }
  | { readonly file: "remove" | "comment"; readonly at: number }
  | { readonly updateGrub: true }
  | { readonly purge: string }
  | { readonly upgrade: string }
  | { readonly lost: "claim" | "pygrub-user" };

const of = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

export const hands: fc.Arbitrary<Hand> = fc.oneof(
  fc.record({ boot: of("linux", "again") }),
  fc.record({ drop: fc.nat({ max: 6 }) }),
  fc.record({ word: of("sync_console", "nosmp") }),
  fc.record({ balloon: of(400, 700, 900) }),
  fc.record({ setDefault: of("linux") }),
  fc.record({ file: of("remove", "comment"), at: fc.nat({ max: 3 }) }),
  fc.record({ updateGrub: of(true) }),
  fc.record({ purge: of("qemu-utils", "htop", "xen-tools", "curl") }),
  fc.record({ upgrade: of("curl", "xen-tools") }),
  fc.record({ lost: of("claim", "pygrub-user") }),
);

export function touched(host: Host, hand: Hand): Host {
  const { files, packages, environment } = host;
  if ("boot" in hand) {
    return hand.boot === "again"
      ? booted(host)
      : { ...host, xen: undefined, kernelArgs: LINUX_KERNEL_ARGS, boots: host.boots + 1 };
  }
  if ("balloon" in hand) {
    const most = host.xen === undefined ? 0 : dom0Booted(host.xen);
    return { ...host, dom0MiB: hand.balloon <= most ? hand.balloon : host.dom0MiB };
  }
  if ("drop" in hand) return booting(host, hand.drop);
  if ("word" in hand) return host.xen === undefined ? host : { ...host, xen: `${host.xen} ${hand.word}` };
  if ("setDefault" in hand) return { ...host, environment: { ...environment, saved_entry: LINUX_ENTRY } };
  if ("updateGrub" in hand) return { ...host, menu: generated(files[LATE_DROP_IN], files[FALLBACK_SCRIPT]) };
  if ("lost" in hand) {
    return hand.lost === "claim" ? { ...host, owner: undefined } : { ...host, hasPygrubUser: false };
  }
  if ("purge" in hand) {
    const { [hand.purge]: _out, ...others } = packages;
    return { ...host, packages: others };
  }
  if ("upgrade" in hand)
    return packages[hand.upgrade] === undefined ? host : { ...host, packages: { ...packages, [hand.upgrade]: "9.9" } };
  const path = Object.keys(files)[hand.at];
  if (path === undefined) return host;
  const { [path]: text = "", ...others } = files;
  return { ...host, files: hand.file === "remove" ? others : { ...files, [path]: `${text}# by hand\n` } };
}

/** A boot of Xen without one word of its lines. */
function booting(host: Host, at: number): Host {
  if (host.xen === undefined) return host;
  const { hypervisor, kernel } = bootedXen(host.menu);
  const words = hypervisor.split(" ");
  // GRUB's own word, the administrator's own ones, and the root file system stay.
  const left = words.filter((_, index) => index !== at + 2);
  const isOfKernel = at + 2 >= words.length;
  const kernelArgs = isOfKernel ? kernel.filter((_, index) => index !== at + 4 - words.length) : kernel;
  return { ...host, xen: left.join(" "), dom0MiB: dom0Booted(left.join(" ")), kernelArgs, boots: host.boots + 1 };
}
