import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NetworkSwitch, keepOldNetwork } from "../../../../provider/host/network/network-switch";
import { preamble, sh } from "../../../../provider/shell";
import { INIT_PLACES } from "../../../support/init-places";
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
    for (const folder of ["tools", "etc/init.d", "etc/rc3.d", "sys/px-no-such"])
      mkdirSync(at(folder), { recursive: true });
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
    const script = ownServices("first-boot.sh");
    ownServices("rollback.sh");
    writeFileSync(script, readFileSync(script, "utf8").replace("-lt 300", "-lt 2"));
    run([script], `${at("tools")}:${usualPath}`);
  };
  /** Services of the host's are not to be this machine's. */
  const ownServices = (name: string): string => {
    const script = join(change.folder, name);
    const text = readFileSync(script, "utf8");
    const isOwn = text.includes(`${root}/etc/init.d`);
    if (!isOwn)
      writeFileSync(script, text.replaceAll(INIT_PLACES, `${root}$&`).replaceAll("/sys/class/net", at("sys")));
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

  /** The card has a cable, and is up. */
  const bonded = (slaves: string | undefined): void => {
    const script = join(change.folder, "first-boot.sh");
    const text = readFileSync(script, "utf8");
    const named = text.replace(/^bonded=.*$/m, "bonded=px-bond0/px-card0").replace(/^ports=.*$/m, "ports=px-card0");
    writeFileSync(script, named);
    writeFileSync(join(change.folder, "expected"), "bond px-bond0\ncard px-card0 of px-bond0\n");
    mkdirSync(at("sys/px-card0"));
    writeFileSync(at("sys/px-card0/flags"), "0x1003\n");
    writeFileSync(at("sys/px-card0/carrier"), "1\n");
    if (slaves === undefined) return;
    mkdirSync(at("sys/px-bond0/bonding"), { recursive: true });
    writeFileSync(at("sys/px-bond0/bonding/slaves"), slaves);
  };

  it("keeps a bridge whose bond has come up with its cards", () => {
    bonded("px-other px-card0\n");
    boot("");
    expect(readFileSync(at("interfaces"), "utf8")).toBe("new\n");
  });

  it.each([undefined, "", "px-card00 px-card\n"])(
    "brings the old network back where the bond has not come up, or not with its card: %j",
    (slaves) => {
      bonded(slaves);
      boot("");
      expect(readFileSync(at("interfaces"), "utf8")).toBe("old\n");
    },
  );

  it("keeps a bridge whose bond lacks a card that has no cable", () => {
    bonded("px-other\n");
    writeFileSync(at("sys/px-card0/carrier"), "0\n");
    boot("");
    expect(readFileSync(at("interfaces"), "utf8")).toBe("new\n");
  });

  it("needs no lease that nobody gave, and no card that is gone", () => {
    writeFileSync(join(change.folder, "expected"), "address 198.51.100.2/24\nlease\ndefault 4\nport px-none0\n");
    boot("5: br0    inet 198.51.100.2/24 scope global br0");
    expect(readFileSync(at("interfaces"), "utf8")).toBe("new\n");
    expect(left()).toEqual(["first-boot.log"]);
  });

  it.each([
    ["without a cable", "0x1003", "new\n"],
    ["that nobody has brought up", "0x1002", "old\n"],
  ])("sees a card %s that is not in its bridge", (_card, flags, interfaces) => {
    writeFileSync(join(change.folder, "expected"), "address 198.51.100.2/24\nport px-card\n");
    mkdirSync(at("sys/px-card"));
    writeFileSync(at("sys/px-card/flags"), `${flags}\n`);
    boot("5: br0    inet 198.51.100.2/24 scope global br0");
    expect(readFileSync(at("interfaces"), "utf8")).toBe(interfaces);
  });

  it("brings back what the last boot had where two changes were confirmed since, also of files of the first alone", () => {
    writeFileSync(at("alone"), "of the first change\n");
    const first = { ...change, files: [...change.files, { path: at("alone"), content: "x" }] };
    run(["-c", sh`${preamble}${keepOldNetwork({ ...first, folder: at("other") })}`.text], usualPath);
    // As the first change has left them, confirmed and not booted yet.
    writeFileSync(join(change.folder, "booted/files"), readFileSync(at("other/booted/files"), "utf8"));
    execFileSync("cp", ["-p", at("alone"), join(change.folder, "booted/3")]);
    writeFileSync(at("alone"), "changed\n");
    run(["-c", sh`${preamble}${keepOldNetwork(change)}`.text], usualPath);
    expect(readdirSync(join(change.folder, "waiting")).sort()).toEqual(["expected", "first-boot.sh", "written"]);
    writeFileSync(at("interfaces"), "newer\n");
    writeFileSync(at("tools/ip"), "#!/bin/sh\n", { mode: 0o755 });
    run([ownServices("first-boot.sh"), "confirmed"], `${at("tools")}:${usualPath}`);
    expect(readFileSync(join(change.folder, "written"), "utf8").match(/\S+$/gm)).toEqual([
      at("interfaces"),
      at("made"),
      at("alone"),
    ]);
    writeFileSync(join(change.folder, "expected"), "address 198.51.100.3/24\n");
    boot("5: br0    inet 198.51.100.99/24 scope global br0");
    expect(readFileSync(at("interfaces"), "utf8")).toBe("old\n");
    expect(readFileSync(at("alone"), "utf8")).toBe("of the first change\n");
    expect(existsSync(at("made"))).toBe(false);
    expect(left()).toEqual(["first-boot.log", "rollback.log", "rolled-back"]);
  });

  it("still is to come where a second change was taken back, and then brings back what the last boot had", () => {
    run(["-c", sh`${preamble}${keepOldNetwork(change)}`.text], usualPath);
    writeFileSync(at("interfaces"), "newer\n");
    writeFileSync(join(change.folder, "armed"), "");
    run([ownServices("rollback.sh"), "at-boot"], `${at("tools")}:${usualPath}`);
    // As the first change has left it.
    expect(readFileSync(at("interfaces"), "utf8")).toBe("new\n");
    expect(left()).toEqual(expect.arrayContaining(["booted", "expected", "first-boot.sh", "rollback.sh", "written"]));
    expect(left()).not.toContain("waiting");
    boot("5: br0    inet 198.51.100.99/24 scope global br0");
    expect(readFileSync(at("interfaces"), "utf8")).toBe("old\n");
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
    const script = ownServices("first-boot.sh");
    run([script, "confirmed"], `${at("tools")}:${usualPath}`);
    expect(readFileSync(join(change.folder, "expected"), "utf8")).toBe("address 198.51.100.2/24\nlease\ndefault 4\n");
    expect(readdirSync(at("etc/rc3.d"))).toEqual(["S99pulumi-xen-first-boot-px-no-such"]);
    mkdirSync(at("etc/systemd/system"), { recursive: true });
    mkdirSync(at("run/systemd/system"), { recursive: true });
    run([script, "confirmed"], `${at("tools")}:${usualPath}`);
    expect(readdirSync(at("etc/systemd/system")).sort()).toEqual([
      "multi-user.target.wants",
      "pulumi-xen-first-boot-px-no-such.service",
    ]);
  });
});
