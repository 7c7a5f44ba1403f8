/** A bridge on a host and nothing else; configuration says on which ports and with which addresses. */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();
const addresses = config.getObject<xen.BridgeArgs["addresses"]>("addresses");
const guestDhcp = config.getObject<xen.BridgeArgs["guestDhcp"]>("guestDhcp");

const lan = new xen.Bridge("lan", {
  host: {
    host: config.require("host"),
    port: config.requireNumber("port"),
    privateKeyFile: config.require("privateKeyFile"),
    hostKey: config.require("hostKey"),
  },
  name: "br0",
  ports: config.getObject<string[]>("ports") ?? ["eth0"],
  ...(addresses === undefined ? {} : { addresses }),
  ...(guestDhcp === undefined ? {} : { guestDhcp }),
  nat: config.getBoolean("nat") ?? false,
});

export const current = lan.currentAddresses;
