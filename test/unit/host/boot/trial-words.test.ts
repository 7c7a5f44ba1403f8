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

/** `more`: further files of the kernel's, such as `state`. */
function watchdog(identity: string, more: Record<string, string> = {}, number = 0): void {
  const folder = join(root, `sys/class/watchdog/watchdog${String(number)}`);
  mkdirSync(folder, { recursive: true });
  for (const [name, word] of Object.entries({ identity, state: "inactive", nowayout: "0", ...more }))
    writeFileSync(join(folder, name), `${word}\n`);
}

function words(): string[] {
  return (/^words (.*)$/m.exec(told())?.[1] ?? "").split(" ");
}

function told(): string {
  const text = `set -eu\n${chooseTrialWords.text}\necho "words $trial_words"`.replaceAll(
    /\/(run\/systemd|sys\/class)/g,
    (path) => join(root, path),
  );
  return execFileSync("dash", ["-c", text], {
    encoding: "utf8",
    env: { PATH: `${join(root, "tools")}:${process.env["PATH"] ?? ""}` },
  });
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

test.each([
  ["that cannot be stopped again", { nowayout: "1" }, "(iTCO_wdt) cannot be stopped again (nowayout)"],
  ["that another program feeds", { state: "active" }, "a program of the host feeds (iTCO_wdt)"],
])(
  "a watchdog %s is left alone, whichever of several it is: it would reset a Xen that is proven",
  (_which, more, how) => {
    systemd("0");
    watchdog("iTCO_wdt", more);
    expect([words(), told()]).toEqual([["panic=15"], expect.stringContaining(how)]);
    watchdog("hpwdt");
    watchdog("iTCO_wdt", more, 1);
    expect(words()).toEqual(["panic=15"]);
  },
);

test("a watchdog that the administrator has fed stays as it is, and another init system feeds none", () => {
  systemd("30000000");
  expect(words()).toEqual(["panic=15"]);
  rmSync(join(root, "run"), { recursive: true });
  expect(words()).toEqual(["panic=15"]);
});
