/** Makers and readers of ISO 9660 as Debian has them: images by them, and what they make of one. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuiltJudge, builtJudge } from "../built-judge";

export function isoJudge(): BuiltJudge {
  return builtJudge(join(__dirname, "build.sh"));
}

interface Seen {
  /** What isoinfo says of the volume. */
  readonly volume: string;
  /** By name, as xorriso takes them out by their Rock Ridge names. */
  readonly files: Readonly<Record<string, string>>;
  /** Modes in octal, as Rock Ridge has them. */
  readonly modes: Readonly<Record<string, string>>;
  /** What blkid of this machine says, which cloud-init asks; `undefined` where there is none. */
  readonly blkid: string | undefined;
}

export function readImage(image: Uint8Array, judge: string): Seen {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-iso-"));
  try {
    const file = join(folder, "image");
    writeFileSync(file, image);
    const volume = ran(judge, ["isoinfo", "-d", "-i", file]);
    const out = join(folder, "out");
    ran(judge, ["xorriso", "-abort_on", "WARNING", "-osirrox", "on", "-indev", file, "-extract", "/", out]);
    const names = readdirSync(out);
    const blkid = spawnSync("blkid", ["-p", "-o", "export", file], {
      encoding: "utf8",
      env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" },
    });
    const seen = {
      volume,
      files: Object.fromEntries(names.map((name) => [name, readFileSync(join(out, name), "utf8")])),
      modes: Object.fromEntries(
        names.map((name) => [name, (statSync(join(out, name)).mode & 0o7777).toString(8).padStart(4, "0")]),
      ),
      blkid: blkid.error === undefined ? blkid.stdout : undefined,
    };
    return seen;
  } finally {
    spawnSync("chmod", ["-R", "u+w", folder]);
    rmSync(folder, { recursive: true });
  }
}

function ran(judge: string, [program = "", ...args]: readonly string[]): string {
  const root = join(judge, "root");
  const libraries = spawnSync("find", [root, "-name", "*.so*", "-printf", "%h:"], { encoding: "utf8" }).stdout;
  const result = spawnSync("env", [`LD_LIBRARY_PATH=${libraries}`, join(root, "usr/bin", program), ...args], {
    encoding: "utf8",
  });
  if (result.status !== 0) throw new Error(`${program} ended with ${String(result.status)}: ${result.stderr}`);
  return result.stdout;
}

export interface IsoTools {
  /** Runs one of the programs in a folder. @throws with what it said when it fails */
  readonly run: (folder: string, program: "xorriso" | "genisoimage" | "bsdtar", ...words: readonly string[]) => Buffer;
}

/** The programs; or why they cannot be had. */
export function isoTools(): IsoTools | { readonly missing: string } {
  const judge = isoJudge();
  if ("missing" in judge) return judge;
  const root = join(judge.folder, "root");
  const libraries = join(root, "usr", "lib");
  const folders = [libraries, ...readdirSync(libraries).map((name) => join(libraries, name))];
  return {
    run: (folder, program, ...words) => {
      const result = spawnSync(join(root, "usr", "bin", program), words, {
        cwd: folder,
        env: { ...process.env, LC_ALL: "C.UTF-8", LD_LIBRARY_PATH: folders.join(":") },
        maxBuffer: 2 ** 28,
      });
      if (result.status !== 0) throw new Error(`${program} ${words.join(" ")}: ${String(result.stderr)}`);
      return result.stdout;
    },
  };
}
