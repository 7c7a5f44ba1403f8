import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NetworkSwitch, keepOldNetwork } from "../../../../provider/host/network/network-switch";
import { preamble, sh } from "../../../../provider/shell";
import { folderSwitch, makeSwitched } from "../../../support/folder-switch";

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
