import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();

// A host that runs Xen already, with a bridge of its own: nothing about the host itself is changed.
const host = { host: config.require("host"), user: "root" };

const disk = new xen.DiskImage("disk", {
  host,
  path: "/xen/vm/guest1.img",
  sizeGiB: 10,
  // A raw image of a Linux with GRUB in it. Without `source` the disk is empty.
  source: { url: config.require("imageUrl"), sha256: config.require("imageSha256") },
});
const guest1 = new xen.DomU("guest1", {
  host,
  memoryMiB: 512,
  maxMemoryMiB: 1024, // up to here a change of memoryMiB is live
  disks: [{ image: disk }],
  vifs: [{ bridge: config.require("bridge") }],
  boot: "pygrub",
  autostart: true,
});

export const consoleCommand = guest1.consoleCommand;
