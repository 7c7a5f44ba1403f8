/**
 * A guest's configuration in xm's words. xm runs the file as Python and as root, and silently passes over what it does not
 * know; so nothing but plain assignments of texts, numbers and lists of texts is written, and only keys that it knows. Pure.
 *
 * The form is the one of every guide to xm (docs/domain-config.md), so that a file of somebody's own and ours are one.
 */
import { UnsupportedError } from "../../errors";
import { type DomainConfig, type VifSpec, parseDomainConfig, quoted, renderVfbSpec } from "../../xen";
import { diskRefusals, renderXmDisk } from "./xm.disk";

/** Besides what a DomainConfig has words for: xm/create.py of 4.2.5, and `maxvcpus`, which it takes without naming it. */
const KNOWN_KEYS: ReadonlySet<string> = new Set(
  (
    "vncpasswd vncviewer vncconsole bootargs loader features shadow_memory memory_sharing cpu rtc_timeoffset pae hpet timer_mode " +
    "tsc_mode nomigrate vpt_align viridian acpi apic vhpt cpu_cap cpu_weight pci vscsi vusb ioports irq nics ip gateway netmask " +
    "hostname interface dhcp nfs_server nfs_root device_model fda fdb parallel serial monitor localtime keymap usb usbdevice " +
    "description guest_os_type stdvga isa boot nographic soundhw vnc vncdisplay vnclisten vncunused videoram sdl opengl display " +
    "xauthority on_xend_start on_xend_stop target hap s3_integrity oos cpuid machine_address_size pool pci_msitranslate " +
    "pci_power_mgmt xen_platform_pci superpages"
  ).split(" "),
);

/** Of an interface: xm/create.py, configure_vifs. */
const VIF_WORDS = ["backend", "type", "model", "accel", "policy", "label"];
const VFB_WORDS = ["sdl", "display", "xauthority", "opengl", "keymap", "videoram", "serial", "monitor"];
const ACTIONS = ["destroy", "restart", "preserve", "rename-restart"];
const DUMPS = ["coredump-destroy", "coredump-restart"];

/** What xl calls otherwise. */
const RENAMED: Readonly<Record<string, string>> = { cap: "cpu_cap" };

type Value = string | number | readonly string[];

/** @throws UnsupportedError where `xmRefusals` has a sentence. */
export function writeXmConfig(config: DomainConfig): string {
  const [refusal] = xmRefusals(config);
  if (refusal !== undefined) throw new UnsupportedError(refusal);
  return rendered(config);
}

/** What the file says to xm, in xl's keys. */
export function readXmConfig(text: string): DomainConfig {
  const { others, disks, ...read } = parseDomainConfig(text);
  if (read.refused !== undefined) return { others, ...read };
  const { builder, ...rest } = others;
  const named = Object.entries(rest).map(([key, value]) => {
    const own = Object.entries(RENAMED).find(([, xm]) => xm === key)?.[0];
    return [own ?? key, value] as const;
  });
  // The old form leaves /dev out: phy:vg0/guest.
  const inDev = disks?.map((disk) => (/^[^/]/.test(disk.target) ? { ...disk, target: `/dev/${disk.target}` } : disk));
  return {
    ...read,
    ...(inDev === undefined ? {} : { disks: inDev }),
    type: builder === "hvm" ? "hvm" : "pv",
    others: Object.fromEntries(named),
  };
}

/** The configuration as it comes back from a file: what xm has no place for is not a difference. */
export function asXmReads(config: DomainConfig): DomainConfig {
  return config.refused === undefined ? readXmConfig(rendered(config)) : config;
}

export function xmRefusals(config: DomainConfig): string[] {
  const { type = "pv", disks = [], vifs = [], vfbs = [], others } = config;
  const texts = JSON.stringify([
    config.name,
    config.root,
    config.extra,
    config.kernel,
    config.ramdisk,
    disks,
    vifs,
    others,
  ]);
  return [
    ...(type === "pv" ? [] : [`The type ${type} has not been tried with xm. Set type to "pv".`]),
    ...disks.flatMap(diskRefusals),
    ...vifs.flatMap(({ more }) => unknownWords("An interface", more, VIF_WORDS)),
    ...vfbs.flatMap(({ more }) => unknownWords("The screen", more, VFB_WORDS)),
    ...actionRefusals("onPoweroff", config.onPoweroff, ACTIONS),
    ...actionRefusals("onReboot", config.onReboot, ACTIONS),
    ...actionRefusals("onCrash", config.onCrash, [...ACTIONS, ...DUMPS]),
    ...Object.keys(others)
      .filter((key) => !KNOWN_KEYS.has(RENAMED[key] ?? key))
      .map(
        (key) => `xm does not know the key ${key} and would pass over it without a word. Remove it from extraConfig.`,
      ),
    // Python 2 takes no other character in a file that names no encoding.
    ...(/[^\u0000-\u007f]/.test(texts)
      ? ["xm takes plain ASCII only. Write the guest's texts and paths without other characters."]
      : []),
    ...(config.refused === undefined && (config.unread ?? []).length === 0
      ? []
      : ["The configuration holds what is no plain assignment, which xm would run as a program. It is not written."]),
  ];
}

function unknownWords(what: string, more: readonly string[], known: readonly string[]): string[] {
  return more
    .map((word) => word.replace(/^\?/, "").split("=", 1)[0] ?? word)
    .filter((key) => !known.includes(key))
    .map((key) => `${what} has ${key}, which xm does not know. Remove it.`);
}

function actionRefusals(property: string, action: string | undefined, known: readonly string[]): string[] {
  return action === undefined || known.includes(action)
    ? []
    : [`${property} is ${action}, which xm does not know. Say ${known.join(", ")}.`];
}

/** The order of the guides: what it boots, who it is, what it has, what becomes of it; a boot loader last. */
function rendered(config: DomainConfig): string {
  const { disks = [], vifs = [], vfbs = [], cpus, others } = config;
  const plain: readonly (readonly [string, Value | undefined])[] = [
    ["kernel", config.kernel],
    ["ramdisk", config.ramdisk],
    ["root", config.root],
    ["extra", config.extra],
    ["name", config.name],
    ["uuid", config.uuid],
    ["vcpus", config.vcpus],
    ["maxvcpus", config.maxVcpus],
    ["cpus", cpus === "all" ? undefined : cpus],
    ["memory", config.memoryMiB],
    ["maxmem", config.maxMemoryMiB],
    ["disk", disks.length === 0 ? undefined : disks.map(renderXmDisk)],
    ["on_poweroff", config.onPoweroff],
    ["on_crash", config.onCrash],
    ["on_reboot", config.onReboot],
    ["vif", vifs.length === 0 ? undefined : vifs.map(renderXmVif)],
    ["vfb", vfbs.length === 0 ? undefined : vfbs.map(renderVfbSpec)],
    // xm looks for a bare name and boots nothing where it does not find one.
    ["bootloader", config.bootloader === "pygrub" ? "/usr/bin/pygrub" : config.bootloader],
  ];
  const further = Object.entries(others)
    .map(([key, value]) => [RENAMED[key] ?? key, value] as const)
    .filter(([key]) => KNOWN_KEYS.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [...plain, ...further]
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${literal(key, value)}\n`]))
    .join("");
}

export function renderXmVif(vif: VifSpec): string {
  const { ip, bridge, mac, script, vifname, rate } = vif;
  const words = Object.entries({ ip, bridge, mac, script, vifname, rate });
  return [...words.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`])), ...vif.more].join(",");
}

/** A literal that Python, xl and we read alike. */
function literal(key: string, value: Value): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return quoted(value);
  const entries = value.map((entry) =>
    key === "disk" && /^[ -&(-[\]-~]*$/.test(entry) ? `'${entry}'` : quoted(entry),
  );
  return `[${entries.join(", ")}]`;
}
