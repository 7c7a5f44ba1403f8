/**
 * The names of a guest's disks, xen-vbd-interface(7), as libxl reads them (libxl__device_disk_dev_number).
 *
 * Letters count like columns of a spreadsheet: xvda … xvdz, xvdaa … xvdzz, xvdaaa … The last disk that libxl takes is
 * number 1048575, xvdbgqcv; the first 16 have the numbers of Linux's major 202, the others those of the extended scheme.
 */
const LAST_DISK = 2 ** 20 - 1;

/** The device of the n-th disk, from 0. @throws RangeError where libxl has no such device. */
export function deviceName(index: number): string {
  if (!Number.isInteger(index) || index < 0 || index > LAST_DISK)
    throw new RangeError(`A guest's disk has a number of 0 to ${LAST_DISK}, not ${index}.`);
  let letters = "";
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(97 + ((rest - 1) % 26)) + letters;
  return `xvd${letters}`;
}

/**
 * What libxl calls the device: two names with one number are one device (`xvdb`, `d1p0`, `51728`, `0xca10`).
 * `undefined` where libxl knows no such device.
 */
export function deviceNumber(name: string): number | undefined {
  const [, diskText, partText] = /^d(0|[1-9][0-9]*)p(0|[1-9][0-9]*)$/.exec(name) ?? [];
  const plain =
    diskText === undefined || partText === undefined
      ? lettered(name, "xvd", LAST_DISK, 255)
      : { disk: Number(diskText), part: Number(partText) };
  if (plain !== undefined && plain.disk <= LAST_DISK && plain.part <= 255) {
    const { disk, part } = plain;
    return disk <= 15 && part <= 15 ? 202 * 256 + disk * 16 + part : 2 ** 28 + disk * 256 + part;
  }
  if (/^(?:0[xX][0-9a-fA-F]+|[1-9][0-9]*|0)$/.test(name)) {
    const number = Number(name);
    return number < 2 ** 31 ? number : undefined;
  }
  const ide = lettered(name, "hd", 3, 63);
  if (ide !== undefined) return (ide.disk < 2 ? 3 : 22) * 256 + (ide.disk % 2) * 64 + ide.part;
  const scsi = lettered(name, "sd", 15, 15);
  return scsi === undefined ? undefined : 8 * 256 + scsi.disk * 16 + scsi.part;
}

function lettered(
  name: string,
  prefix: string,
  lastDisk: number,
  lastPart: number,
): { disk: number; part: number } | undefined {
  const [, letters = "", digits = "0"] = new RegExp(`^${prefix}([a-z]+)([1-9][0-9]*)?$`).exec(name) ?? [];
  if (letters === "" || letters.length > 6) return undefined;
  const disk = [...letters].reduce((sum, letter) => (sum + 1) * 26 + letter.charCodeAt(0) - 97, -1);
  const part = Number(digits);
  return disk <= lastDisk && part <= lastPart ? { disk, part } : undefined;
}
