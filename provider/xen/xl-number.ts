/** A number as xl reads it of a string (strtol with base 0): `512`, `0x200`, `01000` are the same. */

const LIMIT = 2n ** 63n;

/** @param name of the key, for the reason, which is xl's. */
export function readXlNumber(name: string, text: string): { number: number } | { unread: string } {
  const match = /^[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match === null) return { unread: `parameter \`${name}' is not a valid number` };
  const [, sign, digits = ""] = match;
  const size = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const number = sign === "-" ? -size : size;
  if (number >= LIMIT || number < -LIMIT)
    return { unread: `parameter \`${name}' could not be parsed as a number: Numerical result out of range` };
  if (!Number.isSafeInteger(Number(number))) return { unread: `${name} is a larger number than we can hold` };
  return { number: Number(number) };
}
