/** A number of bytes or blocks that a host says. Pure. */
import { OutputParseError } from "../../errors";

/** @throws OutputParseError */
export function wholeNumber(text: string, what: string): number {
  const number = Number(text.trim());
  if (text.trim() === "" || !Number.isSafeInteger(number))
    throw new OutputParseError(`The host's answer to "${what}" is no number: ${text}`);
  return number;
}
