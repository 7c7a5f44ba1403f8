/** A Python 2 of this machine, as hosts of CentOS 6 have it (2.6 there); few machines have one at all. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const VERSIONS = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");

/** The program itself, and its version. `undefined`: there is none. */
export function findPython2(): { readonly path: string; readonly version: string } | undefined {
  const own = existsSync(VERSIONS) ? readdirSync(VERSIONS).filter((name) => name.startsWith("2.")) : [];
  const places = ["python2.6", "python2.7", "python2", ...own.map((name) => join(VERSIONS, name, "bin/python"))];
  for (const place of places) {
    const program = "import sys; print(sys.executable + ' %d.%d.%d' % sys.version_info[:3])";
    const { status, stdout } = spawnSync(place, ["-c", program], { encoding: "utf8" });
    const [path, version] = status === 0 ? stdout.trim().split(" ") : [];
    if (path !== undefined && version?.startsWith("2.") === true) return { path, version };
  }
  return undefined;
}

/** A folder of programs in which there is no other Python than this one. */
export function onlyPython(folder: string, python: string, programs: string): string {
  mkdirSync(folder);
  symlinkSync(python, join(folder, "python"));
  for (const name of programs.split(" ")) {
    const { stdout } = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
    symlinkSync(stdout.trim(), join(folder, name));
  }
  return folder;
}
