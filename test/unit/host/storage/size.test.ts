/** Sizes of images: over random ones, no rounding on their way loses a byte, and no message names a number that check refuses. */
import * as fc from "fast-check";
import { block } from "../../../../provider/host/storage/block";
import { GIB, acceptedGiB, gib, setToAtLeast, sizeFault, sizeGiBOf } from "../../../../provider/host/storage/size";
import type { StoredImage } from "../../../../provider/host/storage/storage";
import { storageOf } from "../../../../provider/host/storage/storages";
import { diskImageKind } from "../../../../provider/resources/disk-image/disk-image.lifecycle";
import { diskImageTable, sizeBytesOf } from "../../../../provider/resources/disk-image/disk-image.properties";

const RUNS = { numRuns: 20_000 };
const MOST_BYTES = 65536 * GIB;

/** Of all magnitudes: half of them are below the size of a floppy disk otherwise, or none. */
const bytes = fc
  .tuple(fc.integer({ min: 0, max: 46 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([magnitude, part]) => Math.max(1, Math.min(MOST_BYTES, Math.floor(2 ** magnitude * (1 + part)))));
const sectors = bytes.map((each) => Math.max(512, Math.floor(each / 512) * 512));

/** What check says of a size: a fault, or nothing. */
function isAccepted(sizeGiB: number): boolean {
  return diskImageTable.sizeGiB.type.safeParse(sizeGiB).success;
}

/** The number that a sentence says to set. */
function named(text: string): number | undefined {
  const [, number] = / set sizeGiB to ([0-9.e-]+?)(?:[,.]? |[.,]?$)/i.exec(` ${text}`) ?? [];
  return number === undefined ? undefined : Number(number);
}

const seen = (sizeBytes: number, more: Partial<StoredImage>): StoredImage => ({
  type: "file",
  isLink: false,
  sizeBytes,
  format: "raw",
  looksLikeQcow2: false,
  isMade: true,
  mountPoint: "/",
  mountPointWhenMade: "/",
  folder: "/xen",
  obstacle: undefined,
  freeBytes: 0,
  tools: [],
  deviceUse: "",
  ...more,
});

/** `expect` costs more than what is tried here. */
function must(holds: boolean, what: unknown): void {
  if (!holds) throw new Error(JSON.stringify(what));
}

test("a size in whole sectors is declared, kept in JSON, read as text and made without a byte's loss", () => {
  fc.assert(
    fc.property(sectors, (size) => {
      const declared = sizeGiBOf(size);
      must(isAccepted(declared), declared);
      const ways = [declared, JSON.parse(JSON.stringify(declared)) as number, Number(gib(size)), size / 1024 ** 3];
      must(
        [...ways, acceptedGiB(size)].every((sizeGiB) => sizeBytesOf({ sizeGiB }) === size),
        ways,
      );
    }),
    RUNS,
  );
});

test("what is no number of whole sectors is refused, with a number that check accepts", () => {
  fc.assert(
    fc.property(bytes, fc.double({ min: 0, max: 1, noNaN: true }), (size, part) => {
      const odd = Math.min(size + part, MOST_BYTES) / GIB;
      const fault = sizeFault(odd);
      if ((odd * GIB) % 512 === 0) must(fault === undefined, fault);
      else {
        const next = Number(/the next whole MiB is ([0-9.e-]+),/.exec(String(fault))?.[1]);
        must(isAccepted(next) && next > odd && next - odd <= 1 / 1024, fault);
      }
    }),
    RUNS,
  );
});

test("an image of any length is adopted with the number that its refusal names, and loses nothing", () => {
  const raw = storageOf("raw");
  const image = { path: "/xen/g.img", preallocation: undefined, source: undefined };
  fc.assert(
    fc.property(bytes, sectors, (has, wanted) => {
      const faults = raw.cannotUse(seen(has, {}), { ...image, bytes: wanted }, false);
      must(faults.length === (has > wanted ? 1 : 0), faults);
      if (has <= wanted) return;
      const set = named(String(faults[0])) ?? 0;
      const taken = set * GIB;
      must(isAccepted(set) && taken >= has && taken - has < 512, faults);
      must(raw.cannotUse(seen(has, {}), { ...image, bytes: taken }, false).length === 0, taken);
    }),
    RUNS,
  );
});

test("a device that is too small is refused with a size that it has and that check accepts", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 20 }), sectors, (count, wanted) => {
      const has = count * 512;
      const [fault] = block.cannotUse(
        seen(has, { type: "block", format: "block" }),
        { path: "/dev/vdb", preallocation: undefined, source: undefined, bytes: wanted },
        false,
      );
      const set = fault === undefined ? undefined : named(fault);
      if (has >= wanted) must(fault === undefined, fault);
      else must(has === 0 ? set === undefined : set !== undefined && isAccepted(set) && set * GIB === has, fault);
    }),
    RUNS,
  );
});

test("a smaller size is refused in preview with a number that check accepts, and a bigger one grows to the byte", () => {
  const declared = (size: number) => ({ connection: { host: "h" }, path: "/xen/g.img", sizeGiB: sizeGiBOf(size) });
  fc.assert(
    fc.property(bytes, sectors, (has, wanted) => {
      fc.pre(has !== wanted);
      const [change] = diskImageKind.changes(declared(has), declared(wanted));
      if (wanted > has) {
        const script = change?.steps?.map((step) => (step as { script: { text: string } }).script.text).join();
        must(script?.includes(` want=${String(wanted)} `) === true, wanted);
      } else must(isAccepted(named(String(change?.refused)) ?? 0), change);
    }),
    { numRuns: 4_000 },
  );
});

test("what is bigger than any DiskImage is refused without a number", () => {
  expect(setToAtLeast(MOST_BYTES)).toBe("Set sizeGiB to 65536");
  expect(setToAtLeast(MOST_BYTES + 1)).toBe("No DiskImage has more than 65536 GiB: choose another path");
});
