/** A guest from a ready image, in VLANs of a bridge that filters them. Configuration says which, and whether the bridge on the way in filters too. */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();
const vlans = config.getObject<NonNullable<xen.DomUVifArgs["vlans"]>>("vlans");
const addresses = config.getObject<xen.BridgeArgs["addresses"]>("addresses");

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

const wayIn = new xen.Bridge("way-in", {
  host: dom0,
  name: "br0",
  ports: ["eth0"],
  vlanFiltering: config.getBoolean("filtersWayIn") ?? false,
});
// The test has laid a cable there.
const lan = new xen.Bridge("lan", {
  host: dom0,
  name: "br1",
  ports: ["cable0"],
  addresses: addresses ?? "none",
  vlanFiltering: true,
  trunkVlans: [20, "30-39"],
});

const disk = new xen.DiskImage("disk", {
  host: dom0,
  path: "/xen/vm/guest1.img",
  sizeGiB: 0.25,
  source: { url: config.require("diskUrl"), sha256: config.require("diskSha256") },
});

new xen.DomU("guest1", {
  host: dom0,
  memoryMiB: 192,
  disks: [{ image: disk }],
  vifs: [
    {
      bridge: config.getBoolean("onPlain") === true ? wayIn : lan,
      ip: "10.0.2.51",
      ...(vlans === undefined ? {} : { vlans }),
    },
  ],
  allow: ["restart"],
});
