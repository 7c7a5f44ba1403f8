"use strict";
// A guest in which every secret that there is stands.
const pulumi = require("@pulumi/pulumi");
const xen = require("pulumi-xen");
const { readFileSync } = require("node:fs");

const { connection, media, disk, secrets, more } = JSON.parse(readFileSync(process.env.SECRET_GUEST_FILE, "utf8"));
const rootPassword = pulumi.secret(secrets.rootPassword);
const answers = rootPassword.apply((password) =>
  xen.answers.preseed({ hostname: "guest1", mirror: "http://mirror.example.org/debian", rootPassword: password }),
);
const guest = new xen.DomU("guest1", {
  host: connection,
  name: "guest1",
  memoryMiB: 256,
  disks: [{ image: pulumi.secret(disk) }],
  vifs: [{ bridge: "br0", mac: "00:16:3e:12:34:56", ip: pulumi.secret(secrets.vif) }],
  vfb: { vncPassword: pulumi.secret(secrets.vncPassword) },
  extra: pulumi.secret(secrets.extra),
  extraConfig: pulumi.secret({ proof: secrets.extraConfig }),
  install: { media, answers, timeoutMinutes: 2 },
  ...more,
  ...(more.kernel === undefined ? {} : { kernel: pulumi.secret(more.kernel) }),
  ...(more.waitFor === undefined ? {} : { waitFor: pulumi.secret(more.waitFor) }),
});
exports.config = guest.config;
exports.plan = guest.plan;
