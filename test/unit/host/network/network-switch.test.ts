import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NetworkSwitch, applyNetwork, keepOldNetwork } from "../../../../provider/host/network/network-switch";
import { preamble, sh } from "../../../../provider/shell";
import { folderSwitch, makeSwitched } from "../../../support/folder-switch";
import { INIT_PLACES } from "../../../support/init-places";

describe.each(["dash", "bash", "busybox sh"])(
  "a host restarted before its new network was confirmed, under %s",
  (shell) => {
    let root: string;
    let change: NetworkSwitch;
    const at = (name: string): string => join(root, name);
    const run = (args: readonly string[]): void => {
      const [command = "", ...words] = shell.split(" ");
      execFileSync(command, [...words, ...args], { env: { PATH: process.env["PATH"], JOB_FILES: at("job") } });
    };

    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), "px-network-"));
      change = folderSwitch(root, ["px-none0"]);
      run(["-c", sh`${preamble}${keepOldNetwork(change)}`.text]);
      makeSwitched(root);
    });
    afterEach(() => {
      rmSync(root, { recursive: true });
    });

    it.each(["armed", "rolling-back"])("has its old files again before any link is up (%s)", (sign) => {
      writeFileSync(join(change.folder, sign), "");
      run([join(change.folder, "rollback.sh"), "at-boot"]);
      expect(readFileSync(at("interfaces"), "utf8")).toBe("old\n");
      expect(existsSync(at("made"))).toBe(false);
      expect(existsSync(join(change.folder, "rolled-back"))).toBe(true);
      expect(existsSync(join(change.folder, sign))).toBe(false);
      expect(readFileSync(join(change.folder, "rollback.log"), "utf8")).toMatch(/^rolling back at .*\n$/);
    });

    it("keeps a network that was confirmed", () => {
      run([join(change.folder, "rollback.sh"), "at-boot"]);
      expect(readFileSync(at("interfaces"), "utf8")).toBe("new\n");
    });
  },
);

describe.each(["dash", "bash", "busybox sh"])(
  "links that are to come back as the files have them, under %s",
  (shell) => {
    let root: string;
    const at = (name: string): string => join(root, name);
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), "px-network-"));
      mkdirSync(at("sys/px-no-such/bridge"), { recursive: true });
      for (const folder of ["tools", "var/run"]) mkdirSync(at(folder), { recursive: true });
      // What it would begin is a timer.
      writeFileSync(at("tools/setsid"), "#!/bin/sh\n", { mode: 0o755 });
    });
    afterEach(() => {
      rmSync(root, { recursive: true });
    });

    it("go down and come up where no file has to change, and where one has", () => {
      const linkFunctions = sh`links_down() { echo down >>${at("links")}; }; links_up() { echo up >>${at("links")}; }`;
      const change = folderSwitch(root, []);
      const system = { ...change.system, linkFunctions };
      for (const files of [[], change.files]) {
        const text = sh`${preamble}set -eu
${applyNetwork({ ...change, system, files })}`.text;
        const own = text.replaceAll(INIT_PLACES, `${root}$&`).replaceAll("/sys/class/net", at("sys"));
        const [command = "", ...words] = shell.split(" ");
        const path = `${at("tools")}:${process.env["PATH"] ?? ""}`;
        execFileSync(command, [...words, "-c", own], {
          env: { PATH: path, PULUMI_XEN_PATH: path, JOB_FILES: at("job") },
        });
      }
      expect(readFileSync(at("links"), "utf8")).toBe("down\nup\ndown\nup\n");
      expect(readFileSync(at("made"), "utf8")).toBe("made\n");
    });
  },
);
