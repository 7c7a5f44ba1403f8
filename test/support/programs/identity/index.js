"use strict";
// Declares what the configuration says: images first, then guests on them.
//   declared: [{ type: "DiskImage" | "DomU", name, args, component?, aliases?, replaceOnChanges? }]
// An alias is { name?, component? }; component null: it stood in none. A guest's disk that is the path of a declared image refers to it.
const pulumi = require("@pulumi/pulumi");
const xen = require("pulumi-xen");

class Group extends pulumi.ComponentResource {
  constructor(name) {
    super("identity:index:Group", name);
  }
}

const config = new pulumi.Config();
const host = config.requireObject("connection");
const groups = new Map();
const images = new Map();

function groupOf(name) {
  if (!groups.has(name)) groups.set(name, new Group(name));
  return groups.get(name);
}

// An alias may name a component that is not declared any more: by its URN, which needs no resource.
function parentOf(component) {
  if (component === null) return { parent: pulumi.rootStackResource };
  const stack = `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}`;
  return { parent: `${stack}::identity:index:Group::${component}` };
}

for (const { type, name, args, component, aliases = [], replaceOnChanges } of config.requireObject("declared")) {
  const disks = args.disks?.map(({ image, ...use }) => ({ ...use, image: images.get(image) ?? image }));
  const options = {
    aliases: aliases.map(({ component: former, ...alias }) => ({
      ...alias,
      ...(former === undefined ? {} : parentOf(former)),
    })),
    ...(component === undefined ? {} : { parent: groupOf(component) }),
    ...(replaceOnChanges === undefined ? {} : { replaceOnChanges }),
  };
  const made = new xen[type](name, { host, ...args, ...(disks === undefined ? {} : { disks }) }, options);
  if (type === "DiskImage") images.set(args.path, made);
}
