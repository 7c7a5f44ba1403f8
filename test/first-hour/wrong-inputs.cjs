"use strict";
/**
 * What a user gets wrong in the first hour, and every word that the preview says of it. One entry is one program: `good.host` is a
 * connection that is right, `good.disk` the path of an image; the rest is the fault.
 *
 * @typedef {{ what: string, says: readonly string[], program: (xen: any, good: any, pulumi: any) => void }} WrongInput
 * @type {readonly WrongInput[]}
 */
const sha256 = "0".repeat(64);
const kernel = { url: "http://mirror.example/vmlinuz", sha256 };

const program = (what, says, run) => ({ what, says: typeof says === "string" ? [says] : says, program: run });
const args = (given, ...known) => (typeof given === "function" ? given(...known) : given);
const host = (what, says, connection) =>
  program(what, says, (xen) => new xen.XenHost("dom0", { connection, allow: ["reboot"] }));
const xenHost = (what, says, given) =>
  program(
    what,
    says,
    (xen, good) => new xen.XenHost("dom0", { connection: good.host, allow: ["reboot"], ...args(given, xen, good) }),
  );
const bridge = (what, says, given) =>
  program(
    what,
    says,
    (xen, good, pulumi) =>
      new xen.Bridge("lan", { host: good.host, name: "br0", ports: ["eth0"], ...args(given, xen, good, pulumi) }),
  );
const image = (what, says, given) =>
  program(
    what,
    says,
    (xen, good, pulumi) =>
      new xen.DiskImage("disk", {
        host: good.host,
        path: "/xen/vm/a.img",
        sizeGiB: 1,
        ...args(given, xen, good, pulumi),
      }),
  );
const media = (what, says, given) =>
  program(
    what,
    says,
    (xen, good, pulumi) =>
      new xen.InstallMedia("media", { host: good.host, kernel, ramdisk: kernel, ...args(given, xen, good, pulumi) }),
  );
const guest = (what, says, given) =>
  program(
    what,
    says,
    (xen, good, pulumi) =>
      new xen.DomU("guest1", { host: good.host, disks: [{ image: good.disk }], ...args(given, xen, good, pulumi) }),
  );
/** Two guests, of which each is right by itself. */
const guests = (what, says, one, other) =>
  program(what, says, (xen, good) => {
    new xen.DomU("web", { host: good.host, disks: [{ image: "/xen/vm/web.img" }], ...one });
    new xen.DomU("shop", { host: good.host, disks: [{ image: "/xen/vm/shop.img" }], ...other });
  });
const answers = (what, says, options) =>
  guest(what, says, (xen, good) => ({
    install: {
      media: new xen.InstallMedia("media", { host: good.host, kernel, ramdisk: kernel, serveOn: "br0" }),
      answers: xen.answers.preseed({ hostname: "guest1", mirror: "http://deb.example/debian", ...options }),
    },
  }));

module.exports = [
  // The connection.
  host(
    "a host with its user in it",
    'connection.host: is root@198.51.100.7, but must be a host name or an address alone, such as "198.51.100.7". User and port are properties of their own.',
    { host: "root@198.51.100.7" },
  ),
  host(
    "a host with its port in it",
    'connection.host: is "198.51.100.7 -p 22", but must be a host name or an address alone, such as "198.51.100.7". User and port are properties of their own.',
    { host: "198.51.100.7 -p 22" },
  ),
  host(
    "a host as a URL",
    'connection.host: is ssh://198.51.100.7, but must be a host name or an address alone, such as "198.51.100.7". User and port are properties of their own.',
    { host: "ssh://198.51.100.7" },
  ),
  host(
    "a host with its prefix",
    'connection.host: is 198.51.100.7/24, but must be a host name or an address alone, such as "198.51.100.7". User and port are properties of their own.',
    { host: "198.51.100.7/24" },
  ),
  host(
    "an empty host",
    'connection.host: is "", but must be a host name or an address alone, such as "198.51.100.7". User and port are properties of their own.',
    { host: "" },
  ),
  host(
    "a connection that is only a text",
    'connection: is "198.51.100.7", but must be an object that says how the host is reached. Say `connection: { host: "198.51.100.7" }`.',
    "198.51.100.7",
  ),
  host(
    "a connection that is missing",
    'connection: is missing: it must be an object that says how the host is reached. Say `connection: { host: "198.51.100.7" }`.',
    undefined,
  ),
  host(
    "a connection without a host",
    'connection.host: is missing: it must be a host name or an address alone, such as "198.51.100.7". User and port are properties of their own.',
    { user: "root" },
  ),
  host("a port that is none", "connection.port: is 70000, but must be at most 65535.", { host: "h", port: 70000 }),
  host("a port as a text", 'connection.port: is "22", but must be a number.', { host: "h", port: "22" }),
  host(
    "a misspelt property of the connection",
    [
      'connection.host: is missing: it must be a host name or an address alone, such as "198.51.100.7". User and port are properties of their own.',
      'connection.hots: is not known here; did you mean "host"? Correct its name, or remove it.',
    ],
    { hots: "198.51.100.7" },
  ),
  host("another transport", 'connection.transport: is telnet, but must be one of "ssh2", "openssh".', {
    host: "h",
    transport: "telnet",
  }),
  host(
    "a host key that is a fingerprint",
    'connection.hostKey: is SHA256:abc, but must be a public key such as "ssh-ed25519 AAAA…".',
    { host: "h", hostKey: "SHA256:abc" },
  ),
  host(
    "a public key where the private one goes",
    [
      "warning: The connection with h names the privateKeyFile ~/.ssh/id_ed25519.pub, which is not on this machine. Correct it before an up.",
      'connection.privateKeyFile: is "~/.ssh/id_ed25519.pub", but must be the file of the private key, not of the public one. Name the file without .pub.',
    ],
    { host: "h", privateKeyFile: "~/.ssh/id_ed25519.pub" },
  ),
  host(
    "a key that is not there",
    "warning: The connection with h names the privateKeyFile /nowhere/id_ed25519, which is not on this machine. Correct it before an up.",
    { host: "h", privateKeyFile: "/nowhere/id_ed25519" },
  ),
  host(
    "a public key as the private key",
    "connection.privateKey: is [secret], but must be the private key, and this is the public one. Give the text of the file without .pub.",
    { host: "h", privateKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA root@x" },
  ),
  host(
    "the path of a key as the key",
    'connection.privateKey: is [secret], but must be the text of a private key, which begins with "-----BEGIN". For the path of its file say privateKeyFile.',
    { host: "h", privateKey: "~/.ssh/id_ed25519" },
  ),
  host(
    "two ways to log in",
    "connection: may have only one of privateKeyFile, privateKey and password: one way to log in is tried. Remove the others.",
    { host: "h", privateKeyFile: __filename, password: "hunter2" },
  ),
  host(
    "somebody else than root without sudo",
    "warning: operator@h is not root and has no sudo: changing a host takes root. Add `sudo: true` to the connection, or log in as root.",
    { host: "h", user: "operator" },
  ),
  host(
    "a known_hosts that is not there",
    "warning: The connection with h names the knownHostsFile /nowhere/known_hosts, which is not on this machine. Correct it before an up.",
    { host: "h", knownHostsFile: "/nowhere/known_hosts" },
  ),
  host("sudo as a text", 'connection.sudo: is "yes", but must be true or false.', {
    host: "h",
    user: "operator",
    sudo: "yes",
  }),
  // XenHost.
  xenHost(
    "memory as a text with its unit",
    'dom0.memoryMiB: is "1 GiB", but must be a number of MiB. Say `memoryMiB: 1024`.',
    { dom0: { memoryMiB: "1 GiB" } },
  ),
  xenHost(
    "memory in bytes",
    "dom0.memoryMiB: is 1073741824, but must be at most 4194304 MiB. As bytes that is `memoryMiB: 1024`.",
    { dom0: { memoryMiB: 1073741824 } },
  ),
  xenHost("memory in GiB", "dom0.memoryMiB: is 2, but must be at least 64 MiB. 2 GiB are `memoryMiB: 2048`.", {
    dom0: { memoryMiB: 2 },
  }),
  xenHost("a negative number of CPUs", "dom0.maxVcpus: is -1, but must be at least 1.", { dom0: { maxVcpus: -1 } }),
  xenHost(
    "arguments as one text",
    'hypervisorArgs: is "com1=115200", but must be a list. Say `hypervisorArgs: ["com1=115200"]`.',
    { hypervisorArgs: "com1=115200" },
  ),
  xenHost(
    "dom0's memory by hand",
    'hypervisorArgs[0]: is "dom0_mem=1G", but dom0_mem is set through dom0. Use dom0.memoryMiB, dom0.maxVcpus and dom0.pinVcpus.',
    { hypervisorArgs: ["dom0_mem=1G"] },
  ),
  xenHost("an unknown word for reboot", 'reboot: is always, but must be one of "whenNeeded", "never".', {
    reboot: "always",
  }),
  xenHost(
    "an unknown word for allow",
    [
      'allow[0]: is reboots, but must be one of "reboot", "replace". Did you mean "reboot"?',
      'warning: allow has no "reboot": where the host does not run Xen as declared already, up stops before it touches anything. Add `allow: ["reboot"]`, or boot it yourself with `reboot: "never"`.',
    ],
    { allow: ["reboots"] },
  ),
  xenHost("allow as one word", 'allow: is "reboot", but must be a list. Say `allow: ["reboot"]`.', { allow: "reboot" }),
  xenHost(
    "no allow where a reboot is needed",
    'warning: allow has no "reboot": where the host does not run Xen as declared already, up stops before it touches anything. Add `allow: ["reboot"]`, or boot it yourself with `reboot: "never"`.',
    { allow: undefined },
  ),
  xenHost("a word for allow that another kind has", 'allow[1]: is dataLoss, but must be one of "reboot", "replace".', {
    allow: ["reboot", "dataLoss"],
  }),
  xenHost("a repository without its name", "repository.name: is missing: it must be a text.", {
    repository: { url: "http://mirror.example/debian" },
  }),
  program(
    "two XenHosts on one host",
    'connection.host: is 198.51.100.7, which both XenHost "dom0" (connection.host) and XenHost "other" (connection.host) declare. A host has one XenHost: remove the other.',
    (xen, good) => {
      new xen.XenHost("dom0", { connection: good.host, allow: ["reboot"] });
      new xen.XenHost("other", { connection: good.host, allow: ["reboot"] });
    },
  ),
  // Bridge.
  bridge(
    "a name of 16 letters",
    "name: is bridge0123456789, but must be a bridge's name of at most 15 letters, digits, _ and -.",
    { name: "bridge0123456789" },
  ),
  bridge(
    "a name with a space",
    'name: is "br 0", but must be a bridge\'s name of at most 15 letters, digits, _ and -.',
    { name: "br 0" },
  ),
  bridge(
    "no host",
    'host: is missing: it must be an object that says how the host is reached. Say `host: { host: "198.51.100.7" }`.',
    {
      host: undefined,
    },
  ),
  bridge(
    "an address without its prefix",
    "addresses.cidr[0]: is 198.51.100.7, but must be an IPv4 or IPv6 address with its prefix length, such as 198.51.100.7/24.",
    { addresses: { cidr: ["198.51.100.7"] } },
  ),
  bridge(
    "one address where a list goes",
    'addresses.cidr: is "198.51.100.7/24", but must be a list. Say `cidr: ["198.51.100.7/24"]`.',
    { addresses: { cidr: "198.51.100.7/24" } },
  ),
  bridge(
    "an unknown word for addresses",
    'addresses: is static, but must be "inherit", "dhcp", "none" or { cidr: ["198.51.100.7/24"] }.',
    { addresses: "static" },
  ),
  bridge(
    "a misspelt property of addresses",
    [
      "addresses.cidr: is missing: it must be a list.",
      'addresses.cdir: is not known here; did you mean "cidr"? Correct its name, or remove it.',
    ],
    { addresses: { cdir: ["198.51.100.7/24"] } },
  ),
  bridge(
    "a gateway with its prefix",
    "addresses.gateway: is 198.51.100.1/24, but must be an IPv4 or IPv6 address such as 198.51.100.7, without its prefix length.",
    { addresses: { cidr: ["198.51.100.7/24"], gateway: "198.51.100.1/24" } },
  ),
  bridge(
    "a gateway beside inherited addresses",
    "gateway: is 198.51.100.1, but addresses are inherit: a gateway belongs to static addresses. Remove it.",
    { gateway: "198.51.100.1" },
  ),
  bridge(
    "a name server by its name",
    "dns[0]: is dns.example, but must be an IPv4 or IPv6 address such as 198.51.100.7, without its prefix length.",
    { dns: ["dns.example"] },
  ),
  bridge("one port as a text", 'ports: is "eth0", but must be a list. Say `ports: ["eth0"]`.', { ports: "eth0" }),
  bridge("an MTU that is none", "mtu: is 1, but must be at least 68 bytes.", { mtu: 1 }),
  program(
    "two bridges on one port",
    'ports[1]: is eth0, which both Bridge "lan" (ports[0]) and Bridge "dmz" (ports[1]) declare. A link is a port of one bridge: take it out of the other.',
    (xen, good) => {
      new xen.Bridge("lan", { host: good.host, name: "br0", ports: ["eth0"] });
      new xen.Bridge("dmz", { host: good.host, name: "br1", ports: ["eth1", "eth0"] });
    },
  ),
  program(
    "two bridges of one name",
    'name: is br0, which both Bridge "lan" (name) and Bridge "dmz" (name) declare. Give each its own.',
    (xen, good) => {
      new xen.Bridge("lan", { host: good.host, name: "br0", ports: ["eth0"] });
      new xen.Bridge("dmz", { host: good.host, name: "br0", ports: ["eth1"] });
    },
  ),
  program(
    "a bridge without any arguments",
    [
      'host: is missing: it must be an object that says how the host is reached. Say `host: { host: "198.51.100.7" }`.',
      "name: is missing: it must be a name for the bridge on its host, such as br0.",
    ],
    (xen) => new xen.Bridge("lan"),
  ),
  // DiskImage.
  image(
    "a path that is relative",
    'path: is vm/a.img, but must be the absolute path of an image on the host: it begins with "/".',
    { path: "vm/a.img" },
  ),
  image(
    "a path in a home folder",
    'path: is "~/a.img", but must begin with "/": on the host nobody replaces "~". Say `/root/…` for root\'s home.',
    { path: "~/a.img" },
  ),
  image("a size of nothing", "sizeGiB: is 0, but must be more than 0 GiB.", { sizeGiB: 0 }),
  image("a size as a text", 'sizeGiB: is "10G", but must be a number of GiB. Say `sizeGiB: 10`.', { sizeGiB: "10G" }),
  image("a size in bytes", "sizeGiB: is 10737418240, but must be at most 65536 GiB. As bytes that is `sizeGiB: 10`.", {
    sizeGiB: 10737418240,
  }),
  image(
    "a size that is no whole MiB",
    "sizeGiB: is 0.3, but must be whole sectors of 512 bytes: the next whole MiB is 0.30078125, and an exact number of bytes is written as BYTES / 1024 ** 3.",
    { sizeGiB: 0.3 },
  ),
  image("no size", "sizeGiB: is missing: give the size of the disk in GiB, such as 10.", { sizeGiB: undefined }),
  image("no path", "path: is missing: it must be the absolute path of an image on the host.", { path: undefined }),
  image(
    "no host",
    'host: is missing: it must be an object that says how the host is reached. Say `host: { host: "198.51.100.7" }`.',
    {
      host: undefined,
    },
  ),
  image(
    "a host that is only a text",
    'host: is "198.51.100.7", but must be an object that says how the host is reached. Say `host: { host: "198.51.100.7" }`.',
    { host: "198.51.100.7" },
  ),
  image(
    "a host whose connection is wrapped",
    [
      'host.host: is missing: it must be a host name or an address alone, such as "198.51.100.7". User and port are properties of their own.',
      "host.connection: is not known here; known are transport, host, port, user, hostKey, knownHostsFile, privateKeyFile, privateKey, passphrase, password, sudo, jump. Correct its name, or remove it.",
    ],
    { host: { connection: { host: "198.51.100.7" } } },
  ),
  image("another format", 'format: is vmdk, but must be one of "raw", "qcow2", "lvm", "block".', { format: "vmdk" }),
  image(
    "preallocation of a raw image",
    'preallocation: is metadata, which counts for qcow2 only, and the format is raw. Set it to "falloc" or "full", or remove it.',
    { preallocation: "metadata" },
  ),
  image(
    "a source that is not there",
    "source.path: is /nowhere/root.img, which is not there on the machine that runs Pulumi. Correct the path; a relative one begins in FOLDER.",
    { source: { path: "/nowhere/root.img", sha256 } },
  ),
  image(
    "a source in a home folder",
    'source.path: is "~/root.img", but must not begin with "~", which only a shell reads as a home folder. Give the whole path.',
    { source: { path: "~/root.img", sha256 } },
  ),
  image(
    "a source that is only a URL",
    'source: is "http://mirror.example/root.img", but must be an object. Say `source: { url: "http://…", sha256: "…" }`.',
    { source: "http://mirror.example/root.img" },
  ),
  image(
    "an image of a version that is not known",
    "source.version: is 9, but must be, of debian, 12 or 13. For another version give its url and sha256.",
    { source: { distribution: "debian", version: "9", mirror: "https://mirror.example/cloud" } },
  ),
  image(
    "an image that nobody signs, over a wire that anybody may change",
    "source.mirror: is http://mirror.example/cloud, but must begin with https://, since debian does not sign the sums of this; or give sha256.",
    { source: { distribution: "debian", version: "12", mirror: "http://mirror.example/cloud" } },
  ),
  image(
    "a logical volume as a file",
    'path: is /dev/vg0/web, but an image file cannot live there. For a block device that exists set format to "block", for a logical volume "lvm".',
    { path: "/dev/vg0/web" },
  ),
  image("a misspelt property", 'sizeGib: is not known here; did you mean "sizeGiB"? Correct its name, or remove it.', {
    sizeGib: 10,
  }),
  program(
    "one image declared twice",
    'path: is /xen/vm/a.img, which both DiskImage "disk" (path) and DiskImage "data" (path) declare. Declare it once, and let guests refer to that resource.',
    (xen, good) => {
      new xen.DiskImage("disk", { host: good.host, path: "/xen/vm/a.img", sizeGiB: 1 });
      new xen.DiskImage("data", { host: good.host, path: "/xen/vm/a.img", sizeGiB: 2 });
    },
  ),
  // InstallMedia.
  media(
    "a checksum that is too short",
    "kernel.sha256: is abc, but must be the file's SHA-256, 64 hex digits. `sha256sum FILE` prints it.",
    { kernel: { ...kernel, sha256: "abc" } },
  ),
  media(
    "a checksum that is missing",
    "ramdisk.sha256: is missing: it must be the file's SHA-256, 64 hex digits. `sha256sum FILE` prints it.",
    { ramdisk: { url: kernel.url } },
  ),
  media(
    "a checksum with its name",
    "kernel.sha256: is sha256:0000000000000000000000000000000000000000000000000000000000000000, but must be the file's SHA-256, 64 hex digits. `sha256sum FILE` prints it.",
    { kernel: { ...kernel, sha256: `sha256:${sha256}` } },
  ),
  media(
    "an address that is no URL",
    "kernel.url: is mirror/vmlinuz, but must be an http or https URL such as http://mirror.example/vmlinuz. For a file of the machine that runs Pulumi say path.",
    { kernel: { url: "mirror/vmlinuz", sha256 } },
  ),
  media(
    "a password in an address",
    "kernel.url: is http://[secret]@mirror/vmlinuz, but must not hold a password before its host, since curl, wget and Python each read that in their own way.",
    { kernel: { url: "http://a:b@mirror/vmlinuz", sha256 } },
  ),
  media(
    "neither address nor path",
    "kernel: must have one of: a url that the host fetches, the path of a file on the machine that runs Pulumi, inIso with a path inside the ISO.",
    { kernel: { sha256 } },
  ),
  media(
    "no ramdisk",
    'ramdisk: is missing: it must be an object. Say `ramdisk: { url: "http://…", sha256: "…" }`, or give netboot.',
    { ramdisk: undefined },
  ),
  media(
    "an installer beside a kernel",
    [
      "kernel: cannot be given beside netboot, which has its own. Remove one of the two.",
      "ramdisk: cannot be given beside netboot, which has its own. Remove one of the two.",
    ],
    { netboot: { distribution: "debian", version: "12", mirror: "http://mirror.example/debian" } },
  ),
  media(
    "an installer whose sums nobody publishes",
    "netboot.sha256: is missing: it must be given: ubuntu publishes no sum of this that could be verified. `sha256sum FILE` prints it.",
    {
      kernel: undefined,
      ramdisk: undefined,
      netboot: { distribution: "ubuntu", version: "24.04", mirror: "http://mirror.example/ubuntu" },
    },
  ),
  media(
    "files without a bridge",
    "files: would reach no guest without serveOn. Name the bridge that the guest is on.",
    { files: { "root.tgz": kernel } },
  ),
  media(
    "a local file that is not there",
    'files["root.tgz"].path: is /nowhere/root.tgz, which is not there on the machine that runs Pulumi. Correct the path; a relative one begins in FOLDER.',
    {
      files: { "root.tgz": { path: "/nowhere/root.tgz", sha256 } },
      serveOn: "br0",
    },
  ),
  program(
    "media of one name twice",
    'name: is media, which both InstallMedia "media" (name) and InstallMedia "more" (name) declare. Give each its own.',
    (xen, good) => {
      new xen.InstallMedia("media", { host: good.host, kernel, ramdisk: kernel });
      new xen.InstallMedia("more", { host: good.host, name: "media", kernel, ramdisk: kernel });
    },
  ),
  // DomU.
  guest(
    "no host",
    'host: is missing: it must be an object that says how the host is reached. Say `host: { host: "198.51.100.7" }`.',
    {
      host: undefined,
    },
  ),
  guest("more memory than the maximum", "maxMemoryMiB: is 512, but must be at least memoryMiB, 1024.", {
    memoryMiB: 1024,
    maxMemoryMiB: 512,
  }),
  guest(
    "memory in bytes",
    "memoryMiB: is 536870912, but must be at most 4194304 MiB. As bytes that is `memoryMiB: 512`.",
    { memoryMiB: 536870912 },
  ),
  guest("memory in GiB", "memoryMiB: is 4, but must be at least 16 MiB. 4 GiB are `memoryMiB: 4096`.", {
    memoryMiB: 4,
  }),
  guest("memory that is no whole number", "memoryMiB: is 512.5, but must be a whole number of MiB.", {
    memoryMiB: 512.5,
  }),
  guest("memory as a text", 'memoryMiB: is "512M", but must be a number of MiB. Say `memoryMiB: 512`.', {
    memoryMiB: "512M",
  }),
  guest("more CPUs than the maximum", "maxVcpus: is 2, but must be at least vcpus, 4.", { vcpus: 4, maxVcpus: 2 }),
  guest("no CPU", "vcpus: is 0, but must be at least 1.", { vcpus: 0 }),
  guest("a list of CPUs that is none", 'cpus: is 0..3, but must be a list of CPUs such as "0-3,^1".', { cpus: "0..3" }),
  guest(
    "a name with a space",
    'name: is "my guest", but must be letters, digits, dots, dashes and underscores, at most 63, and begin with a letter or digit.',
    { name: "my guest" },
  ),
  guest("a name of digits", "name: is 42, but must hold a letter: xl reads a bare number as a domain id.", {
    name: "42",
  }),
  guest("another type", 'type: is kvm, but must be one of "pv", "pvh", "hvm". Did you mean "hvm"?', { type: "kvm" }),
  guest(
    "a uuid that is none",
    "uuid: is 1234, but must be a uuid such as 5b0a5f6e-6c5e-4f0e-9d7c-0e6d7f1a2b3c, in lower case.",
    { uuid: "1234" },
  ),
  guest(
    "a MAC address that is none",
    'vifs[0].mac: is 1:2:3, but must be a MAC address such as "00:16:3e:12:34:56", in lower case.',
    { vifs: [{ bridge: "br0", mac: "1:2:3" }] },
  ),
  guest(
    "a MAC address in capitals",
    'vifs[0].mac: is 00:16:3E:00:00:01, but must be a MAC address such as "00:16:3e:12:34:56", in lower case.',
    { vifs: [{ bridge: "br0", mac: "00:16:3E:00:00:01" }] },
  ),
  guest(
    "a MAC address of a group",
    'vifs[0].mac: is 01:16:3e:00:00:01, but must be the address of one interface, not of a group. Its second digit must be even, as in "00:16:3e:12:34:56".',
    { vifs: [{ bridge: "br0", mac: "01:16:3e:00:00:01" }] },
  ),
  guest(
    "an address with its prefix",
    "vifs[0].ip: is 198.51.100.21/24, but must be an IPv4 or IPv6 address such as 198.51.100.7, without its prefix length, or several with one blank between them.",
    { vifs: [{ bridge: "br0", ip: "198.51.100.21/24" }] },
  ),
  guest(
    "an interface without a bridge",
    "vifs[0].bridge: is missing. Name a Bridge, or set script to one that needs none, such as vif-route.",
    { vifs: [{ ip: "198.51.100.21" }] },
  ),
  guest("an interface that is only a text", 'vifs[0]: is "br0", but must be an object. Say `{ bridge: "br0" }`.', {
    vifs: ["br0"],
  }),
  guest("interfaces that are no list", 'vifs: is {"bridge":"br0"}, but must be a list. Say `vifs: [{ … }]`.', {
    vifs: { bridge: "br0" },
  }),
  guest("a rate in other words", 'vifs[0].rate: is "10 Mbit", but must be a rate such as "10Mb/s" or "1MB/s@20ms".', {
    vifs: [{ bridge: "br0", rate: "10 Mbit" }],
  }),
  guest(
    "a disk that is only a path",
    'disks[0]: is "/xen/vm/a.img", but must be an object. Say `{ image: "/xen/vm/a.img" }`.',
    { disks: ["/xen/vm/a.img"] },
  ),
  guest(
    "a disk by its path",
    "disks[0].image: is missing: it must be the absolute path of an image or block device on the host.",
    { disks: [{ path: "/xen/vm/a.img" }] },
  ),
  guest(
    "a disk that is not in a list",
    'disks: is {"image":"/xen/vm/a.img"}, but must be a list. Say `disks: [{ … }]`.',
    { disks: { image: "/xen/vm/a.img" } },
  ),
  guest(
    "a relative image",
    'disks[0].image: is a.img, but must be the absolute path of an image or block device on the host: it begins with "/".',
    { disks: [{ image: "a.img" }] },
  ),
  guest(
    "an image in a home folder",
    'disks[0].image: is "~/a.img", but must begin with "/": on the host nobody replaces "~". Say `/root/…` for root\'s home.',
    { disks: [{ image: "~/a.img" }] },
  ),
  guest("another mode", 'disks[0].mode: is rw, but must be one of "w", "r". Did you mean "w"?', {
    disks: [{ image: "/xen/vm/a.img", mode: "rw" }],
  }),
  guest("one device twice", "disks[1].device: is xvda, which another disk of this guest has. Give each its own.", {
    disks: [
      { image: "/xen/vm/a.img", device: "xvda" },
      { image: "/xen/vm/b.img", device: "xvda" },
    ],
  }),
  guest(
    "one image twice in a guest",
    "disks[1].image: is /xen/vm/a.img, which another disk of this guest has. Give each its own.",
    { disks: [{ image: "/xen/vm/a.img" }, { image: "/xen/vm/a.img" }] },
  ),
  guest(
    "no disk to boot from",
    'disks: is empty, but boot "pygrub" takes the kernel from the first disk. Give it a disk, or set boot to "direct".',
    { disks: [] },
  ),
  guest("an unknown word for powerState", 'powerState: is paused, but must be one of "running", "stopped".', {
    powerState: "paused",
  }),
  guest(
    "an unknown word for onCrash",
    'onCrash: is reboot, but must be one of "destroy", "restart", "rename-restart", "preserve", "coredump-destroy", "coredump-restart".',
    { onCrash: "reboot" },
  ),
  guest(
    "an unknown word for boot",
    'boot: is grub, but must be one of "pygrub", "pvgrub2", "direct". Did you mean "pygrub"?',
    { boot: "grub" },
  ),
  guest(
    "a kernel without boot direct",
    'kernel: cannot stand beside boot "pygrub", which would look for it inside the guest. Set boot to "direct".',
    { kernel: "/boot/vmlinuz" },
  ),
  guest("boot direct without a kernel", 'kernel: is missing: boot "direct" needs the path of a kernel on the host.', {
    boot: "direct",
  }),
  guest("a key of xl.cfg in another place", "extraConfig.memory: has a property of its own. Set that one instead.", {
    extraConfig: { memory: 512 },
  }),
  guest(
    "a misspelt property",
    'memoryMib: is not known here; did you mean "memoryMiB"? Correct its name, or remove it.',
    { memoryMib: 512 },
  ),
  guest(
    "a VNC password of more than 8 characters",
    "vfb.vncPassword: is [secret], but must be at most 8 characters long, since VNC takes no more of it.",
    { vfb: { vncPassword: "correct horse" } },
  ),
  guest(
    "a VNC port as a display",
    "vfb.vncDisplay: is 5901, but must be at most 999: the port is 5900 plus this. Say 1 for port 5901.",
    { vfb: { vncDisplay: 5901 } },
  ),
  guest("a port that is none", "waitFor.tcpPort: is 100000, but must be at most 65535.", {
    waitFor: { tcpPort: 100000 },
  }),
  guest("a wait for nothing", "waitFor: must name tcpPort, http, consoleText or ipInCidr to wait for.", {
    waitFor: {},
  }),
  guest(
    "a wait without an address",
    "waitFor: needs the guest's address. Set ip in vifs[0], or waitFor.ip, or waitFor.ipInCidr.",
    { waitFor: { tcpPort: 22 } },
  ),
  guest(
    "a wait for a network that is none",
    "waitFor.ipInCidr: is 198.51.100.0, but must be an IPv4 network with its prefix length, such as 198.51.100.0/24.",
    { waitFor: { tcpPort: 22, ipInCidr: "198.51.100.0" } },
  ),
  guest("a wait in milliseconds", "waitFor.timeoutSeconds: is 300000, but must be at most 86400 seconds.", {
    waitFor: { consoleText: "login:", timeoutSeconds: 300000 },
  }),
  guest(
    "an unknown word for allow",
    'allow[0]: is dataloss, but must be one of "restart", "migrate", "replace", "dataLoss". Did you mean "dataLoss"?',
    { allow: ["dataloss"] },
  ),
  guest(
    "an install without media",
    "install.media: is missing: it must be an InstallMedia. Say `media: new xen.InstallMedia(…)`.",
    { install: {} },
  ),
  guest(
    "an install whose media are a text",
    'install.media: is "media", but must be an InstallMedia. Say `media: new xen.InstallMedia(…)`.',
    { install: { media: "media" } },
  ),
  guest(
    "answers with media that serve nothing",
    "install.answers: would reach no installer, since the media serve nothing. Set serveOn of the InstallMedia to the guest's bridge.",
    (xen, good) => ({
      install: {
        media: new xen.InstallMedia("media", { host: good.host, kernel, ramdisk: kernel }),
        answers: xen.answers.preseed({ hostname: "guest1", mirror: "http://deb.example/debian" }),
      },
    }),
  ),
  guest(
    "answers of another installer with media that serve nothing",
    "install.answers: would reach no installer, since the media serve nothing. Set serveOn of the InstallMedia to the guest's bridge.",
    (xen, good) => ({
      install: {
        media: new xen.InstallMedia("media", { host: good.host, kernel, ramdisk: kernel }),
        answers: xen.answers.text({ fileName: "ks.cfg", content: "text" }),
      },
    }),
  ),
  guests(
    "one name for two guests",
    'name: is web, which both DomU "web" (name) and DomU "shop" (name) declare. Give each its own.',
    { name: "web" },
    { name: "web" },
  ),
  guests(
    "one uuid for two guests",
    'uuid: is 11111111-2222-4333-8444-555555555555, which both DomU "web" (uuid) and DomU "shop" (uuid) declare. Give each its own.',
    { uuid: "11111111-2222-4333-8444-555555555555" },
    { uuid: "11111111-2222-4333-8444-555555555555" },
  ),
  guests(
    "one MAC address for two guests",
    'vifs[1].mac: is 00:16:3e:00:00:01, which both DomU "web" (vifs[0].mac) and DomU "shop" (vifs[1].mac) declare. Give each its own.',
    { vifs: [{ bridge: "br0", mac: "00:16:3e:00:00:01" }] },
    { vifs: [{ bridge: "br0" }, { bridge: "br0", mac: "00:16:3e:00:00:01" }] },
  ),
  guests(
    "one address for two guests",
    'vifs[0].ip: is 198.51.100.21, which both DomU "web" (vifs[0].ip) and DomU "shop" (vifs[0].ip) declare. Give each its own.',
    { vifs: [{ bridge: "br0", ip: "198.51.100.21" }] },
    { vifs: [{ bridge: "br0", ip: "198.51.100.21" }] },
  ),
  guests(
    "one image for two guests",
    'disks[0].image: is /xen/vm/a.img, which both DomU "web" (disks[0].image) and DomU "shop" (disks[0].image) declare. Give each its own, or let both only read it (`mode: "r"`).',
    { disks: [{ image: "/xen/vm/a.img" }] },
    { disks: [{ image: "/xen/vm/a.img" }] },
  ),
  guests(
    "one VNC display for two guests",
    'vfb.vncDisplay: is 1, which both DomU "web" (vfb.vncDisplay) and DomU "shop" (vfb.vncDisplay) declare. Give each its own.',
    { vfb: { vncDisplay: 1 } },
    { vfb: { vncDisplay: 1 } },
  ),
  program(
    "a guest without any arguments",
    'host: is missing: it must be an object that says how the host is reached. Say `host: { host: "198.51.100.7" }`.',
    (xen) => new xen.DomU("guest1"),
  ),
  program(
    "a guest with no more than a host",
    'disks: is empty, but boot "pygrub" takes the kernel from the first disk. Give it a disk, or set boot to "direct".',
    (xen, good) => new xen.DomU("guest1", { host: good.host }),
  ),
  program(
    "a XenHost without any arguments",
    [
      'connection: is missing: it must be an object that says how the host is reached. Say `connection: { host: "198.51.100.7" }`.',
      'warning: allow has no "reboot": where the host does not run Xen as declared already, up stops before it touches anything. Add `allow: ["reboot"]`, or boot it yourself with `reboot: "never"`.',
    ],
    (xen) => new xen.XenHost("dom0"),
  ),
  // Answers.
  answers(
    "a password where its hash goes",
    "xen.answers.preseed: rootPasswordHash is [secret], but must be a password's hash. `openssl passwd -6` or `mkpasswd -m yescrypt` prints one; a password itself is rootPassword.",
    { rootPasswordHash: "hunter2" },
  ),
  answers(
    "a time zone that does not exist",
    'xen.answers.preseed: timezone is "Europe/Munich", but must be a time zone such as "Europe/Berlin" or "Etc/UTC".',
    { timezone: "Europe/Munich" },
  ),
  answers(
    "a mirror over https",
    'xen.answers.preseed: mirror is "https://deb.example/debian", but must be an http URL such as http://deb.debian.org/debian, since the installer has no certificates yet.',
    { mirror: "https://deb.example/debian" },
  ),
  answers(
    "an address with its prefix in answers",
    'xen.answers.preseed: network.address is "198.51.100.21/24", but must be an IPv4 or IPv6 address such as 198.51.100.21, without its prefix length.',
    {
      network: {
        address: "198.51.100.21/24",
        netmask: "255.255.255.0",
        gateway: "198.51.100.1",
        dns: ["198.51.100.1"],
      },
    },
  ),
  answers(
    "a prefix length as the netmask",
    'xen.answers.preseed: network.netmask is "24", but must be a netmask such as 255.255.255.0, no prefix length.',
    {
      network: { address: "198.51.100.21", netmask: "24", gateway: "198.51.100.1", dns: ["198.51.100.1"] },
    },
  ),
  answers(
    "a host name with its domain",
    'xen.answers.preseed: hostname is "guest1 example", but must be a host name without its domain: letters, digits and dashes, at most 63. The domain is a property of its own.',
    { hostname: "guest1 example" },
  ),
  answers(
    "the path of a key where the key goes",
    'xen.answers.preseed: authorizedKeys[0] is "~/.ssh/id_ed25519.pub", but must be the line of a public key, such as "ssh-ed25519 AAAA… you@laptop". Of a file, give what it holds.',
    { authorizedKeys: ["~/.ssh/id_ed25519.pub"] },
  ),
  answers(
    "a private key where the public one goes",
    "xen.answers.preseed: authorizedKeys[0] is [secret], but must be a public key, and this is a private one. Give the line of the .pub file.",
    { authorizedKeys: ["-----BEGIN OPENSSH PRIVATE KEY-----"] },
  ),
  answers(
    "no mirror",
    "xen.answers.preseed: mirror is missing: it must be an http URL such as http://deb.debian.org/debian, since the installer has no certificates yet.",
    { mirror: undefined },
  ),
  // Secrets.
  guest(
    "a secret beside what is wrong",
    [
      "vfb.vncDisplay: is 5901, but must be at most 999: the port is 5900 plus this. Say 1 for port 5901.",
      "vfb.vncPassword: is [secret], but must be at most 8 characters long, since VNC takes no more of it.",
    ],
    (_xen, _good, pulumi) => ({
      vfb: { vncPassword: pulumi.secret("correct horse"), vncDisplay: 5901 },
    }),
  ),
  guest(
    "a key beside what is wrong",
    [
      "host.port: is 70000, but must be at most 65535.",
      'host.privateKey: is [secret], but must be the text of a private key, which begins with "-----BEGIN". For the path of its file say privateKeyFile.',
    ],
    (_xen, _good, pulumi) => ({
      host: { host: "h", port: 70000, privateKey: pulumi.secret("x") },
    }),
  ),
  guest(
    "a secret in a list",
    [
      'vifs[0].mac: is [secret], but must be a MAC address such as "00:16:3e:12:34:56", in lower case.',
      "vifs[0].ip: is 198.51.100.21/24, but must be an IPv4 or IPv6 address such as 198.51.100.7, without its prefix length, or several with one blank between them.",
    ],
    (_xen, _good, pulumi) => ({
      vifs: [{ bridge: "br0", mac: pulumi.secret("1:2:3"), ip: "198.51.100.21/24" }],
    }),
  ),
];
