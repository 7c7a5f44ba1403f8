/** A guest from a ready image. Configuration says how big its disks are, what is plugged into it and of which type it is. */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();
const hasMore = config.getBoolean("more") ?? false;
const isPvh = config.getBoolean("pvh") ?? false;

const dom0 = new xen.XenHost("dom0", {
  connection: {
    host: config.require("host"),
    port: config.requireNumber("port"),
    privateKeyFile: config.require("privateKeyFile"),
    hostKey: config.require("hostKey"),
  },
  dom0: { memoryMiB: 1024, maxVcpus: 2 },
  hypervisorArgs: config.requireObject<string[]>("hypervisorArgs"),
  kernelArgs: config.requireObject<string[]>("kernelArgs"),
  onDelete: "restore",
  allow: ["reboot"],
});

const lan = new xen.Bridge("lan", {
  host: dom0,
  name: "br0",
  ports: ["eth0"],
  addresses: { cidr: ["10.0.2.15/24", "10.0.2.115/24"], gateway: "10.0.2.2" },
});
const inner = new xen.Bridge("inner", { host: dom0, name: "br1" });

const disk = new xen.DiskImage("disk", {
  host: dom0,
  path: "/xen/vm/guest1.img",
  sizeGiB: config.requireNumber("diskMiB") / 1024,
  source: { url: config.require("diskUrl"), sha256: config.require("diskSha256") },
});
const data = new xen.DiskImage("data", {
  host: dom0,
  path: "/xen/vm/data.qcow2",
  format: "qcow2",
  sizeGiB: config.requireNumber("dataMiB") / 1024,
});

const guest1 = new xen.DomU("guest1", {
  host: dom0,
  memoryMiB: 192,
  ...(isPvh ? { type: "pvh", extraConfig: { tsc_mode: "native" } } : {}),
  disks: [{ image: disk }, ...(hasMore ? [{ image: data }] : [])],
  // For the QEMU that comes with it: without one no qcow2 disk could be plugged in while the guest runs.
  vfb: { vnc: true },
  vifs: [{ bridge: lan, ip: "10.0.2.51" }, ...(hasMore ? [{ bridge: inner }] : [])],
  waitFor: { http: { contains: "hello from guest1" } },
});

export const address = guest1.ip;
