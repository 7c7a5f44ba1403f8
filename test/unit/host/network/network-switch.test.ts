import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ifupdown } from "../../../../provider/host/network/ifupdown/ifupdown";
import { type NetworkSwitch, keepOldNetwork, switchFiles } from "../../../../provider/host/network/network-switch";
import { preamble, sh } from "../../../../provider/shell";

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
      mkdirSync(at("job"));
      writeFileSync(at("interfaces"), "old\n");
      change = {
        system: ifupdown,
        // No link of this name is here: what would touch one would fail.
        bridge: "px-no-such",
        ports: ["px-none0"],
        aliases: [],
        newPorts: ["px-none0"],
        mtus: [],
        fixedAddresses: ["198.51.100.2/24"],
        files: [
          { path: at("interfaces"), content: "new\n" },
          { path: at("made"), content: "made\n" },
        ],
        folder: at("bridge"),
        isRemoval: false,
      };
      for (const { name, content } of switchFiles(change)) writeFileSync(join(at("job"), name), content);
      run(["-c", sh`${preamble}${keepOldNetwork(change)}`.text]);
      writeFileSync(at("interfaces"), "new\n");
      writeFileSync(at("made"), "made\n");
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
