"use strict";
// Declares what THINGS says: { things: [{ name, properties, from?, dependsOn?, parent?, secret?, options? }], groups?,
// outputs?, throwLate? }. `from: { key: "other.property" }` takes an output of an earlier thing.
const pulumi = require("@pulumi/pulumi");
const { existsSync, readFileSync } = require("node:fs");

const PROVIDER_TEXT = `exports.handler=()=>require(${JSON.stringify(require.resolve("./thing-provider.js"))}).provider`;

class Thing extends pulumi.CustomResource {
  constructor(name, properties, options) {
    super(
      "pulumi-nodejs:dynamic/things:Thing",
      name,
      { __provider: PROVIDER_TEXT, stamp: undefined, ...properties },
      options,
    );
  }
}

class Group extends pulumi.ComponentResource {
  constructor(name, options) {
    super("things:index:Group", name, {}, options);
  }
}

const source = process.env.THINGS_FILE;
const declared = source && existsSync(source) ? JSON.parse(readFileSync(source, "utf8")) : {};
const made = {};
for (const name of declared.groups ?? []) made[name] = new Group(name);
const config = new pulumi.Config();

function wrap(value) {
  if (Array.isArray(value)) return value.map(wrap);
  if (typeof value !== "object" || value === null) return value;
  if ("$secret" in value) return pulumi.secret(wrap(value.$secret));
  if ("$config" in value) return config.requireSecret(value.$config);
  if ("$from" in value) {
    const [name, property] = value.$from.split(".");
    return made[name][property];
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wrap(inner)]));
}

for (const { name, properties, dependsOn, parent, options } of declared.things ?? []) {
  made[name] = new Thing(
    name,
    { name, ...wrap(properties ?? {}) },
    {
      ...options,
      ...(parent ? { parent: made[parent] } : {}),
      ...(dependsOn ? { dependsOn: dependsOn.map((other) => made[other]) } : {}),
    },
  );
}
if (declared.throwLate)
  setTimeout(() => {
    throw new Error("the program throws");
  }, 200);
if (declared.logError) pulumi.log.error("the program logs an error");

for (const [key, value] of Object.entries(declared.outputs ?? {})) exports[key] = wrap(value);
