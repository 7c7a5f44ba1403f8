/** What Xen leaves in files of the host: records, logs, and what the kernel shows of loop devices. */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Domain } from "./domain";

export class HostFiles {
  readonly #root: string;
  readonly #all: () => readonly Domain[];

  constructor(root: string, all: () => readonly Domain[]) {
    this.#root = root;
    this.#all = all;
  }

  /** Its record, and a loop device for each raw file, as blkback has them. */
  wrote(domain: Domain): void {
    mkdirSync(this.#at("/var/lib/xen"), { recursive: true });
    writeFileSync(this.#at(`/var/lib/xen/userdata-d.${String(domain.domid)}.${domain.uuid}.libxl-json`), "{}", {
      mode: 0o600,
    });
    this.showLoops();
  }

  dropped({ domid, uuid }: Domain): void {
    for (const kind of ["libxl-json", "xl"])
      rmSync(this.#at(`/var/lib/xen/userdata-d.${String(domid)}.${uuid}.${kind}`), { force: true });
    this.showLoops();
  }

  /** /sys/block as it is now. A loop's number is its place here. */
  showLoops(): void {
    const folder = this.#at("/sys/block");
    const wanted = this.loops();
    for (const name of readdirSync(folder)) {
      if (!wanted.some(({ name: loop }) => loop === name)) rmSync(join(folder, name), { recursive: true });
    }
    for (const { name, target } of wanted) {
      mkdirSync(join(folder, name, "loop"), { recursive: true });
      writeFileSync(join(folder, name, "loop/backing_file"), `${target}\n`);
    }
  }

  loops(): { name: string; target: string }[] {
    return this.#all().flatMap((domain) =>
      domain.disks
        .filter(({ format }) => format === "raw")
        .map(({ target }, index) => ({ name: `loop${String(domain.domid * 10 + index)}`, target })),
    );
  }

  beganLog({ logName }: Domain): void {
    const log = this.#at(`/var/log/xen/xl-${logName}.log`);
    mkdirSync(this.#at("/var/log/xen"), { recursive: true });
    if (existsSync(log)) renameSync(log, `${log}.1`);
    writeFileSync(log, "");
  }

  log({ logName }: Domain, line: string): void {
    try {
      const log = this.#at(`/var/log/xen/xl-${logName}.log`);
      writeFileSync(log, `${existsSync(log) ? readFileSync(log, "utf8") : ""}${line}\n`);
    } catch {
      // The host is being emptied.
    }
  }

  #at(path: string): string {
    return join(this.#root, path);
  }
}
