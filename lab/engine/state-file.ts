/** The practice state of one stack: where it lies, how it is read and written. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Where the practice state of a stack lies: `PULUMI_XEN_PRACTICE_STATE`, else
 * `${XDG_STATE_HOME:-~/.local/state}/pulumi-xen/practice/<project>/<stack>.json`.
 */
export function practiceStateFile(project: string, stack: string, env: NodeJS.ProcessEnv = process.env): string {
  if (env["PULUMI_XEN_PRACTICE_STATE"]) return env["PULUMI_XEN_PRACTICE_STATE"];
  const stateHome = env["XDG_STATE_HOME"] || join(homedir(), ".local", "state");
  return join(stateHome, "pulumi-xen", "practice", project, `${stack}.json`);
}

/** The text of the file, or undefined when there is none. */
export function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Writes so that at every moment the whole old or the whole new text is there, also after a power cut. Mode 0600. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.new`;
  const handle = openSync(fresh, "w", 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
  const folder = openSync(dirname(file), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
