/**
 * The recipe that this product was made for: CentOS 6, Xen 4 out of a repository with a pinned kernel, a bridge over eth0, a guest that
 * is installed from an installer's kernel and ramdisk and then boots from its own disk. docs/original-recipe.md walks through it row by row.
 *
 * Nothing in it names the system: on a Debian the same program leaves out the lines of the repository and of the pinned kernel.
 * The stack's configuration says what differs between machines, such as `pulumi config set --path connection.host 192.168.1.201`.
 */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();

const dom0 = new xen.XenHost("dom0", {
  connection: config.requireObject<xen.Connection>("connection"),
  repository: { name: "xen4", url: config.require("xenRepository"), cost: 500, checkSignatures: false },
  // Newer kernels did not boot on that machine.
  packages: ["kernel=3.4.68", "kernel-firmware=3.4.68"],
  dom0: { memoryMiB: 512, maxVcpus: 2, pinVcpus: true },
  hypervisorArgs: ["cpufreq=xen"],
  allow: ["reboot"],
  // `restore`: a destroy gives the boot menu back, and the host's next boot is plain Linux.
  onDelete: config.get<"keep" | "restore">("onDelete") ?? "keep",
});

const lan = new xen.Bridge("lan", { host: dom0, name: "br0", ports: ["eth0"], addresses: "inherit", stp: false });

const disk = new xen.DiskImage("disk", { host: dom0, path: "/xen/vm/centos6.img", sizeGiB: 10 });

// isolinux/vmlinuz and isolinux/initrd.img of the CD. The answer file is served on the bridge while the installer runs.
const media = new xen.InstallMedia("media", {
  host: dom0,
  kernel: { url: config.require("kernelUrl"), sha256: config.require("kernelSha256") },
  ramdisk: { url: config.require("ramdiskUrl"), sha256: config.require("ramdiskSha256") },
  serveOn: lan,
});

const guest = new xen.DomU("centos6", {
  host: dom0,
  name: "centos6",
  memoryMiB: config.getNumber("memoryMiB") ?? 512,
  vcpus: 1,
  disks: [{ image: disk, device: "xvda" }],
  vifs: [{ bridge: lan, ip: "192.168.1.221" }],
  vfb: { vnc: true },
  onCrash: "destroy",
  onReboot: "destroy",
  install: {
    media,
    answers: xen.answers.kickstart({
      release: "el6",
      hostname: "centos6",
      tree: config.require("tree"),
      network: { address: "192.168.1.221", netmask: "255.255.255.0", gateway: "192.168.1.253", dns: ["8.8.8.8"] },
    }),
    timeoutMinutes: 60,
  },
  boot: "pygrub",
  autostart: true,
});

export const configuration = guest.config;
export const consoleCommand = guest.consoleCommand;
