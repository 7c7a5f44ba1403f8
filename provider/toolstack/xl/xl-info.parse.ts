/** The answer of `xl info`, read. Pinned by test/golden/xen-4.17-debian12 (real output). Pure. */
import { OutputParseError } from "../../errors";
import type { XenInfo } from "../domain";
import { parseInfo } from "../info.parse";

/** @throws OutputParseError where the version or a number is missing. */
export function parseXlInfo(text: string): XenInfo {
  return parseInfo("xl info", text, (info) => {
    const version = info.text("xen_version");
    if (version === "") throw new OutputParseError('"xl info" does not tell the version of Xen.');
    return version;
  });
}
