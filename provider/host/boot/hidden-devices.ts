/**
 * PCI devices that dom0 leaves to guests: the argument of dom0's kernel by which the driver pciback takes them before any other does
 * (`hide` in drivers/xen/xen-pciback/pci_stub.c). Where pciback is a module, the same argument counts when it is loaded (kmod reads
 * /proc/cmdline). Of two such arguments only the last counts. Pure.
 */
import { kernelKey, kernelWord } from "./kernel-arguments";

const HIDE = "xen-pciback.hide";

/** `03:00.0`, or with its domain `0000:03:00.0`, in small or capital letters. */
export const PCI_ADDRESS = /^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/i;

/** As the kernel names a device: `0000:03:00.0`. */
export function pciDevice(address: string): string {
  const small = address.toLowerCase();
  return small.split(":").length === 2 ? `0000:${small}` : small;
}

export function hidesDevices(word: string): boolean {
  return kernelKey(word) === kernelKey(HIDE);
}

/** None for no device. */
export function hideArguments(addresses: readonly string[]): string[] {
  const devices = [...new Set(addresses.map(pciDevice))].sort();
  return devices.length === 0 ? [] : [`${HIDE}=${devices.map((device) => `(${device})`).join("")}`];
}

/**
 * The word of an argument of dom0's kernel, in one writing where it hides devices: `xen-pciback.hide=(03:00.0)` hides what
 * `xen-pciback.hide=(0000:03:00.0)` hides, and what `passthrough` says. One that names more than single devices stays as it is.
 */
export function dom0KernelWord(argument: string): string {
  const word = kernelWord(argument);
  if (!hidesDevices(word)) return word;
  const devices = hiddenDevices([word]);
  const [, named = ""] = /^[^=]*=((?:\([^()]*\))+)$/.exec(word) ?? [];
  return devices.length > 0 && named.split("(").length - 1 === devices.length
    ? (hideArguments(devices)[0] ?? word)
    : word;
}

/** The devices that a kernel with these words hides. */
export function hiddenDevices(words: readonly string[]): string[] {
  const last = words.findLast(hidesDevices) ?? "";
  const addresses = [...last.matchAll(/\(([^)]*)\)/g)].map(([, address = ""]) => address);
  return addresses.filter((address) => PCI_ADDRESS.test(address)).map(pciDevice);
}
