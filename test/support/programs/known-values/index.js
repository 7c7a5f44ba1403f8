"use strict";
// A guest, and a thing for each of its outputs that holds that output: what a DNS record is to a guest's address.
// Without a guest the things hold given values.
const pulumi = require("@pulumi/pulumi");
const xen = require("pulumi-xen");
const { readFileSync } = require("node:fs");

const PROVIDER_TEXT = `exports.handler=()=>require(${JSON.stringify(require.resolve("../things/thing-provider.js"))}).provider`;

class Thing extends pulumi.CustomResource {
  constructor(name, properties) {
    super("pulumi-nodejs:dynamic/things:Thing", name, { __provider: PROVIDER_TEXT, stamp: undefined, ...properties });
  }
}

const declared = JSON.parse(readFileSync(process.env.KNOWN_VALUES_FILE, "utf8"));
const guest = declared.guest === undefined ? undefined : new xen.DomU("guest1", declared.guest);
for (const [key, value] of Object.entries(declared.values)) {
  const macs = () => guest.vifs.apply((vifs) => vifs.map(({ mac }) => mac));
  const held = guest === undefined ? value : key === "macs" ? macs() : guest[key];
  new Thing(key, { name: key, held, replaceOn: ["held"] });
}
