import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockedError, lockState } from "../../../../lab/engine/state-lock";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-xen-lock-"));
  file = join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("refuses a second holder, naming the first and what it does", () => {
  const unlock = lockState(file, "up of p/dev");
  expect(() => lockState(file, "destroy of p/dev")).toThrow(LockedError);
  expect(() => lockState(file, "destroy of p/dev")).toThrow(`process ${process.pid}, up of p/dev`);
  unlock();
  lockState(file, "destroy of p/dev")();
  expect(existsSync(file)).toBe(false);
});

it("takes over the lock of a process that is gone", () => {
  writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, started: "1", doing: "up", since: "" }));
  const unlock = lockState(file, "up of p/dev");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid });
  unlock();
});

it("takes over the lock of a process whose id was given out again", () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: "0", doing: "up", since: "" }));
  lockState(file, "up of p/dev")();
  expect(existsSync(file)).toBe(false);
});
