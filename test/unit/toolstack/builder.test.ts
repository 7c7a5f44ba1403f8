/** Who is creating a domain: also a restore that is under way, which must never pass for a creation that was cut off. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preamble } from "../../../provider/shell";
import { xl } from "../../../provider/toolstack/xl/xl";
import { xm } from "../../../provider/toolstack/xm/xm";

let folder: string;
let running: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "px-builder-"));
});
afterEach(() => {
  running?.kill();
  running = undefined;
  rmSync(folder, { recursive: true });
});

const builderOf = (library: unknown, id: number): string =>
  execFileSync(
    "dash",
    ["-c", `${preamble.text}\nuuid=none guest=none folder=${folder}\n${String(library)}\nbuilder_of ${id}`],
    {
      encoding: "utf8",
    },
  ).trim();
const isThere = async (process: ChildProcess, word: string): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    if (readFileSync(`/proc/${process.pid}/cmdline`, "latin1").includes(word)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the process did not start: ${word}`);
};

it("finds nobody where no domain is being created", () => {
  expect([builderOf(xl.library.content, 3), builderOf(xm.library.content, 3)]).toEqual(["", ""]);
});

it("finds the helper by which xl restores a domain", async () => {
  const helper = join(folder, "libxl-save-helper");
  copyFileSync("/bin/sleep", helper);
  running = spawn(helper, ["60"], { stdio: "ignore" });
  await isThere(running, "libxl-save-helper");
  expect(builderOf(xl.library.content, 3)).toBe(String(running.pid));
});

it("finds the program by which xend restores a domain", async () => {
  running = spawn("/bin/sleep", ["60"], { stdio: "ignore", argv0: "/usr/lib64/xen/bin/xc_restore" });
  await isThere(running, "xc_restore");
  expect(builderOf(xm.library.content, 3)).toBe(String(running.pid));
});
