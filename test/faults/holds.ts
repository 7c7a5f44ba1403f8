/** Holding places: what passes one that is armed says so and waits to be let go. Files, so that any program can be held. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type ShellText, sh } from "../../provider/shell";
import type { Hold } from "./steps";

export class Holds {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  arm(hold: Hold): void {
    writeFileSync(join(this.folder, `${hold}.armed`), "");
  }

  isReached(hold: Hold): boolean {
    return existsSync(join(this.folder, `${hold}.reached`));
  }

  /** The process that came there. */
  pidAt(hold: Hold): number {
    return Number(readFileSync(join(this.folder, `${hold}.reached`), "utf8"));
  }

  /** For all that come there now and later. */
  letGo(hold: Hold): void {
    writeFileSync(join(this.folder, `${hold}.go`), "");
  }

  /** For what is held in this process. */
  async pass(hold: Hold): Promise<void> {
    if (!existsSync(join(this.folder, `${hold}.armed`))) return;
    writeFileSync(join(this.folder, `${hold}.reached`), String(process.pid));
    while (!existsSync(join(this.folder, `${hold}.go`))) await pause(20);
  }

  /** For what is held on the host: `pass HOLD PID`. */
  get shell(): ShellText {
    return sh`pass() {
  if [ ! -e ${this.folder}/"$1".armed ] || [ -e ${this.folder}/"$1".go ]; then return 0; fi
  echo "$2" >${this.folder}/"$1".mine; mv ${this.folder}/"$1".mine ${this.folder}/"$1".reached
  while [ ! -e ${this.folder}/"$1".go ]; do sleep 0.05; done
}`;
  }
}
