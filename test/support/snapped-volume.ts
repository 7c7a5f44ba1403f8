/** A logical volume that has snapshots, on a pretended host with a real LVM: as a program declares it, as its guest uses it, as an operator sees it. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { folderNameOf } from "../../provider/host/owned-folder";
import { LocalShell } from "./local-shell";
import { type VolumeGroup, volumeGroup } from "./lvm-judge";
import { note } from "./notes";
import { ShellHost } from "./shell-host";

const MIB = 1024 ** 2;

export class SnappedVolume {
  readonly path: string;
  readonly #shell: LocalShell;
  readonly #group: VolumeGroup;

  constructor(shell: LocalShell, group: VolumeGroup, name = "guest1") {
    this.#shell = shell;
    this.#group = group;
    this.path = `/dev/${group.name}/${name}`;
  }

  /** The arguments of a DiskImage: 8 MiB, each snapshot with 4 MiB for changes. */
  declared(names: readonly string[] = [], more: object = {}): object {
    return {
      connection: { host: "198.51.100.7" },
      path: this.path,
      format: "lvm",
      sizeGiB: 8 / 1024,
      ...(names.length === 0 ? {} : { snapshots: names.map((name) => ({ name, sizeGiB: 4 / 1024 })) }),
      ...more,
    };
  }

  /** Of the claim. */
  folder(...parts: string[]): string {
    return join(this.#shell.at("var", "pulumi-xen", "disk-image", folderNameOf(this.path)), ...parts);
  }

  /** All that LVM shows in the group. */
  volumes(): string[] {
    const said = this.#group.operate("lvs", "--noheadings", "-o", "lv_name").trim();
    return said.split(/\s+/).filter((name) => name !== "");
  }

  /** A guest writes, and reads. */
  write(word: string): void {
    const fd = openSync(this.path, "r+");
    writeSync(fd, word.padEnd(16), 5 * MIB);
    closeSync(fd);
  }
  held(): string {
    const fd = openSync(this.path, "r");
    const bytes = Buffer.alloc(16);
    readSync(fd, bytes, 0, 16, 5 * MIB);
    closeSync(fd);
    return bytes.toString().trim();
  }

  /** What an operator types behind `sh …/snapshots.sh`. */
  tool(...words: string[]): { code: number | null; text: string } {
    const ran = spawnSync("sh", [this.folder("snapshots.sh"), ...words], {
      encoding: "utf8",
      env: this.environment(),
      // One that waits for a merge which does not end would wait for ever.
      timeout: 120_000,
    });
    return { code: ran.status, text: `${ran.stdout}${ran.stderr}` };
  }
  environment(): NodeJS.ProcessEnv {
    return { ...process.env, PULUMI_XEN_PATH: this.#shell.path };
  }
}

interface Made {
  readonly shell: LocalShell;
  readonly group: VolumeGroup;
  readonly host: ShellHost;
  readonly volume: SnappedVolume;
}

/** Gives each test of the description a group of its own, and returns what to write `it` by. `what`: what is not run where there is no LVM. */
export function withSnappedVolume(
  what: string,
  given: (made: Made) => void,
): (name: string, body: () => Promise<void>) => void {
  let end: () => void = () => undefined;
  let isThere = false;
  beforeEach(() => {
    const shell = new LocalShell();
    const group = volumeGroup(shell, 64);
    isThere = !("missing" in group);
    if ("missing" in group) {
      end = () => shell.remove();
      note(`not run: ${what} (${group.missing})`);
      return;
    }
    end = () => {
      group.end();
      shell.remove();
    };
    given({ shell, group, host: new ShellHost(shell), volume: new SnappedVolume(shell, group) });
  });
  afterEach(() => end());
  return (name, body) => {
    it(name, async () => {
      if (isThere) await body();
    });
  };
}
