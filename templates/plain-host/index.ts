import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();
const mirror = config.require("mirror"); // Debian's installer for Xen comes from there, and the guest's packages
const installer = `${mirror}/dists/bookworm/main/installer-amd64/current/images/netboot/xen`;
const ip = config.require("guestIp");

// A plain Debian host becomes a Xen host. It has to boot once for that: nothing reboots without this `allow`.
const dom0 = new xen.XenHost("dom0", {
  connection: { host: config.require("host"), user: "root" },
  dom0: { memoryMiB: 1024, maxVcpus: 2 },
  allow: ["reboot"],
});
const lan = new xen.Bridge("lan", { host: dom0, name: "br0", ports: [config.require("networkCard")] });
const disk = new xen.DiskImage("disk", { host: dom0, path: "/xen/vm/guest1.img", sizeGiB: 10 });
const media = new xen.InstallMedia("media", {
  host: dom0,
  kernel: { url: `${installer}/vmlinuz`, sha256: config.require("kernelSha256") },
  ramdisk: { url: `${installer}/initrd.gz`, sha256: config.require("ramdiskSha256") },
  serveOn: lan,
});
const gateway = config.require("gateway");
const guest1 = new xen.DomU("guest1", {
  host: dom0,
  memoryMiB: 512,
  maxMemoryMiB: 1024, // up to here a change of memoryMiB is live
  disks: [{ image: disk }],
  vifs: [{ bridge: lan, ip }],
  install: {
    media,
    answers: xen.answers.preseed({
      hostname: "guest1",
      mirror,
      network: { address: ip, netmask: config.require("netmask"), gateway, dns: [gateway] },
      authorizedKeys: [config.require("sshKey")],
    }),
    memoryMiB: 1100, // while Debian's installer runs: with less it stops and asks
    timeoutMinutes: 60,
  },
  boot: "pygrub",
  waitFor: { tcpPort: 22 },
  autostart: true,
});

export const address = guest1.ip;
export const consoleCommand = guest1.consoleCommand;
