/** Sizes between what is declared, what tools are told, extents and what a host prints: no byte is lost, by tens of thousands of them. */
import fc from "fast-check";
import { OutputParseError } from "../../../../provider/errors";
import { lvm } from "../../../../provider/host/storage/lvm/lvm";
import { cannotMakeVolume } from "../../../../provider/host/storage/lvm/refusals";
import { qcow2 } from "../../../../provider/host/storage/qcow2";
import { raw } from "../../../../provider/host/storage/raw";
import { GIB, MIB, mib } from "../../../../provider/host/storage/size";
import type { StoredImage, WantedImage } from "../../../../provider/host/storage/storage";
import { wholeNumber } from "../../../../provider/host/storage/whole-number";
import { diskImageTable, sizeBytesOf } from "../../../../provider/resources/disk-image/disk-image.properties";
import { Answer } from "../../../../provider/shell";

const MOST = 65536 * GIB;
const RUNS = { numRuns: 10_000 };

/** Of any magnitude, and near to whole sectors, MiB and extents. */
const bytes = fc
  .oneof(
    fc.bigInt({ min: 1n, max: BigInt(MOST) }).map(Number),
    fc
      .integer({ min: 0, max: 46 })
      .chain((power) => fc.integer({ min: -600, max: 600 }).map((near) => 2 ** power + near)),
    fc
      .integer({ min: 1, max: MOST / MIB })
      .chain((whole) => fc.integer({ min: -1, max: 1 }).map((near) => whole * MIB + near)),
  )
  .filter((size) => size >= 1 && size <= MOST);
/** What check takes. */
const declared = fc.oneof(
  fc.integer({ min: 1, max: MOST / MIB }).map((whole) => whole / 1024),
  fc.integer({ min: 1, max: 65536 }),
);
const accepts = (size: number): boolean => diskImageTable.sizeGiB.type.safeParse(size).success;

it("a declared size is a whole number of bytes that every tool takes", () => {
  fc.assert(
    fc.property(declared, (size) => {
      expect(accepts(size)).toBe(true);
      const whole = sizeBytesOf({ sizeGiB: size }) ?? 0;
      expect([Number.isSafeInteger(whole), whole % 512, /^\d+$/.test(String(whole))]).toEqual([true, 0, true]);
      for (const storage of [raw, qcow2]) {
        expect(storage.sizeIs({ bytes: whole }, whole)).toBe(true);
        expect([storage.sizeIs({ bytes: whole - 1 }, whole), storage.sizeIs({ bytes: whole + 1 }, whole)]).toEqual([
          false,
          false,
        ]);
      }
    }),
    RUNS,
  );
});

it("a need is never told smaller than it is", () => {
  fc.assert(
    fc.property(bytes, (size) => {
      expect(Number(mib(size)) * MIB).toBeGreaterThanOrEqual(size);
      expect(Number(mib(size)) * MIB - size).toBeLessThan(MIB);
    }),
    RUNS,
  );
});

it("what a host says is that number, or is none", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.constantFrom("", " ", "\n", "  \t"), (number, around) => {
      expect(wholeNumber(`${around}${String(number)}${around}`, "size")).toBe(number);
    }),
    RUNS,
  );
  for (const text of ["", " ", "x", "1.5", "12 34", "9007199254740993", "1e400", "NaN"])
    expect(() => wholeNumber(text, "size")).toThrow(OutputParseError);
});

describe("of a logical volume", () => {
  /** 1 KiB to 16 GiB; LVM 1 had 4 KiB at least. */
  const extents = fc.integer({ min: 10, max: 34 }).map((power) => 2 ** power);

  it("whole extents hold the declared size, and another extent is drift", () => {
    fc.assert(
      fc.property(declared, extents, (size, unitBytes) => {
        const asked = sizeBytesOf({ sizeGiB: size }) ?? 0;
        // As lvcreate rounds.
        const given = Number(((BigInt(asked) + BigInt(unitBytes) - 1n) / BigInt(unitBytes)) * BigInt(unitBytes));
        expect(lvm.sizeIs({ bytes: given, unitBytes }, asked)).toBe(true);
        expect(lvm.sizeIs({ bytes: given + unitBytes, unitBytes }, asked)).toBe(false);
        expect(lvm.sizeIs({ bytes: given - unitBytes, unitBytes }, asked)).toBe(false);
      }),
      RUNS,
    );
  });

  it("fits into a group exactly where its whole extents do", () => {
    const seen = (freeExtents: number, extentBytes: number): StoredImage =>
      ({
        type: "absent",
        tools: [],
        deviceUse: "",
        lvm: {
          hasTools: true,
          made: undefined,
          asked: undefined,
          groups: [{ uuid: "g", name: "vg0", attributes: "wz--n-", extentBytes, freeExtents }],
          volumes: [],
        },
      }) as unknown as StoredImage;
    fc.assert(
      fc.property(declared, fc.integer({ min: 20, max: 30 }), (size, power) => {
        const asked = sizeBytesOf({ sizeGiB: size }) ?? 0;
        const extentBytes = 2 ** power;
        const needed = Number((BigInt(asked) + BigInt(extentBytes) - 1n) / BigInt(extentBytes));
        const wanted = {
          path: "/dev/vg0/guest1",
          bytes: asked,
          source: undefined,
          preallocation: undefined,
        } as WantedImage;
        const isShort = (free: number): boolean =>
          cannotMakeVolume(seen(free, extentBytes), wanted).some((fault) => fault.includes("MiB free"));
        expect([isShort(needed), isShort(needed - 1)]).toEqual([false, true]);
      }),
      RUNS,
    );
  });
});

it("the size of a qcow2 image is read from its head to the last byte", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: BigInt(MOST) }), (size) => {
      const head = Buffer.alloc(32);
      head.write("514649fb00000003", "hex");
      head.writeBigUInt64BE(size, 24);
      const said = {
        type: "file",
        size: "0",
        head: head.toString("hex"),
        inode: "1",
        df: "/dev/x 1 1 1 1% /",
        folder: "/",
        tools: "",
      };
      expect(qcow2.read(answerOf(said), "/xen/g.img").sizeBytes).toBe(Number(size));
    }),
    RUNS,
  );
});

function answerOf(said: Readonly<Record<string, string>>): Answer {
  return new Answer(new Map(Object.entries(said)));
}
