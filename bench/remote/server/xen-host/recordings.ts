/**
 * What a Debian 12 with Xen 4.17 printed, with one guest, guest1 (test/golden/xen-4.17-debian12 has the same outputs as a test
 * needs them). Pure. recorded.pl fills in the memory.
 */
export const GUEST = {
  name: "guest1",
  uuid: "153b5f07-1045-40a6-bf99-1384946c365c",
  mac: "00:16:3e:00:00:51",
  memoryMiB: 192,
  maxMemoryMiB: 512,
} as const;

export const BRIDGE = { name: "br0", port: "enp1s0", mac: "52:54:00:12:34:56", address: "10.0.2.15/24" } as const;

/** What the guest is made of; these are files of the pretended host. */
export interface GuestFiles {
  readonly disk: string;
  readonly kernel: string;
  readonly ramdisk: string;
}

const HEAD = "Name                                        ID   Mem VCPUs\tState\tTime(s)";
const DOM0 = "Domain-0                                     0  1024     2     r-----     535.1";
const GUEST_ROW = `${GUEST.name.padEnd(40)}     1 @USED@     1     -b----       5.1`;

const xlInfo = `host                   : xen1
release                : 6.1.0-56-amd64
version                : #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)
machine                : x86_64
nr_cpus                : 2
max_cpu_id             : 1
nr_nodes               : 1
cores_per_socket       : 2
threads_per_core       : 1
cpu_mhz                : 2596.150
hw_caps                : 178bf3fd:80002001:20100800:00000007:00000000:00000000:00000000:00000000
virt_caps              : pv hvm gnttab-v1 gnttab-v2
total_memory           : 3071
free_memory            : 1822
sharing_freed_memory   : 0
sharing_used_memory    : 0
outstanding_claims     : 0
free_cpus              : 0
xen_major              : 4
xen_minor              : 17
xen_extra              : .7
xen_version            : 4.17.7
xen_caps               : xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 
xen_scheduler          : credit2
xen_pagesize           : 4096
platform_params        : virt_start=0xffff800000000000
xen_changeset          : 
xen_commandline        : placeholder dom0_mem=1024M,max:1024M dom0_max_vcpus=2 com1=115200,8n1 console=com1 spec-ctrl=no xpti=no
cc_compiler            : x86_64-linux-gnu-gcc (Debian 12.2.0-14+deb12u1) 12.2.0
cc_compile_by          : pkg-xen-devel
cc_compile_domain      : lists.alioth.debian.org
cc_compile_date        : Wed Nov  4 16:52:28 UTC 2026
build_id               : 151b373fd64b321593bf987fd923cd10dabadac4
xend_config_format     : 4
`;

const scheduling = { sched: "credit2", weight: 256, cap: 0 };

function xlListLong({ disk, kernel, ramdisk }: GuestFiles): string {
  const dom0 = {
    domid: 0,
    config: {
      c_info: { type: "pv", name: "Domain-0" },
      b_info: {
        max_memkb: 1048576,
        target_memkb: 1048575,
        sched_params: scheduling,
        "type.pv": {},
        arch_arm: {},
        arch_x86: {},
      },
    },
  };
  const guest = {
    domid: 1,
    config: {
      c_info: { type: "pv", name: GUEST.name, domid: 4294967295, uuid: GUEST.uuid, run_hotplug_scripts: "True" },
      b_info: {
        max_vcpus: 1,
        avail_vcpus: [0],
        max_memkb: GUEST.maxMemoryMiB * 1024,
        target_memkb: "@TARGET_KB@",
        video_memkb: 0,
        sched_params: scheduling,
        claim_mode: "True",
        kernel,
        ramdisk,
        "type.pv": {},
        arch_arm: {},
        arch_x86: { msr_relaxed: "False" },
      },
      disks: [{ pdev_path: disk, vdev: "xvda", format: "raw", readwrite: 1, colo_restore_enable: "False" }],
      nics: [{ devid: 0, mac: GUEST.mac, bridge: BRIDGE.name, nictype: "vif" }],
      on_reboot: "restart",
      on_soft_reset: "soft_reset",
    },
  };
  const text = (value: object): string => JSON.stringify(value, undefined, 4);
  return `[${text(dom0)}<guest>,${text(guest).replace('"@TARGET_KB@"', "@TARGET_KB@")}</guest>]\n`;
}

function ip(): { links: string; addresses: string } {
  const card = {
    ifindex: 2,
    ifname: BRIDGE.port,
    flags: ["BROADCAST", "MULTICAST", "UP"],
    mtu: 1500,
    address: BRIDGE.mac,
  };
  const bridge = { ...card, ifindex: 3, ifname: BRIDGE.name };
  const loopback = { ifindex: 1, ifname: "lo", flags: ["LOOPBACK", "UP"], mtu: 65536, address: "00:00:00:00:00:00" };
  const settings = { forward_delay: 0, hello_time: 200, ageing_time: 30000, stp_state: 0, priority: 32768 };
  const [local, prefix] = BRIDGE.address.split("/");
  const inet = { family: "inet", local, prefixlen: Number(prefix), scope: "global", label: BRIDGE.name };
  return {
    links: JSON.stringify([
      loopback,
      { ...card, master: BRIDGE.name },
      { ...bridge, linkinfo: { info_kind: "bridge", info_data: settings } },
    ]),
    addresses: JSON.stringify([
      { ...loopback, addr_info: [{ family: "inet", local: "127.0.0.1", prefixlen: 8, scope: "host" }] },
      { ...card, addr_info: [] },
      { ...bridge, addr_info: [inet] },
    ]),
  };
}

export const PACKAGES = [
  "xen-system-amd64",
  "qemu-system-xen",
  "qemu-utils",
  "bridge-utils",
  "curl",
  "ca-certificates",
] as const;

/** By the names under which recorded.pl looks for them. */
export function recordings(files: GuestFiles): Readonly<Record<string, string>> {
  const { links, addresses } = ip();
  return {
    xl_list: `${HEAD}\n${DOM0}\n<guest>${GUEST_ROW}\n</guest>`,
    xl_list_guest1: `${HEAD}\n${GUEST_ROW}\n`,
    xl_list_v: `${HEAD}\tUUID                            \tReason-Code\tSecurity Label\n${DOM0} 00000000-0000-0000-0000-000000000000        -                -\n<guest>${GUEST_ROW} ${GUEST.uuid}        -                -\n</guest>`,
    xl_list_l: xlListLong(files),
    "xl_vcpu-list": `Name                                ID  VCPU   CPU State   Time(s) Affinity (Hard / Soft)
Domain-0                             0     0    0   -b-      91.0  all / all
Domain-0                             0     1    1   r--      92.3  all / all
<guest>${GUEST.name.padEnd(33)}    1     0    0   -b-       6.3  all / all
</guest>`,
    xl_info: xlInfo,
    "ip_-j_-d_link_show": links,
    "ip_-j_addr_show": addresses,
    "grub-editenv_list": "saved_entry=xen-gnulinux-simple\n",
    "dpkg-query": PACKAGES.map((name) => `${name} installed 4.17.7-1\n`).join(""),
    memory: `${String(GUEST.memoryMiB)} ${String(GUEST.memoryMiB)}`,
  };
}
