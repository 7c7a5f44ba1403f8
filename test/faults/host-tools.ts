/**
 * The programs that a host's scripts find first (PULUMI_XEN_PATH): wrappers that can be held, that say the disk is full,
 * or that fail as a test wishes. All of it is decided by files, so that it can change while a job runs.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Holds } from "./holds";

const USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Which call of which program is which holding place. `$PX_JOB_MARK` tells a job from the script that started it. */
const PLACES: Readonly<Record<string, string>> = {
  mv: `case "$*" in */new.*) hold=start ;; */result.*) hold=result ;; */image) hold=arrive ;; */guest1.cfg) hold=write ;; esac`,
  setsid: `if [ -z "\${PX_JOB_MARK:-}" ]; then case "$*" in */launch*) hold=launch ;; esac; fi`,
  flock: `if [ -n "\${PX_JOB_MARK:-}" ]; then hold=lock; fi`,
  rm: `case "$*" in *"/jobs/domu-guest1 "*) hold=clean ;; esac`,
};

/** What writes, and so what a full disk stops. */
const WRITERS = ["base64", "cat", "cp", "dd", "mkdir", "mktemp", "mv", "tee"];

export class HostTools {
  readonly folder: string;
  readonly #holds: Holds;

  constructor(folder: string, holds: Holds) {
    this.folder = folder;
    this.#holds = holds;
    mkdirSync(folder, { recursive: true });
    for (const tool of new Set([...Object.keys(PLACES), ...WRITERS])) this.#write(tool);
  }

  get path(): string {
    return `${this.folder}:${USUAL_PATH}`;
  }

  /** The disk is full, or not any more. For machines on which no small file system can be mounted. */
  say(fault: { writersFailWith: string | undefined }): void {
    const file = join(this.folder, "writers-fail");
    if (fault.writersFailWith === undefined) rmSync(file, { force: true });
    else writeFileSync(file, fault.writersFailWith);
  }

  /** This program does something else: `program` is its text, with the real one's path in $REAL. */
  replace(tool: string, program: string): void {
    const file = join(this.folder, tool);
    writeFileSync(file, `#!/bin/sh\nREAL=${realPathOf(tool)}\n${program}\n`);
    chmodSync(file, 0o755);
  }

  restore(tool: string): void {
    if (tool in PLACES || WRITERS.includes(tool)) this.#write(tool);
    else rmSync(join(this.folder, tool), { force: true });
  }

  /** A folder that holds these programs and no others. */
  only(tools: readonly string[]): string {
    const folder = `${this.folder}-only`;
    mkdirSync(folder);
    for (const tool of tools) {
      const wrapper = join(this.folder, tool);
      symlinkSync(existsSync(wrapper) ? wrapper : realPathOf(tool), join(folder, tool));
    }
    return folder;
  }

  #write(tool: string): void {
    const failing = WRITERS.includes(tool)
      ? `if [ -e '${this.folder}/writers-fail' ]; then echo "${tool}: $(/bin/cat '${this.folder}/writers-fail')" >&2; exit 1; fi\n`
      : "";
    const place = PLACES[tool];
    const holding =
      place === undefined
        ? ""
        : `hold=; ${place}\nif [ -n "$hold" ]; then PATH=${USUAL_PATH}; ${this.#holds.shell.text}\npass "$hold" "$PPID"; fi\n`;
    writeFileSync(join(this.folder, tool), `#!/bin/sh\n${failing}${holding}exec ${realPathOf(tool)} "$@"\n`);
    chmodSync(join(this.folder, tool), 0o755);
  }
}

function realPathOf(tool: string): string {
  return execFileSync("/bin/sh", ["-c", 'PATH=$2; command -v "$1"', "sh", tool, USUAL_PATH], {
    encoding: "utf8",
  }).trim();
}
