/** What a program may write, held by the compiler (the tier `types`): an Output or a secret at every depth. */
import * as pulumi from "@pulumi/pulumi";
import type * as xen from "../../../../provider";

const text = pulumi.output("text");
const number = pulumi.output(5);
const yes = pulumi.output(true);

const host: xen.XenHostArgs = {
  connection: { host: text, privateKey: pulumi.secret("key"), port: number, jump: { host: text } },
  dom0: { memoryMiB: number, pinVcpus: yes },
  hypervisorArgs: [text, "console=com1"],
  repository: { name: "xen4", url: pulumi.interpolate`http://${text}/debian`, components: [text] },
  allow: ["reboot"],
};

const bridge: xen.BridgeArgs = {
  host: { host: text },
  name: text,
  ports: [text, "eth0"],
  addresses: { cidr: [pulumi.interpolate`${text}/24`], gateway: text },
  stp: yes,
};

const image: xen.DiskImageArgs = {
  host: { host: text },
  path: text,
  sizeGiB: number,
  format: pulumi.output("raw" as "raw" | "qcow2"),
  source: { url: pulumi.secret("http://mirror.example/image"), sha256: text },
};

const media: xen.InstallMediaArgs = {
  host: { host: text },
  kernel: { url: pulumi.interpolate`http://${text}/vmlinuz`, sha256: text },
  ramdisk: pulumi.output({ url: "http://mirror.example/initrd", sha256: "00" }),
  files: { "rootfs.tgz": { url: text, sha256: text } },
};

const guest: xen.DomUArgs = {
  host: { host: text },
  memoryMiB: number,
  disks: [{ image: text, device: text, mode: pulumi.output("w" as "w" | "r") }],
  vifs: [{ bridge: text, ip: text, mac: pulumi.secret("00:16:3e:00:00:01") }],
  vfb: { vncPassword: pulumi.secret("12345678"), vncDisplay: number },
  waitFor: { tcpPort: number, http: { path: text } },
  extraConfig: { tsc_mode: text },
  powerState: pulumi.output("running" as "running" | "stopped"),
  allow: pulumi.output(["restart"] as ("restart" | "dataLoss")[]),
};

// @ts-expect-error a number is no name, at any depth
const wrong: xen.DomUArgs = { host: { host: text }, vifs: [{ bridge: 5 }] };

it("takes an Input at every depth of every resource's arguments, and nothing of another type", () => {
  for (const args of [host, bridge, image, media, guest, wrong]) expect(args).toBeDefined();
});
