/** A Xen host and nothing on it; configuration says with which arguments. */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();

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
  allow: ["reboot"],
});

export const phase = dom0.phase;
