/** Debian's own installer: kernel and ramdisk of its netboot, answers by xen.answers.preseed, everything else from a mirror. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();
const ip = config.require("guestIp");

const host = {
  host: config.require("host"),
  port: config.requireNumber("port"),
  privateKeyFile: config.require("privateKeyFile"),
  hostKey: config.require("hostKey"),
};
const lan = new xen.Bridge("lan", { host, name: "br0", ports: ["eth0"], addresses: "inherit" });
const disk = new xen.DiskImage("disk", { host, path: "/xen/vm/guest1.img", sizeGiB: 2 });
const media = new xen.InstallMedia("media", {
  host,
  kernel: local("linux"),
  ramdisk: local("initrd.gz"),
  serveOn: lan,
});

const guest1 = new xen.DomU("guest1", {
  host,
  memoryMiB: 512,
  disks: [{ image: disk }],
  vifs: [{ bridge: lan, ip }],
  install: {
    media,
    // The installer asks for more than 800 MiB, else it stops with "Low memory".
    memoryMiB: 1100,
    answers: xen.answers.preseed({
      hostname: "guest1",
      mirror: config.require("mirror"),
      network: { address: ip, netmask: "255.255.255.0", gateway: "10.0.2.2", dns: ["10.0.2.3"] },
      authorizedKeys: [config.require("authorizedKey")],
      // What the installer writes down of its work, on the console too.
      extraLines: [
        "d-i preseed/early_command string echo preseed is read >/dev/console; tail -n 200 -f /var/log/syslog </dev/null >/dev/console 2>&1 &",
      ],
    }),
    extra: config.require("emulation"),
    timeoutMinutes: config.requireNumber("timeoutMinutes"),
  },
  boot: "pygrub",
});

export const address = guest1.ip;

function local(name: string): { path: string; sha256: string } {
  const path = join(config.require("installer"), name);
  return { path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
}
