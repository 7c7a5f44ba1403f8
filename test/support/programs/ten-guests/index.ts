/**
 * Many guests from one image, on a host that runs Xen.
 *
 *   golden   the image, fetched once; no guest runs from it
 *   webN     a copy of it for each guest: shared block by block where the file system can, else copied with its holes
 *
 * A copy has all that its image has. What must be each guest's own comes from elsewhere: uuid and MAC from its name, its address from here,
 * its host name by cloud-init's disk, its machine id from its own first boot.
 */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();

const host = {
  host: config.require("host"),
  port: config.requireNumber("port"),
  privateKeyFile: config.require("privateKeyFile"),
  hostKey: config.require("hostKey"),
};
const folder = config.require("folder");
const sizeGiB = 1 / 4;

const golden = new xen.DiskImage("golden", {
  host,
  path: `${folder}/golden.img`,
  sizeGiB,
  source: { url: config.require("diskUrl"), sha256: config.require("diskSha256") },
});

for (let number = 1; number <= config.requireNumber("count"); number += 1) {
  const name = `web${number}`;
  const ip = `10.0.2.${60 + number}`;
  const disk = new xen.DiskImage(name, { host, path: `${folder}/${name}.img`, sizeGiB, source: { image: golden } });
  new xen.DomU(name, {
    host,
    memoryMiB: config.requireNumber("memoryMiB"),
    disks: [{ image: disk }],
    vifs: [{ bridge: "br0", ip }],
    extra: `labip=${ip}/24`,
    cloudInit: { hostname: name },
    waitFor: { http: { contains: `hello from ${name} ` }, timeoutSeconds: 1500 },
  });
}
