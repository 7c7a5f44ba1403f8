/** A script of edits of one guest, by topic: what the plan of each says is on record in test/golden/plans. */
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { UNKNOWN } from "../../../provider/property";
import type { Edit } from "../../laws/domu/edits";
import type { Hand } from "../../laws/domu/hands";

/** Edits of the program; `hands`: what somebody did on the host before, found by a refresh. */
export interface Scene {
  readonly title: string;
  readonly edits?: readonly Edit[];
  readonly hands?: readonly Hand[];
}

export const program: DomUInputs = {
  connection: { host: "198.51.100.7", user: "root" },
  owner: "shop/prod::DomU::guest1",
  name: "guest1",
  memoryMiB: 512,
  maxMemoryMiB: 1024,
  vcpus: 1,
  maxVcpus: 2,
  extra: "console=hvc0",
  disks: [{ path: "/xen/vm/guest1.img" }, { path: "/xen/vm/data.img" }],
  vifs: [{ bridge: "br0", ip: "198.51.100.21" }, { bridge: "br1" }],
};

const set = (property: string, to: unknown): Edit => ({ set: property, to });
const one = (property: string, ...values: unknown[]): Scene[] =>
  values.map((to) => ({
    title: `${property} ${JSON.stringify(to)}`.replace(UNKNOWN, "not known yet"),
    edits: [set(property, to)],
  }));

const data2 = { path: "/xen/vm/data2.img" };

export const SCENES: Readonly<Record<string, readonly Scene[]>> = {
  sizes: [
    ...one("memoryMiB", 768, 2048, 64),
    ...one("maxMemoryMiB", 2048),
    { title: "more memory than it booted with", edits: [set("memoryMiB", 2048), set("maxMemoryMiB", 2048)] },
    ...one("vcpus", 2, 4),
    ...one("maxVcpus", 4),
    ...one("cpus", "0-3,^1"),
    ...one("cpuWeight", 512),
    ...one("cpuCap", 50),
    {
      title: "more memory than it booted with, and nothing said of the most",
      edits: [{ unset: "maxMemoryMiB" }, set("memoryMiB", 2048)],
    },
  ],
  boot: [
    ...one("type", "pvh"),
    ...one("boot", "pvgrub2"),
    {
      title: "boot direct",
      edits: [set("boot", "direct"), set("kernel", "/boot/vmlinuz"), set("ramdisk", "/boot/initrd.img")],
    },
    ...one("root", "/dev/xvda1 ro"),
    ...one("extra", "console=hvc0 quiet"),
    ...one("onCrash", "preserve"),
    ...one("vfb", { vnc: true, vncPassword: "geheim12" }),
    ...one("extraConfig", { nomigrate: 1, pci: ["0000:00:1f.0"] }),
  ],
  identity: [
    ...one("name", "web1"),
    ...one("uuid", "11111111-2222-4333-8444-555555555555"),
    {
      title: "another uuid, with consent",
      edits: [set("uuid", "11111111-2222-4333-8444-555555555555"), set("allow", ["replace"])],
    },
    ...one("autostart", true),
    ...one("powerState", "stopped"),
    {
      title: "stopped, and other things with it",
      edits: [set("memoryMiB", 768), set("name", "web1"), set("powerState", "stopped")],
    },
    ...one("install", {
      media: { name: "m", directory: "/xen/m", kernelPath: "/xen/m/linux", ramdiskPath: "/xen/m/initrd.gz" },
    }),
    ...one("waitFor", { tcpPort: 22 }),
    { title: "nothing", edits: [] },
  ],
  disks: [
    { title: "a disk at the end", edits: [{ list: "disks", insert: data2, at: 2 }] },
    { title: "a disk in the middle", edits: [{ list: "disks", insert: data2, at: 1 }] },
    {
      title: "a qcow2 disk, without a QEMU of the guest's own",
      edits: [{ list: "disks", insert: { ...data2, format: "qcow2" }, at: 2 }],
    },
    { title: "the data disk removed", edits: [{ list: "disks", remove: 1 }] },
    { title: "the data disk under another device", edits: [{ list: "disks", change: 1, to: { device: "xvdz" } }] },
    { title: "the data disk read only", edits: [{ list: "disks", change: 1, to: { mode: "r" } }] },
    { title: "another first disk", edits: [{ list: "disks", change: 0, to: data2 }] },
    { title: "the two disks swapped", edits: [{ list: "disks", move: 1, at: 0 }] },
    {
      title: "two data disks, then the later one first",
      edits: [
        { list: "disks", insert: data2, at: 2 },
        { list: "disks", move: 2, at: 1 },
      ],
    },
  ],
  interfaces: [
    { title: "an interface at the end", edits: [{ list: "vifs", insert: { bridge: "br2" }, at: 2 }] },
    { title: "an interface in the middle", edits: [{ list: "vifs", insert: { bridge: "br2" }, at: 1 }] },
    { title: "an interface removed", edits: [{ list: "vifs", remove: 1 }] },
    { title: "the two swapped", edits: [{ list: "vifs", move: 1, at: 0 }] },
    { title: "VLANs for an interface", edits: [{ list: "vifs", change: 1, to: { vlans: { untagged: 20 } } }] },
    {
      title: "VLANs that nothing can be in",
      edits: [
        set("vifs", [
          { bridge: "br0", vlans: { untagged: 20, tagged: [20] } },
          { bridge: "br0", vlans: {} },
          { bridge: "ovs0", script: "vif-openvswitch", vlans: { tagged: [1] } },
        ]),
      ],
    },
    { title: "another bridge", edits: [{ list: "vifs", change: 1, to: { bridge: "br2" } }] },
    { title: "another address", edits: [{ list: "vifs", change: 0, to: { mac: "00:16:3e:00:00:01" } }] },
    { title: "a rate", edits: [{ list: "vifs", change: 0, to: { rate: "10Mb/s" } }] },
  ],
  "not-known-or-secret": [
    ...one("memoryMiB", UNKNOWN),
    { title: "the path of a disk is not known yet", edits: [{ list: "disks", insert: { path: UNKNOWN }, at: 2 }] },
    { title: "the format of a disk is not known yet", edits: [{ list: "disks", change: 1, to: { format: UNKNOWN } }] },
    {
      title: "secret kernel arguments",
      edits: [set("secretProperties", ["extra"]), set("extra", "password=geheim12")],
    },
    {
      title: "secret interfaces",
      edits: [set("secretProperties", ["vifs"]), { list: "vifs", change: 1, to: { bridge: "br9" } }],
    },
  ],
  "cloud-init": [
    ...one("cloudInit", { users: [{ name: "op" }] }),
    ...one("cloudInit", UNKNOWN),
    {
      title: "another host name for cloud-init",
      edits: [set("cloudInit", {}), set("cloudInit", { hostname: "web1" })],
    },
    {
      title: "a disk at the device of what cloud-init reads",
      edits: [set("cloudInit", {}), { list: "disks", insert: { ...data2, device: "xvdp" }, at: 2 }],
    },
    {
      title: "cloud-init, and more memory than it booted with",
      edits: [set("cloudInit", {}), set("memoryMiB", 2048), set("maxMemoryMiB", 2048)],
    },
  ],
  drift: [
    { title: "somebody gave it more memory", hands: [{ xl: ["setMemory", 700] }] },
    { title: "somebody pinned it", hands: [{ xl: ["pinVcpus", "1-2"] }] },
    {
      title: "somebody gave it a larger share of the CPUs",
      hands: [{ xl: ["setScheduling", { weight: 512, cap: 50 }] }],
    },
    { title: "somebody renamed it", hands: [{ rename: "web1" }] },
    { title: "somebody paused it", hands: [{ xl: "pause" }] },
    { title: "it has crashed and was kept", hands: [{ xl: "crash" }] },
    { title: "it is down", hands: [{ xl: "stop" }] },
    { title: "it is down, and shall be", hands: [{ xl: "stop" }], edits: [set("powerState", "stopped")] },
    {
      title: "somebody plugged a disk in",
      hands: [{ xl: ["attachDisk", { target: "/xen/vm/q.img", format: "raw", device: "xvdq", mode: "w", more: [] }] }],
    },
    { title: "somebody unplugged an interface", hands: [{ unplug: "vifs", at: 1 }] },
    { title: "somebody edited its file: memory", hands: [{ append: "memory = 300" }] },
    {
      title: "somebody edited its file: a disk",
      hands: [{ append: 'disk = ["format=raw, vdev=xvda, access=rw, target=/xen/vm/other.img"]' }],
    },
    { title: "somebody edited its file: xl refuses it", hands: [{ append: "memory = = 3" }] },
    { title: "somebody wrote the same in other words", hands: [{ append: "memory = 0x200" }] },
    { title: "somebody edited its file while it was down", hands: [{ xl: "stop" }, { append: 'extra = "single"' }] },
    { title: "its file is gone", hands: [{ file: "remove" }] },
    { title: "somebody made it start with the host", hands: [{ link: true }] },
    {
      title: "more memory by hand, and another name in the program",
      hands: [{ xl: ["setMemory", 700] }],
      edits: [set("name", "web1")],
    },
  ],
};
