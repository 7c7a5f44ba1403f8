/**
 * A small read-only disk image: ISO 9660 with one folder, whose names survive by Rock Ridge (ECMA-119, IEEE P1282). Pure: the same files
 * make the same bytes, always (docs/adr/0014-cloud-init-seed.md says why it is written here).
 *
 * Sectors of 2048 bytes: 16 of nothing, the volume's description, its end, the table of folders in both byte orders, the folder, the files.
 */

const SECTOR = 2048;
const DESCRIPTION = 16;
const TABLE_LITTLE = 18;
const TABLE_BIG = 19;
const FOLDER = 20;
const FIRST_FILE = 21;

/** 1 January 1980: the same for ever. Readers make the year 1901 of zeros, which mean "not told". */
const TIME = [80, 1, 1, 0, 0, 0, 0];

/** What a table of folders holds of the one folder. */
const TABLE_BYTES = 10;

const DIRECTORY_MODE = 0o040555;
/** Only root of the guest reads them: they may hold the hash of a password. */
const FILE_MODE = 0o100400;

/**
 * @param label - the volume's name, at most 32 characters of ASCII
 * @param files - what is in it, by name
 * @throws RangeError where a name does not fit, or the folder more than one sector
 */
export function isoImage(label: string, files: Readonly<Record<string, string>>): Uint8Array {
  const parts = placed(files);
  const sectors = FIRST_FILE + parts.reduce((sum, { sectors: own }) => sum + own, 0);
  // Whole pages: a disk of 4 KiB sectors can hold it as well.
  const image = Buffer.alloc((sectors + (sectors % 2)) * SECTOR);
  const folder = folderOf(parts);
  description(image.subarray(DESCRIPTION * SECTOR), label, image.length / SECTOR);
  image.set([255, ...Buffer.from("CD001"), 1], (DESCRIPTION + 1) * SECTOR);
  table(image.subarray(TABLE_LITTLE * SECTOR), (at, value, table) => table.writeUInt32LE(value, at));
  table(image.subarray(TABLE_BIG * SECTOR), (at, value, table) => table.writeUInt32BE(value, at));
  // The order of the 16-bit number differs as well.
  image.writeUInt16LE(1, TABLE_LITTLE * SECTOR + 6);
  image.writeUInt16BE(1, TABLE_BIG * SECTOR + 6);
  image.set(folder, FOLDER * SECTOR);
  for (const { content, at } of parts) image.set(content, at * SECTOR);
  return image;
}

interface Part {
  readonly name: string;
  /** What a reader without Rock Ridge sees: `USERDATA.;1`. */
  readonly plain: string;
  readonly content: Uint8Array;
  readonly at: number;
  readonly sectors: number;
}

function placed(files: Readonly<Record<string, string>>): Part[] {
  let at = FIRST_FILE;
  const parts = Object.entries(files)
    .map(([name, text]) => ({ name, plain: plainName(name), content: Buffer.from(text) }))
    .sort((one, other) => (one.plain < other.plain ? -1 : 1));
  if (new Set(parts.map(({ plain }) => plain)).size < parts.length)
    throw new RangeError("Two files of an image have one name without Rock Ridge.");
  return parts.map((part) => {
    const sectors = Math.ceil(part.content.length / SECTOR);
    const placedAt = at;
    at += sectors;
    return { ...part, at: placedAt, sectors };
  });
}

function plainName(name: string): string {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) throw new RangeError(`"${name}" is no name of a file in an image.`);
  return `${name.toUpperCase().replaceAll("-", "").slice(0, 8)}.;1`;
}

function description(sector: Buffer, label: string, sectors: number): void {
  if (!/^[\u0020-\u007e]{1,32}$/.test(label)) throw new RangeError(`"${label}" is no label of an image.`);
  sector.set([1, ...Buffer.from("CD001"), 1]);
  sector.fill(" ", 8, 72);
  sector.write(label, 40, "latin1");
  both32(sector, 80, sectors);
  both16(sector, 120, 1);
  both16(sector, 124, 1);
  both16(sector, 128, SECTOR);
  both32(sector, 132, TABLE_BYTES);
  sector.writeUInt32LE(TABLE_LITTLE, 140);
  sector.writeUInt32BE(TABLE_BIG, 148);
  sector.set(record(Buffer.from([0]), FOLDER, SECTOR, true), 156);
  sector.fill(" ", 190, 813);
  // Four times that are not told, each of 16 digits and a zone.
  for (const at of [813, 830, 847, 864]) sector.fill("0", at, at + 16);
  sector[881] = 1;
}

function table(sector: Buffer, write: (at: number, value: number, table: Buffer) => void): void {
  sector[0] = 1;
  write(2, FOLDER, sector);
}

/** The folder itself, the one above (itself again), the files. */
function folderOf(parts: readonly Part[]): Buffer {
  const mode = posix(DIRECTORY_MODE, 2);
  const records = [
    record(Buffer.from([0]), FOLDER, SECTOR, true, [SHARING_PROTOCOL, mode, EXTENSIONS]),
    record(Buffer.from([1]), FOLDER, SECTOR, true, [mode]),
    ...parts.map(({ name, plain, content, at }) =>
      record(Buffer.from(plain), at, content.length, false, [posix(FILE_MODE, 1), ownName(name)]),
    ),
  ];
  const folder = Buffer.concat(records);
  if (folder.length > SECTOR) throw new RangeError("An image has too many files for its one folder.");
  return folder;
}

/** Says that fields of the System Use Sharing Protocol stand behind each name. */
const SHARING_PROTOCOL = field("SP", Buffer.from([0xbe, 0xef, 0]));

/** Says that they are those of Rock Ridge; its description and source are texts for people. */
const EXTENSIONS = field("ER", Buffer.concat([Buffer.from([10, 0, 0, 1]), Buffer.from("RRIP_1991A")]));

function posix(mode: number, links: number): Buffer {
  const data = Buffer.alloc(32);
  both32(data, 0, mode);
  both32(data, 8, links);
  return field("PX", data);
}

function ownName(name: string): Buffer {
  return field("NM", Buffer.concat([Buffer.from([0]), Buffer.from(name)]));
}

function field(signature: string, data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(signature), Buffer.from([4 + data.length, 1]), data]);
}

function record(
  identifier: Uint8Array,
  at: number,
  bytes: number,
  isFolder: boolean,
  fields: readonly Uint8Array[] = [],
): Buffer {
  const named = 33 + identifier.length;
  const begin = named + (named % 2);
  const uses = Buffer.concat(fields);
  const whole = Buffer.alloc(begin + uses.length + (uses.length % 2));
  whole[0] = whole.length;
  both32(whole, 2, at);
  both32(whole, 10, bytes);
  whole.set(TIME, 18);
  whole[25] = isFolder ? 2 : 0;
  both16(whole, 28, 1);
  whole[32] = identifier.length;
  whole.set(identifier, 33);
  whole.set(uses, begin);
  return whole;
}

function both32(buffer: Buffer, at: number, value: number): void {
  buffer.writeUInt32LE(value, at);
  buffer.writeUInt32BE(value, at + 4);
}

function both16(buffer: Buffer, at: number, value: number): void {
  buffer.writeUInt16LE(value, at);
  buffer.writeUInt16BE(value, at + 2);
}
