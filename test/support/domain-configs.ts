/** Generated configurations of guests in their normal form. */
import * as fc from "fast-check";
import type { DomainConfig } from "../../provider/xen";

const text = fc.string({ unit: "grapheme", maxLength: 20 }).filter((value) => !value.includes("\0"));
const word = fc.stringMatching(/^[a-z0-9._/-]{1,12}$/);
const path = fc.string({ unit: "grapheme-ascii", maxLength: 20 }).map((value) => `/${value}`);
const hex = (size: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9a-f]{${size}}$`));

const mac = fc.array(hex(2), { minLength: 6, maxLength: 6 }).map((bytes) => bytes.join(":"));
const uuid = fc.tuple(hex(8), hex(4), hex(4), hex(4), hex(12)).map((parts) => parts.join("-"));

/** Some of the words, in their order. */
const someOf = (...words: string[]): fc.Arbitrary<string[]> => fc.subarray(words);

const disk = fc.record({
  target: path,
  format: fc.constantFrom("raw" as const, "qcow2" as const, "qcow" as const, "vhd" as const, "qed" as const),
  device: fc.constantFrom("xvda", "xvdb", "xvdaa", "hda", "sda1"),
  mode: fc.constantFrom("r" as const, "w" as const),
  more: someOf("backend=dom5", "backendtype=qdisk", "script=block-iscsi", "no-discard", "direct-io-safe"),
});

const drive = fc.constantFrom(
  { target: "", format: "empty" as const, device: "hdc", mode: "r" as const, more: ["devtype=cdrom"] },
  { target: "/a,b.iso", format: "raw" as const, device: "xvdc", mode: "r" as const, more: ["devtype=cdrom"] },
);

const vif = fc
  .record(
    { mac, bridge: word, ip: word, script: word, rate: fc.constantFrom("10Mb/s", "1GB/s@50ms"), vifname: word },
    {
      requiredKeys: [],
    },
  )
  .chain((known) => someOf("devid=3", "model=e1000", "mtu=9000", "type=ioemu").map((more) => ({ ...known, more })));

const vfb = fc
  .record(
    { vnc: fc.boolean(), vncListen: word, vncDisplay: fc.nat(99), vncUnused: fc.boolean(), vncPassword: word },
    { requiredKeys: [] },
  )
  .chain((known) => someOf("display=:0", "keymap=de", "opengl=1", "sdl=0").map((more) => ({ ...known, more })));

/** Numbers where xl reads numbers, strings where it reads strings; of a key that it does not know either. */
const others = fc.record(
  {
    cpu_weight: fc.integer({ min: 1, max: 65535 }),
    localtime: fc.constantFrom(0, 1),
    rtc_timeoffset: fc.integer({ min: -999, max: 999 }),
    pool: text,
    bootloader_args: fc.array(text, { minLength: 1, maxLength: 3 }),
    cpus_soft: fc.constantFrom("0-1", "all,^2"),
    irqs: fc.array(fc.nat(255).map(String), { maxLength: 3 }),
    frobnicate: fc.oneof(
      fc.nat(),
      word.filter((value) => !/^\d+$/.test(value)),
    ),
  },
  { requiredKeys: [] },
);

const events = fc.constantFrom("destroy", "restart", "rename-restart", "preserve", "coredump-destroy");

export const domainConfig: fc.Arbitrary<DomainConfig> = fc.record(
  {
    name: word,
    uuid,
    type: fc.constantFrom("pv", "pvh", "hvm"),
    memoryMiB: fc.nat(2 ** 20),
    maxMemoryMiB: fc.nat(2 ** 20),
    vcpus: fc.integer({ min: 1, max: 4 }),
    maxVcpus: fc.integer({ min: 4, max: 16 }),
    cpus: fc.constantFrom("0-1", "3,5-8,^6", "all"),
    kernel: text,
    ramdisk: text,
    bootloader: text,
    bootloaderRestrict: fc.constantFrom(0, 1),
    bootloaderUser: word,
    root: text,
    extra: text,
    disks: fc.array(fc.oneof({ weight: 5, arbitrary: disk }, { weight: 1, arbitrary: drive }), {
      minLength: 1,
      maxLength: 4,
    }),
    vifs: fc.array(vif, { minLength: 1, maxLength: 4 }),
    vfbs: fc.array(vfb, { minLength: 1, maxLength: 2 }),
    onPoweroff: events,
    onReboot: events,
    onCrash: events,
    others,
    foreign: fc.constantFrom([], ["# by hand"]),
  },
  { requiredKeys: ["others", "foreign"] },
);
