import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();
const dom0 = new xen.XenHost("dom0", { connection: { host: "198.51.100.7" }, allow: ["reboot"] });
const lan = new xen.Bridge("lan", { host: dom0, name: "br0", ports: ["eth0"] });
const disk = new xen.DiskImage("disk", { host: dom0, path: "/xen/vm/guest1.img", sizeGiB: 10 });
const there = new xen.Bridge("there", { host: dom0, name: "xenbr0", adopt: true });
new xen.DomU("web", { host: dom0, disks: [{ image: disk }], vifs: [{ bridge: there }] });
