import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NetworkSwitch, keepOldNetwork } from "../../../../provider/host/network/network-switch";
import { preamble, sh } from "../../../../provider/shell";
import { folderSwitch, makeSwitched } from "../../../support/folder-switch";

// Not busybox: it would take its own "ip".
describe.each(["dash", "bash"])("the first boot after a change of the network was confirmed, under %s", (shell) => {
  let root: string;
  let change: NetworkSwitch;
  const at = (name: string): string => join(root, name);
  const run = (args: readonly string[], path: string): void => {
    execFileSync(shell, [...args], { env: { PATH: path, PULUMI_XEN_PATH: path, JOB_FILES: at("job") } });
  };
  const usualPath = process.env["PATH"] ?? "";

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "px-network-"));
    for (const folder of ["tools", "units", "sys", "sys/px-no-such"]) mkdirSync(at(folder));
    change = folderSwitch(root, []);
    run(["-c", sh`${preamble}${keepOldNetwork(change)}`.text], usualPath);
    makeSwitched(root);
    writeFileSync(join(change.folder, "expected"), "address 198.51.100.2/24\n");
    const sums = execFileSync("sha256sum", [at("interfaces"), at("made")], { encoding: "utf8" });
    writeFileSync(join(change.folder, "written"), sums);
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** Two seconds in place of five minutes, with an `ip` that says this. */
  const boot = (addresses: string): void => {
    writeFileSync(at("tools/ip"), `#!/bin/sh\ncase "$*" in *"-4 addr"*) echo "${addresses}" ;; esac\n`, {
      mode: 0o755,
    });
    const script = ownUnits("first-boot.sh");
    ownUnits("rollback.sh");
    writeFileSync(script, readFileSync(script, "utf8").replace("-lt 300", "-lt 2"));
    run([script], `${at("tools")}:${usualPath}`);
  };
  /** Services of the host's are not to be this machine's. */
  const ownUnits = (name: string): string => {
    const script = join(change.folder, name);
    writeFileSync(
      script,
      readFileSync(script, "utf8")
        .replaceAll("/etc/systemd/system", at("units"))
        .replaceAll("/sys/class/net", at("sys")),
    );
    return script;
  };
  const left = (): string[] => readdirSync(change.folder).sort();

  it("keeps the new network where it has come up, and nothing of the old one", () => {
    boot("5: br0    inet 198.51.100.2/24 scope global br0");
    expect(readFileSync(at("interfaces"), "utf8")).toBe("new\n");
    expect(left()).toEqual(["first-boot.log"]);
  });

  it("brings the old network back where the new one has not come up", () => {
    boot("5: br0    inet 198.51.100.99/24 scope global br0");
    expect(readFileSync(at("interfaces"), "utf8")).toBe("old\n");
    expect(existsSync(at("made"))).toBe(false);
    expect(left()).toEqual(["first-boot.log", "rollback.log", "rolled-back"]);
    expect(readFileSync(join(change.folder, "first-boot.log"), "utf8")).toContain(
      "has not come up as it was confirmed: address 198.51.100.99/24; in place of address 198.51.100.2/24;",
    );
  });

  it("brings the old network back where there is no bridge, though only a lease was expected", () => {
    writeFileSync(join(change.folder, "expected"), "lease\ndefault 4\nport px-none0\n");
    rmSync(at("sys/px-no-such"), { recursive: true });
    boot("");
    expect(readFileSync(at("interfaces"), "utf8")).toBe("old\n");
    expect(left()).toEqual(["first-boot.log", "rollback.log", "rolled-back"]);
  });

  it("needs no lease that nobody gave, and no card that is gone", () => {
    writeFileSync(join(change.folder, "expected"), "address 198.51.100.2/24\nlease\ndefault 4\nport px-none0\n");
    boot("5: br0    inet 198.51.100.2/24 scope global br0");
    expect(readFileSync(at("interfaces"), "utf8")).toBe("new\n");
    expect(left()).toEqual(["first-boot.log"]);
  });

  it("leaves files alone that somebody has changed since", () => {
    writeFileSync(at("interfaces"), "an operator's\n");
    boot("");
    expect(readFileSync(at("interfaces"), "utf8")).toBe("an operator's\n");
    expect(existsSync(at("made"))).toBe(true);
    expect(left()).toEqual(["first-boot.log"]);
  });

  it("expects the addresses of the files, a lease and a way out, and no address of another program", () => {
    writeFileSync(
      at("tools/ip"),
      `#!/bin/sh
case "$*" in
  *"-4 addr"*)
    echo "5: br0    inet 198.51.100.2/24 brd 198.51.100.255 scope global br0"
    echo "5: br0    inet 198.51.100.50/32 scope global br0"
    echo "5: br0    inet 198.51.100.60/24 scope global dynamic br0" ;;
  *"-4 route"*) echo "default via 198.51.100.1" ;;
esac
`,
      { mode: 0o755 },
    );
    const script = ownUnits("first-boot.sh");
    run([script, "confirmed"], `${at("tools")}:${usualPath}`);
    expect(readFileSync(join(change.folder, "expected"), "utf8")).toBe("address 198.51.100.2/24\nlease\ndefault 4\n");
    expect(readdirSync(at("units")).sort()).toEqual([
      "multi-user.target.wants",
      "pulumi-xen-first-boot-px-no-such.service",
    ]);
  });
});
