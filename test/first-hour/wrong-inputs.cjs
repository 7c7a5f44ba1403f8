"use strict";
/**
 * What a user gets wrong in the first hour, and what the preview must say of it. `at` is the property as the user wrote it, `says` a
 * part of the sentence. One entry is one program: `host`, `disk`, `lan` and `media` are there and right; the rest is the fault.
 *
 * @typedef {{ what: string, at: string, says: RegExp, program: (xen: any, good: any) => void }} WrongInput
 * @type {readonly WrongInput[]}
 */
const sha256 = "0".repeat(64);
const kernel = { url: "http://mirror.example/vmlinuz", sha256 };

const host = (what, at, says, connection) => ({
  what,
  at,
  says,
  program: (xen) => new xen.XenHost("dom0", { connection, allow: ["reboot"] }),
});
const xenHost = (what, at, says, args) => ({
  what,
  at,
  says,
  program: (xen, { connection }) => new xen.XenHost("dom0", { connection, allow: ["reboot"], ...args }),
});
const bridge = (what, at, says, args) => ({
  what,
  at,
  says,
  program: (xen, { connection }) => new xen.Bridge("lan", { host: connection, name: "br0", ports: ["eth0"], ...args }),
});
const image = (what, at, says, args) => ({
  what,
  at,
  says,
  program: (xen, { connection }) =>
    new xen.DiskImage("disk", { host: connection, path: "/xen/vm/a.img", sizeGiB: 1, ...args }),
});
const media = (what, at, says, args) => ({
  what,
  at,
  says,
  program: (xen, { connection }) =>
    new xen.InstallMedia("media", { host: connection, kernel, ramdisk: kernel, ...args }),
});
const guest = (what, at, says, args) => ({
  what,
  at,
  says,
  program: (xen, { connection, disk }) =>
    new xen.DomU("guest1", {
      host: connection,
      disks: [{ image: disk }],
      ...(typeof args === "function" ? args(xen) : args),
    }),
});

module.exports = [
  host("a host with its user in it", "connection", /host name or address/, { host: "root@198.51.100.7" }),
  host("a host with its port in it", "connection", /host name or address|port/, { host: "198.51.100.7 -p 22" }),
  host("a port that is none", "connection", /65535/, { host: "h", port: 70000 }),
  host("a misspelt property", "connection", /hots|unknown|Unrecognized/i, { hots: "198.51.100.7" }),
  host("another transport", "connection", /ssh2.*openssh/, { host: "h", transport: "telnet" }),
  host("a host key that is a fingerprint", "connection", /ssh-ed25519 AAAA/, { host: "h", hostKey: "SHA256:abc" }),
  xenHost("memory as a text with its unit", "dom0.memoryMiB", /number/, { dom0: { memoryMiB: "1 GiB" } }),
  xenHost("a negative number of CPUs", "dom0.maxVcpus", /-1/, { dom0: { maxVcpus: -1 } }),
  xenHost("arguments as one text", "hypervisorArgs", /list|array/, { hypervisorArgs: "com1=115200" }),
  xenHost("an unknown word for reboot", "reboot", /whenNeeded.*never/, { reboot: "always" }),
  bridge("a name of 16 letters", "name", /15/, { name: "bridge0123456789" }),
  bridge("a name with a space", "name", /br 0/, { name: "br 0" }),
  bridge("an address without its prefix", "addresses", /198\.51\.100\.7|prefix|\/24/, {
    addresses: { cidr: ["198.51.100.7"] },
  }),
  bridge("an unknown word for addresses", "addresses", /inherit/, { addresses: "static" }),
  bridge("an MTU that is none", "mtu", /65535|68/, { mtu: 1 }),
  image("a path that is relative", "path", /absolute|begin/, { path: "vm/a.img" }),
  image("a size of nothing", "sizeGiB", /0/, { sizeGiB: 0 }),
  image("a size as a text", "sizeGiB", /number/, { sizeGiB: "10G" }),
  image("no size", "sizeGiB", /size/i, { sizeGiB: undefined }),
  image("another format", "format", /raw.*qcow2.*block/, { format: "vmdk" }),
  image("preallocation of a raw image", "preallocation", /qcow2/, { preallocation: "metadata" }),
  media("a checksum that is too short", "kernel", /SHA-256/, { kernel: { ...kernel, sha256: "abc" } }),
  media("a checksum that is missing", "ramdisk", /SHA-256|sha256/, { ramdisk: { url: kernel.url } }),
  media("an address that is no URL", "kernel", /http/, { kernel: { url: "mirror/vmlinuz", sha256 } }),
  media("a password in an address", "kernel", /password/, { kernel: { url: "http://a:b@mirror/vmlinuz", sha256 } }),
  guest("more memory than the maximum", "maxMemoryMiB", /memoryMiB, 1024/, { memoryMiB: 1024, maxMemoryMiB: 512 }),
  guest("memory that is no whole number", "memoryMiB", /whole|integer|int/, { memoryMiB: 512.5 }),
  guest("more CPUs than the maximum", "maxVcpus", /vcpus, 4/, { vcpus: 4, maxVcpus: 2 }),
  guest("a name with a space", "name", /my guest/, { name: "my guest" }),
  guest("another type", "type", /pv.*pvh.*hvm/, { type: "kvm" }),
  guest("a uuid that is none", "uuid", /uuid|xxxx|hex/i, { uuid: "1234" }),
  guest("a MAC address that is none", "vifs", /00:16:3e/, { vifs: [{ bridge: "br0", mac: "1:2:3" }] }),
  guest("an address with its prefix", "vifs", /198\.51\.100\.21\/24/, {
    vifs: [{ bridge: "br0", ip: "198.51.100.21/24" }],
  }),
  guest("one device twice", "disks", /xvda/, {
    disks: [
      { image: "/xen/vm/a.img", device: "xvda" },
      { image: "/xen/vm/b.img", device: "xvda" },
    ],
  }),
  guest("an unknown word for powerState", "powerState", /running.*stopped/, { powerState: "paused" }),
  guest("a kernel without boot direct", "kernel", /direct/, { kernel: "/boot/vmlinuz" }),
  guest("a port that is none", "waitFor", /65535/, { waitFor: { tcpPort: 100000 } }),
];
