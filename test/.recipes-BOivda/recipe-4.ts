import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();
const dom0 = new xen.XenHost("dom0", { connection: { host: "198.51.100.7" }, allow: ["reboot"] });
const lan = new xen.Bridge("lan", { host: dom0, name: "br0", ports: ["eth0"] });
const disk = new xen.DiskImage("disk", { host: dom0, path: "/xen/vm/guest1.img", sizeGiB: 10 });
new xen.XenHost("other", {
  connection: { host: "198.51.100.8", user: "operator", sudo: true },
  allow: ["reboot"],
});
