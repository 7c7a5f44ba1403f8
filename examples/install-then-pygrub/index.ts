/**
 * From a plain Linux host to a guest that boots by itself.
 *
 * Five declarations stand for an afternoon of work on the host:
 *
 *   XenHost        installs Xen, boots it once, proves it, makes it the default
 *   Bridge         puts the host's network card behind a bridge, so that guests share its network
 *   DiskImage      an empty, sparse disk for the guest
 *   InstallMedia   the installer's kernel and ramdisk, and the files it fetches
 *   DomU           the guest: installed from the media, then booted from its own disk through pygrub
 *
 * What differs between your machines and ours stands in the stack's configuration: `pulumi config set host …`.
 */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();

// How the host is reached. Without privateKeyFile the SSH agent is asked, without hostKey your known_hosts.
const dom0 = new xen.XenHost("dom0", {
  connection: {
    host: config.require("host"),
    port: config.getNumber("port") ?? 22,
    ...optional("privateKeyFile", config.get("privateKeyFile")),
    ...optional("hostKey", config.get("hostKey")),
  },
  // What the host keeps for itself; the rest of its memory is for guests.
  dom0: { memoryMiB: 1024, maxVcpus: 2 },
  hypervisorArgs: config.getObject<string[]>("hypervisorArgs") ?? [],
  kernelArgs: config.getObject<string[]>("kernelArgs") ?? [],
  // Xen starts below Linux, so a plain host must boot once. Nothing reboots unless you say so.
  allow: ["reboot"],
});

// The bridge inherits the card's address; if we cannot come back over it, the host restores its old network.
const lan = new xen.Bridge("lan", { host: dom0, name: "br0", ports: ["eth0"], addresses: "inherit" });

const disk = new xen.DiskImage("disk", { host: dom0, path: "/xen/vm/guest1.img", sizeGiB: 1 });

// The installer and what it fetches. Every file has its checksum: a guest is made of nothing else.
const mediaUrl = config.require("mediaUrl");
const media = new xen.InstallMedia("media", {
  host: dom0,
  kernel: { url: `${mediaUrl}/vmlinuz`, sha256: config.require("kernelSha256") },
  ramdisk: { url: `${mediaUrl}/initrd.gz`, sha256: config.require("ramdiskSha256") },
  files: { "rootfs.tgz": { url: `${mediaUrl}/rootfs.tgz`, sha256: config.require("rootfsSha256") } },
  serveOn: lan,
});

const guestIp = config.get("guestIp") ?? "10.0.2.51";

const guest1 = new xen.DomU("guest1", {
  host: dom0,
  // Change this and look at the preview: within maxMemoryMiB it says `live`, above it `restart`.
  memoryMiB: config.getNumber("memoryMiB") ?? 192,
  maxMemoryMiB: 320,
  vcpus: 1,
  disks: [{ image: disk, device: "xvda" }],
  vifs: [{ bridge: lan, ip: guestIp }],
  install: {
    media,
    // The answers of this practice installer are a few lines of shell; for Debian's there is xen.answers.preseed.
    answers: xen.answers.text({
      fileName: "answers.sh",
      content: [
        "DISK=/dev/xvda",
        "ROOTFS={mediaUrl}/rootfs.tgz",
        "NAME=guest1",
        `GIP=${guestIp}/24`,
        "ACTION=reboot",
        "",
      ].join("\n"),
      kernelArgs: `ks={answersUrl} labip=${guestIp}/24`,
    }),
    extra: "console=hvc0",
    timeoutMinutes: 30,
  },
  // From then on its own kernel, found inside its own disk by a pygrub without privileges.
  boot: "pygrub",
  // A screen over VNC, on the host's loopback only.
  vfb: { vnc: true },
  waitFor: { tcpPort: 80 },
  autostart: true,
});

export const address = guest1.ip;
export const consoleCommand = guest1.consoleCommand;
export const vncAddress = guest1.vncAddress;
export const xenVersion = dom0.xenVersion;

/** A property only where it has a value: "not given" and "given as nothing" differ in a preview. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
