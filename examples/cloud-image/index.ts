/**
 * A guest from a distribution's cloud image, on a host that runs Xen: no installer, no answer file.
 *
 *   Bridge      puts the host's network card behind a bridge, so that guests share its network
 *   DiskImage   the cloud image: fetched by the host, compared with its checksum, unpacked and grown
 *   DomU        the guest: it boots its own kernel; cloud-init inside it is told users, keys and network
 *
 * What differs between machines stands in the stack's configuration: `pulumi config set host …`.
 */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();

// How the host is reached. Without privateKeyFile the SSH agent is asked, without hostKey your known_hosts.
const host = {
  host: config.require("host"),
  port: config.getNumber("port") ?? 22,
  ...optional("privateKeyFile", config.get("privateKeyFile")),
  ...optional("hostKey", config.get("hostKey")),
};

// The bridge inherits the card's address; if we cannot come back over it, the host restores its old network.
const lan = new xen.Bridge("lan", { host, name: "br0", ports: ["eth0"], addresses: "inherit" });

const disk = new xen.DiskImage("disk", {
  host,
  path: "/xen/vm/web.img",
  // More than the image has: cloud-init grows the file system at the first boot.
  sizeGiB: 2,
  source: { url: config.require("imageUrl"), sha256: config.require("imageSha256") },
});

const web = new xen.DomU("web", {
  host,
  // Change this and look at the preview: within maxMemoryMiB it says `live`, above it `restart`.
  memoryMiB: 512,
  maxMemoryMiB: 640,
  disks: [{ image: disk, device: "xvda" }],
  vifs: [{ bridge: lan, ip: config.get("guestIp") ?? "10.0.2.51" }],
  cloudInit: {
    hostname: config.get("hostname") ?? "web1",
    users: [
      {
        name: "op",
        authorizedKeys: [config.require("publicKey")],
        // For the console and for sudo: `openssl passwd -6`, then `pulumi config set --secret passwordHash`.
        ...optional("passwordHash", config.getSecret("passwordHash")),
        isAdmin: true,
        shell: "/bin/bash",
      },
    ],
    network: { netmask: "255.255.255.0", gateway: config.get("gateway") ?? "10.0.2.2" },
    runcmd: ["echo made by pulumi-xen >/etc/motd"],
  },
  // Its own kernel, found in its own disk: by a pygrub without privileges on the host, or by GRUB inside the guest (pvgrub2).
  boot: config.get<"pygrub" | "pvgrub2">("boot") ?? "pygrub",
  waitFor: { tcpPort: 22, timeoutSeconds: 900 },
});

export const address = web.ip;
export const consoleCommand = web.consoleCommand;

/** A property only where it has a value: "not given" and "given as nothing" differ in a preview. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
