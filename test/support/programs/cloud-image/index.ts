/**
 * A guest from a distribution's cloud image, on a host that runs Xen: no installer, no answer file.
 *
 *   Bridge      puts the host's network card behind a bridge, so that guests share its network
 *   DiskImage   the cloud image, brought from this machine, compared with its checksum and grown
 *   DomU        the guest: its own kernel by pygrub; cloud-init inside it is told users, keys and network
 *
 * What differs between machines stands in the stack's configuration: `pulumi config set host …`.
 */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();

const privateKeyFile = config.get("privateKeyFile");
const hostKey = config.get("hostKey");
const host = {
  host: config.require("host"),
  port: config.getNumber("port") ?? 22,
  ...(privateKeyFile === undefined ? {} : { privateKeyFile }),
  ...(hostKey === undefined ? {} : { hostKey }),
};

const lan = new xen.Bridge("lan", { host, name: "br0", ports: ["eth0"], addresses: "inherit" });

const disk = new xen.DiskImage("disk", {
  host,
  path: "/xen/vm/web.img",
  // More than the image has: cloud-init grows the file system at the first boot.
  sizeGiB: 2,
  source: { path: config.require("image"), sha256: config.require("imageSha256") },
});

const web = new xen.DomU("web", {
  host,
  memoryMiB: 512,
  disks: [{ image: disk, device: "xvda" }],
  vifs: [{ bridge: lan, ip: config.require("guestIp") }],
  cloudInit: {
    hostname: config.get("hostname") ?? "web1",
    users: [
      {
        name: "op",
        authorizedKeys: [config.require("publicKey")],
        // For the console and for sudo: `openssl passwd -6`, then `pulumi config set --secret passwordHash`.
        passwordHash: config.requireSecret("passwordHash"),
        isAdmin: true,
        shell: "/bin/bash",
      },
    ],
    network: { netmask: "255.255.255.0", gateway: config.require("gateway") },
    runcmd: ["echo made by pulumi-xen >/etc/motd"],
  },
  boot: "pygrub",
  waitFor: { tcpPort: 22, timeoutSeconds: 900 },
});

export const address = web.ip;
