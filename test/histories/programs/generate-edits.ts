/** What people change about their programs. */
import type { Edit } from "../play/history";
import type { EditedProgram } from "./edits";
import { type Declared, type DeclaredGuest, type DiskUse, type VifUse, guestNameOf, isDisk, isGuest } from "./program";
import type { Random } from "./random";

/** What every image here may do: a move loses nothing, and is judged by that. */
const MOVES = ["migrate"];

export function someEdits(random: Random, program: EditedProgram): Edit[] {
  const guests = program.resources.filter(isGuest);
  const removed = program.removed[0];
  if (removed !== undefined && random.isTrue(0.5))
    return program.removed.map(({ ref }): Edit => ({ kind: "putBack", ref }));
  if (guests.length === 0) return [];
  const guest = random.one(guests);
  return random.weighted<() => Edit[]>([
    [12, () => [plainEdit(random, guest)]],
    [4, () => diskEdits(random, guest)],
    [4, () => vifEdits(random, guest)],
    [5, () => [identityEdit(random, random.one(program.resources))]],
    [2, () => [{ kind: "remove", ref: guest.ref }]],
    [1, () => removalOfAll(guest, program)],
    [1, () => growth(random, program)],
    [1.5, () => otherSpelling(random, guest)],
    [
      1,
      () => [
        {
          kind: "set",
          ref: guest.ref,
          property: "replaceOnChanges",
          value: random.one([["extra"], ["memoryMiB"], []]),
        },
      ],
    ],
  ])();
}

/** Nobody's host can do these as things are here; they are taken back before the end. */
export function hopelessEdits(random: Random, program: EditedProgram): readonly Edit[] {
  const guests = program.resources.filter(isGuest);
  const guest = guests.length === 0 ? undefined : random.one(guests);
  if (guest === undefined) return [];
  const { ref, args } = guest;
  const set = (property: string, value: unknown): Edit => ({ kind: "set", ref, property, value });
  const other = guests.find((one) => one !== guest);
  const [first, ...others] = args.disks;
  return random.weighted<readonly Edit[]>([
    [2, [set("boot", "pvgrub2")]],
    [
      2,
      [
        {
          kind: "add",
          declared: {
            type: "DiskImage",
            ref: "blank",
            name: "blank",
            args: { path: "/xen/vm/blank.img", sizeGiB: 1, allow: MOVES },
          },
        },
        set("disks", [{ image: "blank" }, ...others]),
      ],
    ],
    [1, [set("vifs", [{ bridge: "nobr" }])]],
    [1, [set("vcpus", 4)]],
    [1, [set("waitFor", "nobody")]],
    [1, [set("memoryMiB", 8192)]],
    [1, [set("disks", [first ?? { image: "d1" }, { image: "/xen/vm/nowhere.img" }])]],
    // While its guest runs nobody can; of one that is stopped it moves.
    [4, moveEdits(random, program)],
    ...(other === undefined
      ? []
      : ([
          [2, [set("name", guestNameOf(other))]],
          [
            3,
            [
              set("disks", [
                ...args.disks,
                ...other.args.disks.slice(0, 1).map((disk) => ({ image: disk.image, device: "xvdq" })),
              ]),
            ],
          ],
        ] as const)),
  ]);
}

function plainEdit(random: Random, { ref }: DeclaredGuest): Edit {
  const [property, values] = random.weighted<readonly [string, readonly unknown[]]>([
    [5, ["memoryMiB", [192, 256, 320, 384, 512, 128]]],
    [2, ["maxMemoryMiB", [512, 640, null]]],
    [2, ["vcpus", [1, 2]]],
    [1, ["maxVcpus", [2, null]]],
    [2, ["cpus", ["0", "0-1", "0,1", null]]],
    // Two guests of a program never get one name, but by the hopeless edits.
    [3, ["name", ref === "g1" ? ["web1", "web2", "guest1"] : ["db1", "db2", "guest2"]]],
    [2, ["extra", ["quiet", "single", null]]],
    [2, ["onCrash", ["preserve", "restart", "destroy"]]],
    [1, ["onReboot", ["restart", "destroy"]]],
    [1, ["onPoweroff", ["destroy", "preserve"]]],
    [2, ["autostart", [true, false]]],
    [2, ["powerState", ["stopped", "running", null]]],
    [1, ["vncPassword", ["hush4711", null]]],
    [1, ["waitFor", ["system", null]]],
    [1, ["allow", [["restart"], [], ["restart", "replace"]]]],
  ]);
  return { kind: "set", ref, property, value: random.one(values) };
}

function diskEdits(random: Random, { ref, args: { disks } }: DeclaredGuest): Edit[] {
  const [first, ...data] = disks;
  if (first === undefined) return [];
  const set = (value: readonly DiskUse[]): Edit => ({ kind: "set", ref, property: "disks", value: [first, ...value] });
  // Two guests never get one disk, but by the hopeless edits.
  const name = random.one(ref === "g1" ? ["new1", "new2"] : ["new3", "new4"]);
  const fresh: Edit = {
    kind: "add",
    declared: { type: "DiskImage", ref: name, name, args: { path: `/xen/vm/${name}.img`, sizeGiB: 1, allow: MOVES } },
  };
  if (data.length === 0 || random.isTrue(0.3)) {
    if (data.some(({ image }) => image === name)) return [];
    // At the end or in the middle.
    return [fresh, set(random.isTrue(0.5) ? [...data, { image: name }] : [{ image: name }, ...data])];
  }
  return random.one<() => Edit[]>([
    () => [set(data.slice(0, -1))],
    () => [set(data.slice(1))],
    () => [set(data.map((disk, index) => (index === 0 ? { ...disk, device: random.one(["xvdf", "xvdc"]) } : disk)))],
    () => [set([...data].reverse())],
    () => [set(data.map((disk) => ({ ...disk, mode: random.one(["r", "w"] as const) })))],
  ])();
}

function vifEdits(random: Random, { ref, args: { vifs } }: DeclaredGuest): Edit[] {
  const [first, ...others] = vifs;
  const set = (value: readonly VifUse[]): Edit[] => [{ kind: "set", ref, property: "vifs", value }];
  const mac = random.one(["00:16:3e:00:00:99", "00:16:3e:00:00:98"]);
  if (first === undefined) return set([{ bridge: "br0" }]);
  return random.one<() => Edit[]>([
    () => set([first, ...others, { bridge: random.one(["br0", "br1"]) }]),
    () => set(others),
    () => set([...others, first]),
    () => set([{ ...first, mac }, ...others]),
    () => set([{ ...first, ip: "10.0.0.9" }, ...others]),
    () => set([{ ...first, bridge: "br1" }, ...others]),
    () => set([{ bridge: "br1" }, first, ...others]),
  ])();
}

function identityEdit(random: Random, { ref, type }: Declared): Edit {
  const withAlias = random.isTrue(0.5);
  if (random.isTrue(0.3)) return { kind: "move", ref, parent: random.one(["site", "rack"]), withAlias };
  const name = {
    DiskImage: random.one(["volume", "disk"]),
    InstallMedia: random.one(["netboot", "media"]),
    DomU: random.one(["box", "guest1"]),
  }[type];
  return { kind: "rename", ref, name: ref === "g2" || ref === "d2" ? `${name}2` : name, withAlias };
}

/** The guest with the disks that only it has. */
function removalOfAll({ ref, args: { disks } }: DeclaredGuest, program: EditedProgram): Edit[] {
  const guests = program.resources.filter(isGuest);
  const own = disks.filter(
    ({ image }) => !guests.some((other) => other.ref !== ref && other.args.disks.some((disk) => disk.image === image)),
  );
  return [{ kind: "remove", ref }, ...own.map(({ image }): Edit => ({ kind: "remove", ref: image }))];
}

/** What means the same: nothing is to be done about it, now or at any later up. (Capitals in a MAC or uuid, check refuses.) */
function otherSpelling(random: Random, { ref, args }: DeclaredGuest): Edit[] {
  const [first, ...data] = args.disks;
  const set = (property: string, value: unknown): Edit => ({ kind: "set", ref, property, value });
  return random.one([
    first === undefined ? [] : [set("disks", [{ ...first, mode: "w", device: "xvda" }, ...data])],
    args.cpus?.startsWith("0-") === true ? [set("cpus", "0,1")] : [],
    args.powerState === undefined ? [set("powerState", "running")] : [],
  ]);
}

/** An image gets another path, and maybe a bigger size with it. */
function moveEdits(random: Random, program: EditedProgram): Edit[] {
  const disks = program.resources.filter(isDisk);
  if (disks.length === 0) return [];
  const { ref, args } = random.one(disks);
  const set = (property: string, value: unknown): Edit => ({ kind: "set", ref, property, value });
  const path = `/xen/vm/${random.one(["moved", "moved-again"])}-${ref}.img`;
  return [set("path", path), ...(random.isTrue(0.3) ? [set("sizeGiB", args.sizeGiB + 1)] : [])];
}

function growth(random: Random, program: EditedProgram): Edit[] {
  const disks = program.resources.filter(isDisk);
  if (disks.length === 0) return [];
  const { ref, args } = random.one(disks);
  return [{ kind: "set", ref, property: "sizeGiB", value: args.sizeGiB + 1 }];
}
