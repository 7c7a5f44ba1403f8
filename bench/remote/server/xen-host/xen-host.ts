/**
 * A real sshd on what looks like a Debian 12 with Xen: this machine's shell and programs, with recorded outputs where it would
 * need Xen (recorded.pl), in a mount namespace of its own (enter.sh). Nothing of the machine itself is changed.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { benchFile } from "../../bench-file";
import type { SlowLink } from "../../link/slow-link";
import type { Server } from "../sshd";
import { BRIDGE, GUEST, recordings } from "./recordings";

/** What a call of xl takes, whoever asks. On real hosts it is 10 to 300 ms. */
export const XL_MS = 20;
/** How long after xl mem-set the guest has followed. A real one takes up to a second. */
export const GUEST_MS = 100;

const PROGRAMS = [
  "xl",
  "ip",
  "dpkg-query",
  "grub-editenv",
  "update-grub",
  "grub-reboot",
  "grub-probe",
  "xenstore-ls",
  "xenstore-read",
  "systemctl",
  "ifup",
  "ifquery",
  "brctl",
] as const;

const KERNEL_RELEASE = "6.1.0-56-amd64";
export const CLAIM_IDS = {
  host: "0d6c5a3e-1f2b-4c3d-8e9f-000000000001",
  bridge: "0d6c5a3e-1f2b-4c3d-8e9f-000000000002",
} as const;
export const MACHINE_ID = "0123456789abcdef0123456789abcdef";

export interface XenHost {
  readonly server: Server;
  /** What its login must have as PATH; our scripts take it by themselves. */
  readonly path: string;
  readonly disk: string;
  /** Files of this machine, to be brought there. */
  readonly kernel: string;
  readonly ramdisk: string;
  /** How often xl was called until now, by whomever. */
  readonly xlCalls: () => number;
}

/** `owner`: the claims' on the host and its bridge, which nobody can make without a boot of Xen. */
export async function startXenHost(link: SlowLink, owner: (type: string, name: string) => string): Promise<XenHost> {
  if (process.getuid?.() !== 0) throw new Error("a pretended Xen host needs mount namespaces, and they need root");
  const place = join(link.folder, "xen-host");
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), text);
  };
  for (const folder of ["run", "bin", "images", "etc/xen", "boot/grub", "var/lib", "proc/xen"]) {
    mkdirSync(join(place, folder), { recursive: true });
  }
  const program = join(place, "bin/recorded.pl");
  copyFileSync(benchFile("server/xen-host/recorded.pl"), program);
  chmodSync(program, 0o755);
  for (const name of PROGRAMS) symlinkSync("recorded.pl", join(place, "bin", name));
  const disk = join(place, "images/guest1.img");
  const media = "/var/lib/pulumi-xen/media/media";
  const said = recordings({ disk, kernel: `${media}/vmlinuz`, ramdisk: `${media}/initrd` });
  for (const [name, text] of Object.entries(said)) write(`recorded/${name}`, text);
  for (const [path, text] of Object.entries(hostFiles(owner))) write(path, text);
  // GRUB's folder lies on a plain partition, whatever this machine's does.
  for (const line of readFileSync("/proc/mounts", "utf8").split("\n")) {
    const device = (line.split(" ")[0] ?? "").replace("/dev/", "");
    if (/^\w+$/.test(device)) write(`sys/class/block/${device}/partition`, "1\n");
  }
  const [kernel, ramdisk] = [join(place, "kernel"), join(place, "ramdisk")];
  writeFileSync(kernel, Buffer.alloc(1024 * 1024, "kernel"));
  writeFileSync(ramdisk, Buffer.alloc(1024 * 1024, "ramdisk"));
  const path = `${join(place, "bin")}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const server = await link.serve({
    within: ["unshare", "-m", "sh", benchFile("server/xen-host/enter.sh"), place],
    environment: {
      PULUMI_XEN_ROOT: "/var/lib/pulumi-xen",
      PULUMI_XEN_PATH: path,
      BENCH_RECORDED: join(place, "recorded"),
      BENCH_XL_MS: String(XL_MS),
      BENCH_GUEST_MS: String(GUEST_MS),
    },
  });
  const calls = join(place, "recorded/calls");
  const xlCalls = (): number => (existsSync(calls) ? statSync(calls).size : 0);
  return { server, path, disk, kernel, ramdisk, xlCalls };
}

function hostFiles(owner: (type: string, name: string) => string): Readonly<Record<string, string>> {
  const claim = (id: string, type: string, of: string): string =>
    `pulumi-xen claim 2\nid=${id}\nowner=${owner(type, of)}\nof=${of}\nsince=2026-11-28T05:30:00Z\n`;
  const entry = (name: string, id: string): string =>
    `menuentry '${name}' --class debian $menuentry_id_option '${id}' {\n${"\tinsmod part_gpt\n".repeat(20)}}\n`;
  return {
    "etc/machine-id": `${MACHINE_ID}\n`,
    "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
    "etc/network/interfaces": `auto lo\niface lo inet loopback\n\nauto ${BRIDGE.port}\niface ${BRIDGE.port} inet manual\n\nauto ${BRIDGE.name}\niface ${BRIDGE.name} inet static\n  bridge_ports ${BRIDGE.port}\n  address ${BRIDGE.address}\n  gateway 10.0.2.2\n`,
    "etc/default/grub.d/zz-pulumi-xen.cfg": 'GRUB_DEFAULT=saved\nGRUB_CMDLINE_XEN_DEFAULT="dom0_mem=1024M,max:1024M"\n',
    [`boot/config-${KERNEL_RELEASE}`]: "CONFIG_XEN=y\nCONFIG_XEN_DOM0=y\n",
    "boot/grub/grub.cfg": [
      "set default=saved\nset fallback=0\n",
      ...["Debian GNU/Linux", "Debian GNU/Linux, with Xen hypervisor"].flatMap((name, index) =>
        [0, 1, 2].map((number) => entry(`${name} ${String(number)}`, `entry-${String(index)}-${String(number)}`)),
      ),
    ].join(""),
    "proc/xen/capabilities": "control_d\n",
    "sys/hypervisor/type": "xen\n",
    "sys/hypervisor/version/major": "4\n",
    "sys/hypervisor/version/minor": "17\n",
    [`sys/class/net/${BRIDGE.name}/bridge/bridge_id`]: "8000.525400123456\n",
    [`sys/class/net/${BRIDGE.port}/ifindex`]: "2\n",
    "var/lib/pulumi-xen/host/self/claim": claim(CLAIM_IDS.host, "XenHost", "the host"),
    "var/lib/pulumi-xen/host/self/phase": "ready\n",
    [`var/lib/pulumi-xen/bridge/${BRIDGE.name}/claim`]: claim(CLAIM_IDS.bridge, "Bridge", BRIDGE.name),
    [`var/lib/pulumi-xen/bridge/${BRIDGE.name}/phase`]: "ready\n",
    "etc/xen/xl.conf": `# ${GUEST.name} is on this host\n`,
  };
}
