/**
 * The disk of a trial's host: ext4 on a loop device over a sparse file. It can be full, and its power can go: what had not reached the
 * device is lost then. Needs root.
 */
import { execFileSync } from "node:child_process";
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A copy of an image begins only where 64 MiB more than it takes are free. */
const DISK_MIB = 112;

/**
 * `commit`: the journal is written only when somebody asks for it. `noauto_da_alloc`: a file that is renamed over another one is not
 * written before; ext4 does that as a kindness to programs that never sync, and other file systems do not.
 */
const OPTIONS = "loop,commit=3600,noauto_da_alloc";

export class SmallDisk {
  readonly folder: string;
  readonly #place: string;
  #file: string;
  #generation = 0;

  constructor(place: string) {
    this.#place = place;
    this.folder = join(place, "disk");
    this.#file = join(place, "disk-0.img");
    mkdirSync(this.folder);
    writeFileSync(this.#file, "");
    truncateSync(this.#file, DISK_MIB * 1024 ** 2);
    execFileSync("mke2fs", ["-q", "-t", "ext4", "-m", "0", "-J", "size=4", "-E", "lazy_itable_init=1", this.#file]);
    this.#mount();
    rmSync(join(this.folder, "lost+found"), { recursive: true, force: true });
  }

  #mount(): void {
    execFileSync("mount", ["-t", "ext4", "-o", OPTIONS, this.#file, this.folder]);
  }

  /** Until there is no byte left. */
  fill(): void {
    const path = join(this.folder, "fill");
    execFileSync(
      "sh",
      [
        "-c",
        'fallocate -l "$(($(df -Pk "$1" | tail -n 1 | awk "{ print \\$4 }") - 64))k" "$2" || :',
        "sh",
        this.folder,
        path,
      ],
      { stdio: "ignore" },
    );
    const file = openSync(path, "a");
    for (const bytes of [65_536, 4_096, 512, 1]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(bytes));
      } catch {
        // Full, for this size.
      }
    }
    closeSync(file);
  }

  /** What was done so far has reached the device. */
  settle(): void {
    execFileSync("sync", ["-f", this.folder]);
  }

  free(): void {
    rmSync(join(this.folder, "fill"), { force: true });
  }

  /**
   * What the device has at this moment is all that is left; nobody writes any more.
   *
   * @param keepsNames - the journal has just been written, for some other program's sake: the names of new files are kept, and what was
   *   in them is not
   */
  cutPower(keepsNames: boolean): void {
    if (keepsNames) {
      const path = join(this.folder, "somebody-syncs");
      const file = openSync(path, "w");
      fsyncSync(file);
      closeSync(file);
    }
    this.#generation += 1;
    const copy = join(this.#place, `disk-${String(this.#generation)}.img`);
    execFileSync("cp", ["--sparse=always", this.#file, copy]);
    this.stop();
    rmSync(this.#file);
    this.#file = copy;
    this.#mount();
    rmSync(join(this.folder, "somebody-syncs"), { force: true });
  }

  /** Whoever still has it open does not hinder. */
  stop(): void {
    execFileSync("umount", ["-l", this.folder]);
  }
}

/** Why there can be none on this machine. */
export function noSmallDisk(): string | undefined {
  if (process.getuid?.() !== 0) return "root, who mounts file systems";
  const place = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
  try {
    new SmallDisk(place).stop();
    execFileSync("unshare", ["--mount", "--propagation", "private", "true"]);
    return undefined;
  } catch (error) {
    return `a file system on a loop device, in a mount namespace (${String(error).split("\n", 1)[0] ?? ""})`;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
