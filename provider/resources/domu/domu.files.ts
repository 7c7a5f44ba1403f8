/** The files that every job of a guest carries. Pure. */
import { type JobFile, sh } from "../../shell";
import type { Toolstack } from "../../toolstack";
import { loaderPath } from "./domu.boot";
import { GUEST_FILE, VALUES_FILE } from "./domu.functions";
import type { DomUInputs } from "./domu.properties";
import { secretsFile } from "./domu.secrets";

/**
 * Paths that may be secret travel as a file too: it is gone when the job has ended, while
 * its script stays with the log.
 */
export function guestFiles(on: Toolstack, inputs: DomUInputs): readonly JobFile[] {
  const { disks = [], boot, kernel, install } = inputs;
  const values = sh`disk=${disks[0]?.path ?? ""} kernel=${(boot === "direct" ? kernel : loaderPath(inputs)) ?? ""} installer=${install?.media.kernelPath ?? ""}
`;
  return [GUEST_FILE, on.library, { name: VALUES_FILE, content: values.text }, ...secretsFile(inputs)];
}
