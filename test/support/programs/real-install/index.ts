/** A real Debian, installed by kernel and ramdisk from a tree of its own packages that the host serves over HTTP. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const config = new pulumi.Config();
// vmlinuz, initrd.gz and tree/ (test/support/debian-installer).
const installer = config.require("installer");
const guestIp = config.require("guestIp");

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

const lan = new xen.Bridge("lan", { host: dom0, name: "br0", ports: ["eth0"], addresses: "inherit" });
const disk = new xen.DiskImage("disk", { host: dom0, path: "/xen/vm/guest1.img", sizeGiB: 2 });

const media = new xen.InstallMedia("media", {
  host: dom0,
  kernel: local("vmlinuz"),
  ramdisk: local("initrd.gz"),
  files: Object.fromEntries(treeFiles().map((name) => [name, local(join("tree", name))])),
  serveOn: lan,
});

const guest1 = new xen.DomU("guest1", {
  host: dom0,
  type: config.require<"pv" | "pvh">("type"),
  memoryMiB: 512,
  vcpus: 1,
  disks: [{ image: disk }],
  vifs: [{ bridge: lan, ip: guestIp }],
  install: {
    media,
    answers: xen.answers.text({
      fileName: "answers.sh",
      content: [
        `SUITE=${config.require("suite")}`,
        "TREE={mediaUrl}",
        `PACKAGES=${config.require("packages")}`,
        "NAME=guest1",
        `ADDRESS=${guestIp}/24`,
        "GATEWAY=10.0.2.2",
        `KEY='${config.require("authorizedKey")}'`,
        `ARGUMENTS='console=hvc0 ${config.require("emulation")}'`,
        "AFTER=reboot",
        "",
      ].join("\n"),
      kernelArgs: `answers={answersUrl} labip=${guestIp}/24`,
    }),
    extra: `console=hvc0 ${config.require("emulation")}`,
    timeoutMinutes: 90,
  },
  boot: "pygrub",
  extraConfig: config.requireObject<Record<string, string>>("extraConfig"),
  waitFor: { tcpPort: 22 },
});

export const address = guest1.ip;

function local(name: string): { path: string; sha256: string } {
  const path = join(installer, name);
  return { path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
}

/** `dists/bookworm/Release`, `pool/main/a/apt/apt_2.6.1_amd64.deb`, … */
function treeFiles(): string[] {
  const tree = join(installer, "tree");
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(tree.length + 1))
    .sort();
}
