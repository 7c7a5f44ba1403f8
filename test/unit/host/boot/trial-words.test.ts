/** What dom0's kernel is told in a boot on trial, by what the host has: run in a shell, over made files. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TRIAL_WORDS, chooseTrialWords } from "../../../../provider/host/boot/trial-words";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "px-words-"));
  mkdirSync(join(root, "tools"));
});
afterEach(() => rmSync(root, { recursive: true }));

function systemd(usec: string): void {
  mkdirSync(join(root, "run/systemd/system"), { recursive: true });
  writeFileSync(join(root, "tools/systemctl"), `#!/bin/sh\necho RuntimeWatchdogUSec=${usec}\n`, { mode: 0o755 });
}

function watchdog(identity: string): void {
  const folder = join(root, "sys/class/watchdog/watchdog0");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "identity"), `${identity}\n`);
}

function words(): string[] {
  const text = `set -eu\n${chooseTrialWords.text}\necho "words $trial_words"`.replaceAll(
    /\/(run\/systemd|sys\/class)/g,
    (path) => join(root, path),
  );
  const said = execFileSync("dash", ["-c", text], {
    encoding: "utf8",
    env: { PATH: `${join(root, "tools")}:${process.env["PATH"] ?? ""}` },
  });
  return (/^words (.*)$/m.exec(said)?.[1] ?? "").split(" ");
}

test("a machine without a watchdog has dom0 watched by Xen, and none of the words is unknown to the menu's program", () => {
  systemd("0");
  expect(words()).toEqual(["panic=15", "systemd.watchdog_sec=120", "modules_load=xen_wdt"]);
  expect(words()).toEqual(TRIAL_WORDS);
});

test.each(["Software Watchdog", "xen_wdt"])("the watchdog %s is none of the machine", (identity) => {
  systemd("infinity");
  watchdog(identity);
  expect(words()).toContain("modules_load=xen_wdt");
});

test("a machine's own watchdog is the one that systemd feeds", () => {
  systemd("0");
  watchdog("iTCO_wdt");
  expect(words()).toEqual(["panic=15", "systemd.watchdog_sec=120"]);
});

test("a watchdog that the administrator has fed stays as it is, and another init system feeds none", () => {
  systemd("30000000");
  expect(words()).toEqual(["panic=15"]);
  rmSync(join(root, "run"), { recursive: true });
  expect(words()).toEqual(["panic=15"]);
});
