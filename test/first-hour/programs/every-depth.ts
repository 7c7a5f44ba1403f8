/**
 * What a program may write: an Output or a secret at every depth of every argument. The compiler is the judge: here, against the
 * sources, and in npm run first-hour under every compiler and module kind, against the package.
 */
import * as pulumi from "@pulumi/pulumi";
import * as xen from "pulumi-xen";

const text = pulumi.output("text");
const number = pulumi.output(5);
const yes = pulumi.output(true);

export const host: xen.XenHostArgs = {
  connection: { host: text, privateKey: pulumi.secret("key"), port: number, jump: { host: text } },
  dom0: { memoryMiB: number, pinVcpus: yes },
  hypervisorArgs: [text, "console=com1"],
  kernelArgs: pulumi.output(["quiet"]),
  passthrough: [text],
  packages: [pulumi.interpolate`xen-utils=${text}`],
  repository: { name: "xen4", url: pulumi.interpolate`http://${text}/debian`, components: [text] },
  reboot: pulumi.output("never" as "never" | "whenNeeded"),
  allow: [pulumi.output("reboot" as const)],
};

export const bridge: xen.BridgeArgs = {
  host: { host: text },
  name: text,
  ports: [text, "eth0"],
  addresses: { cidr: [pulumi.interpolate`${text}/24`], gateway: text },
  dns: pulumi.output(["198.51.100.1"]),
  stp: yes,
};

export const image: xen.DiskImageArgs = {
  host: pulumi.output({ host: "198.51.100.7" }),
  path: text,
  sizeGiB: number,
  format: pulumi.output("raw" as "raw" | "qcow2"),
  source: { url: pulumi.secret("http://mirror.example/image"), sha256: text },
};

export const media: xen.InstallMediaArgs = {
  host: { host: text },
  iso: { hostPath: text },
  tree: pulumi.output(true),
  kernel: { url: pulumi.interpolate`http://${text}/vmlinuz`, sha256: text },
  ramdisk: pulumi.output({ url: "http://mirror.example/initrd", sha256: "00" }),
  files: { "rootfs.tgz": { url: text, sha256: text } },
  serveOn: text,
};

export const guest: xen.DomUArgs = {
  host: { host: text },
  memoryMiB: number,
  disks: [
    { image: text, device: text, mode: pulumi.output("w" as "w" | "r") },
    pulumi.output({ image: "/xen/vm/data.img" }),
  ],
  vifs: [{ bridge: text, ip: text, mac: pulumi.secret("00:16:3e:00:00:01") }, Promise.resolve({ bridge: "br1" })],
  vfb: { vncPassword: pulumi.secret("12345678"), vncDisplay: number },
  waitFor: { tcpPort: number, http: { path: text } },
  extraConfig: { tsc_mode: text },
  powerState: pulumi.output("running" as "running" | "stopped"),
  allow: pulumi.output(["restart"] as ("restart" | "dataLoss")[]),
};

/** Whole lists, objects and resources too. */
export function wholes(lan: xen.Bridge, disk: xen.DiskImage, installer: xen.InstallMedia): xen.DomUArgs {
  return {
    host: { host: "198.51.100.7" },
    disks: pulumi.output([{ image: "/xen/vm/guest1.img" }]),
    vifs: pulumi.all([lan.name, text]).apply(([bridge, ip]) => [{ bridge, ip }]),
    vfb: pulumi.output({ vncDisplay: 1 }),
    waitFor: pulumi.output({ tcpPort: 22 }),
    install: {
      media: installer,
      timeoutMinutes: number,
      answers: xen.answers.preseed({
        hostname: text,
        mirror: pulumi.interpolate`http://${text}/debian`,
        rootPasswordHash: pulumi.secret("$6$"),
        authorizedKeys: [text],
        network: { address: text, netmask: "255.255.255.0", gateway: text, dns: [text] },
      }),
    },
    boot: disk.format.apply((format): "pygrub" | "pvgrub2" => (format === "raw" ? "pygrub" : "pvgrub2")),
  };
}

/** Of known values the answers are known too. */
export const known: string = xen.answers.preseed({ hostname: "a", mirror: "http://mirror.example/debian" }).content;

// @ts-expect-error a number is no name, at any depth
export const wrong: xen.DomUArgs = { host: { host: text }, vifs: [{ bridge: 5 }] };
// @ts-expect-error a misspelt argument is none
export const misspelt: xen.DomUArgs = { host: { host: text }, memoryMib: 512 };
// @ts-expect-error an Output of another type is none
export const another: xen.DomUArgs = { host: { host: text }, memoryMiB: text };
