/** Random programs of a guest, as the constructor sends them. */
import * as fc from "fast-check";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { EVENT_ACTIONS } from "../../../provider/xen";

/** Before a program is checked its values may be anything: settled programs are valid. */
export type Program = DomUInputs;
type Disk = NonNullable<Program["disks"]>[number];
type Vif = NonNullable<Program["vifs"]>[number];

const of = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const diskFields = {
  path: of("/xen/vm/a.img", "/xen/vm/b.img", "/xen/vm/c.img", "/xen/vm/d.img", "/dev/vg0/e", "/xen/vm/f=1@x.img"),
  format: of("raw", "qcow2", "block"),
  device: of("xvda", "xvdb", "xvdc", "xvdp", "xvdz", "xvdaa", "hda", "sdb", "xvda1"),
  mode: of("w", "r"),
};
export const diskEntries: fc.Arbitrary<Disk> = fc.record(diskFields, { requiredKeys: ["path"] });
export const diskParts: fc.Arbitrary<Partial<Disk>> = fc.record(diskFields, { requiredKeys: [] });

const vifFields = {
  bridge: of("br0", "br1", "xenbr0.100"),
  mac: of("00:16:3e:00:00:01", "00:16:3e:00:00:02", "00:16:3e:00:00:03", "aa:00:00:00:00:04"),
  ip: of("198.51.100.21", "198.51.100.22", "2001:db8::21", "198.51.100.23 2001:db8::23"),
  script: of("vif-route", "/etc/xen/scripts/vif-nat", "vif-bridge one=two"),
  rate: of("10Mb/s", "1MB/s@20ms", "500Kb/s"),
  vlans: of(
    { untagged: 20 },
    { tagged: [30, "20-21"] },
    { tagged: [20, 21, 30] },
    { untagged: 1, tagged: [20] },
    { untagged: 30, tagged: [] },
  ),
  vifname: of("web0", "web1"),
};
export const vifEntries: fc.Arbitrary<Vif> = fc.oneof(
  { weight: 6, arbitrary: fc.record(vifFields, { requiredKeys: ["bridge"] }) },
  { weight: 1, arbitrary: fc.record({ ip: vifFields.ip, script: of("vif-route") }) },
);
export const vifParts: fc.Arbitrary<Partial<Vif>> = fc.record(vifFields, { requiredKeys: [] });

const words = fc.oneof(
  { weight: 4, arbitrary: of("quiet", "console=hvc0 quiet", "/dev/xvda1 ro", "UUID=1234 ro", "") },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }).filter((text) => !/[\u0000-\u001f\u007f]/.test(text)) },
  {
    weight: 1,
    arbitrary: of(`say "it" all`, "it's", "back\\slash", "# no comment", " edges ", "42", "0x10", "ünïcode", "a\\nb"),
  },
);

/** Every property but the two lists, and values that are valid by themselves. */
export const VALUES = {
  name: of("guest1", "guest2", "web-1.example", "a"),
  uuid: of("11111111-2222-4333-8444-555555555555", "22222222-2222-4333-8444-555555555555"),
  type: of("pv", "pvh", "hvm"),
  memoryMiB: of(16, 64, 100, 128, 192, 256, 512, 768, 1024, 2048),
  maxMemoryMiB: of(16, 128, 256, 512, 1024, 4096),
  vcpus: of(1, 2, 3, 4, 8),
  maxVcpus: of(1, 2, 4, 8, 16),
  // Never all of the host's: of a host that was not asked yet nobody knows how many it has.
  cpus: of("all", "0", "1", "0-1", "0,1", "0-3,^1", "0,2-3", "2-3,0", "1-2"),
  cpuWeight: of(1, 256, 512, 65535),
  cpuCap: of(0, 50, 200),
  boot: of("pygrub", "pvgrub2", "direct"),
  kernel: of(
    "/boot/vmlinuz-guest",
    "/xen/media/vmlinuz",
    "/usr/lib/grub-xen/grub-x86_64-xen.bin",
    "/usr/lib/grub-xen/grub-i386-xen_pvh.bin",
  ),
  ramdisk: of("/boot/initrd-guest", "/xen/media/initrd.gz"),
  root: words,
  extra: words,
  vfb: fc.record(
    {
      vnc: fc.boolean(),
      vncListen: of("127.0.0.1", "0.0.0.0", "::1"),
      vncDisplay: of(0, 1, 99),
      vncPassword: of("geheim12", "0"),
    },
    { requiredKeys: [] },
  ),
  onPoweroff: of(...EVENT_ACTIONS),
  onReboot: of(...EVENT_ACTIONS),
  onCrash: of(...EVENT_ACTIONS),
  extraConfig: fc.record(
    {
      nomigrate: of(0, 1),
      max_grant_frames: of<string | number>(64, "64", "0x40"),
      on_watchdog: of("destroy", "reboot"),
      pci: of<string[]>(["0000:00:1f.0"], ["0000:00:1f.0", "0000:00:1f.2"], []),
      device_model_args: of<string[]>(["-x", "y z"], [""]),
      something_else: of<string | number | string[]>("", "1", 1, 'say "it"', ["a"]),
    },
    { requiredKeys: [] },
  ),
  autostart: fc.boolean(),
  powerState: of("running", "running", "stopped"),
  install: fc.record(
    {
      media: of({ name: "m", directory: "/xen/m", kernelPath: "/xen/m/linux", ramdiskPath: "/xen/m/initrd.gz" }),
      extra: of("auto", "quiet"),
      timeoutMinutes: of(30, 60),
    },
    { requiredKeys: ["media"] },
  ),
  cloudInit: fc.record(
    {
      hostname: of("web1", "db"),
      domain: of("example.org", ""),
      authorizedKeys: of(["ssh-ed25519 AAAAC3 a@b"], []),
      users: of([{ name: "op", passwordHash: "$6$salt$geheim34", isAdmin: true }], [{ name: "op" }]),
      rootPasswordHash: of("$6$salt$geheim56", "*"),
      packages: of(["curl"], []),
      runcmd: of(["touch /run/first-boot"]),
      network: of({ netmask: "255.255.255.0" }, { address: "198.51.100.30", netmask: "255.255.255.0" }),
      userData: of("#!/bin/sh\necho geheim78\n"),
      networkData: of("version: 2\n"),
      device: of("xvdq"),
    },
    { requiredKeys: [] },
  ),
  snapshotBefore: of(["restart"], ["restart", "replace"], []),
  waitFor: of({ tcpPort: 22, ip: "198.51.100.21" }, { consoleText: "login:" }, { ipInCidr: "198.51.100.0/24" }),
  secretProperties: fc.subarray([
    "disks",
    "vifs",
    "extra",
    "extraConfig",
    "kernel",
    "memoryMiB",
    "vfb",
    "name",
    "waitFor",
    "install",
    "cpus",
    "cloudInit",
  ]),
} satisfies Partial<Record<keyof Program, fc.Arbitrary<unknown>>>;

export const programs: fc.Arbitrary<Program> = fc
  .record(
    {
      ...VALUES,
      disks: fc.array(diskEntries, { maxLength: 4 }),
      vifs: fc.array(vifEntries, { maxLength: 4 }),
    },
    { requiredKeys: ["name"] },
  )
  .map((values) =>
    settled({ ...values, connection: { host: "198.51.100.7", user: "root" }, owner: "shop/prod::DomU::guest1" }),
  );

/** The program with what its rules forbid taken out, so that it is valid. */
export function settled(given: Program): Program {
  const program = structuredClone(given) as { -readonly [K in keyof Program]: Program[K] };
  const drop = (name: keyof Program, isWrong: boolean): void => {
    if (isWrong) delete program[name];
  };
  drop("maxMemoryMiB", (program.maxMemoryMiB ?? Infinity) < (program.memoryMiB ?? 512));
  drop("maxVcpus", (program.maxVcpus ?? Infinity) < (program.vcpus ?? 1));
  drop(
    "boot",
    program.type === "hvm" &&
      (program.boot === "pygrub" || (program.boot === "pvgrub2" && program.kernel === undefined)),
  );
  const boot = program.boot ?? (program.type === "hvm" ? undefined : "pygrub");
  drop("kernel", boot === "pygrub" || boot === undefined);
  drop("ramdisk", boot !== "direct");
  if (boot === "direct") program.kernel ??= "/boot/vmlinuz-guest";
  const disks = distinct(distinct(program.disks ?? [], "path"), "device");
  if (boot === "pygrub") {
    const [first = { path: "/xen/vm/boot.img" }, ...rest] = disks;
    program.disks = [first.format === "qcow2" ? { ...first, format: "raw" } : first, ...rest];
  } else if (program.disks !== undefined) program.disks = disks;
  if (program.vifs !== undefined) program.vifs = distinct(program.vifs, "mac").map(plugged);
  drop(
    "snapshotBefore",
    (program.disks ?? []).some(
      ({ path, format, mode }) => mode !== "r" && format !== "qcow2" && !path.startsWith("/dev/"),
    ),
  );
  drop("waitFor", program.powerState === "stopped");
  if (program.cloudInit !== undefined) program.cloudInit = settledSeed(program);
  return program;
}

/** Texts in the place of values, and an address where there is an interface for it. */
function settledSeed({ cloudInit = {}, vifs = [] }: Program): NonNullable<Program["cloudInit"]> {
  const { userData, networkData, network, ...values } = cloudInit;
  const { hostname, domain, device } = values;
  const isIpv4 = network?.address !== undefined || /^[0-9.]+$/.test(vifs[0]?.ip?.split(" ", 1)[0] ?? "");
  const fits = network !== undefined && networkData === undefined && vifs.length > 0 && isIpv4;
  const kept =
    userData === undefined
      ? values
      : {
          ...(hostname === undefined ? {} : { hostname }),
          ...(domain === undefined ? {} : { domain }),
          ...(device === undefined ? {} : { device }),
          userData,
        };
  return {
    ...kept,
    ...(networkData === undefined ? {} : { networkData }),
    ...(fits ? { network } : {}),
  };
}

/** With a bridge where its script needs one. */
function plugged(given: Vif): Vif {
  const { vlans: _vlans, ...without } = given;
  // An interface in VLANs has a script of its own.
  const vif = given.script === undefined ? given : without;
  const needs = vif.script === undefined || vif.script.startsWith("vif-bridge");
  return vif.bridge === undefined && needs ? { ...vif, bridge: "br0" } : vif;
}

/** Without the entries that have what an earlier one has. */
function distinct<T extends object>(entries: readonly T[], field: keyof T): T[] {
  return entries.filter(
    (entry, index) =>
      entry[field] === undefined || entries.findIndex((other) => other[field] === entry[field]) === index,
  );
}
