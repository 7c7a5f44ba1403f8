/**
 * Small pretended hosts, one for each kind of resource and each state of it: a folder that stands for the host's root,
 * and a folder of tools of which each can be taken away or made to fail. Scripts run for real; paths lead into the folder.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { folderNameOf } from "../../../provider/host/owned-folder";
import { deriveUuid } from "../../../provider/xen";
import { projectRoot } from "../project-root";
import { type Said, ShellRuns } from "./bent-host";

/** What a script reads of the host; found below the world's root instead. */
const PLACES = [
  "/var/lib/pulumi-xen",
  "/var/lib/xen",
  "/var/log/xen",
  "/etc/xen",
  "/etc/network",
  "/etc/sysconfig",
  "/etc/os-release",
  "/etc/default/grub.d",
  "/etc/grub.d",
  "/etc/apt",
  "/etc/yum.repos.d",
  "/etc/zypp",
  "/etc/redhat-release",
  "/etc/systemd/system/pulumi-xen",
  "/etc/init.d",
  "/etc/rc",
  "/etc/xensource-inventory",
  "/usr/lib/xen/bin",
  "/sys/class/net",
  "/sys/hypervisor",
  "/sys/firmware/efi",
  "/proc/xen",
  "/boot/grub",
  "/boot/config-",
  "/boot/init",
  "/boot/xen.gz",
  "/run/pulumi-xen",
];

/** Programs of this machine that the scripts of readers may use. */
const TOOLS = (
  "sh awk base64 basename blockdev cat chmod cmp cp cut date dd df dirname find flock grep head ls mkdir mktemp mv od " +
  "pidof python3 readlink rm rmdir sed sha256sum sleep sort stat sync tail timeout tr wc"
).split(" ");

export class World {
  /** Sees each script before it runs. */
  onScript: ((script: string) => void) | undefined;
  readonly root = mkdtempSync(join(tmpdir(), "pulumi-xen-world-"));
  #runs: ShellRuns;
  readonly #places: readonly string[];
  /** Removed while the world stands: see `without` and `failing`. */
  readonly #mended: (() => void)[] = [];

  /** `places`: further folders of the host's that lie below the root. */
  constructor(places: readonly string[] = []) {
    this.#places = [...PLACES, ...places];
    chmodSync(this.root, 0o755);
    mkdirSync(join(this.root, "bin"));
    for (const name of TOOLS) symlinkSync(whereIs(name), join(this.root, "bin", name));
    this.tool("id", "case $1 in -u) echo 0 ;; *) exit 1 ;; esac");
    this.tool("uname", "case $1 in -m) echo x86_64 ;; *) echo 6.1.0-9-amd64 ;; esac");
    this.#runs = this.#fresh();
  }

  at(path: string): string {
    return join(this.root, path);
  }

  file(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  folder(path: string): void {
    mkdirSync(this.at(path), { recursive: true });
  }

  /** Its owner's alone: whoever else looks is refused. */
  close(path: string): void {
    chmodSync(this.at(path), 0o700);
  }

  /** A program of the host's: shell text. */
  tool(name: string, text: string): void {
    const path = join(this.root, "bin", name);
    rmSync(path, { force: true });
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
  }

  tools(): string[] {
    return execFileSync("ls", [join(this.root, "bin")], { encoding: "utf8" })
      .trim()
      .split("\n");
  }

  /** Takes a tool away, or has it do something else; `mend` brings all back. */
  spoil(name: string, text: string | undefined): void {
    const path = join(this.root, "bin", name);
    const kept = `${path}.kept`;
    execFileSync("mv", [path, kept]);
    if (text !== undefined) this.tool(name, text);
    this.#mended.push(() => {
      rmSync(path, { force: true });
      execFileSync("mv", [kept, path]);
    });
    this.#runs = this.#fresh();
  }

  mend(): void {
    for (const again of this.#mended.splice(0)) again();
    this.#runs = this.#fresh();
  }

  /** From now on scripts run as this user, where we may decide that. */
  runAs(uid: number | undefined): void {
    this.#runs = this.#fresh(process.getuid?.() === 0 ? uid : undefined);
  }

  /** Values travel as base64: what is left of the root in plain text is a key, such as the path of a file. */
  async run(script: string): Promise<Said> {
    this.onScript?.(script);
    const said = await this.#runs.run(this.#localized(script));
    return { ...said, stdout: Buffer.from(said.stdout.toString("latin1").replaceAll(this.root, ""), "latin1") };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #fresh(uid?: number): ShellRuns {
    return new ShellRuns(
      { PULUMI_XEN_PATH: join(this.root, "bin"), PULUMI_XEN_ROOT: this.at("/var/lib/pulumi-xen") },
      uid,
    );
  }

  #localized(script: string): string {
    return this.#places.reduce((text, place) => text.replaceAll(place, this.at(place)), script);
  }
}

/** The program itself: a wrapper around it would miss its own tools. */
function whereIs(name: string): string {
  if (name === "python3")
    return execFileSync(name, ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
  return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
}

const NEW_SHA256 = "b".repeat(64);
const SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** One resource on a host: what is declared, and the host with it and without it. */
export interface Case {
  readonly kind: string;
  readonly id: string;
  /** Without the connection. */
  readonly declared: Readonly<Record<string, unknown>>;
  /** What an update declares instead: something that has to be done on the host. */
  readonly changed: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly present: World;
  readonly absent: World;
  /** A XenHost is its host: it cannot be gone. */
  readonly canBeAbsent: boolean;
  /** What an operation asks for, where that is not all that a read asks for. */
  readonly asks?: Partial<Record<"create" | "read" | "update" | "delete", RegExp>>;
}

export function allCases(): Case[] {
  return [xenHostCase(), bridgeCase(), diskImageCase(), installMediaCase(), domuCase()];
}

const golden = (name: string): string => readFileSync(join(projectRoot, "test/golden/xen-4.17-debian12", name), "utf8");

function xenHostCase(): Case {
  const debian = (world: World): void => {
    world.file("/etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n');
    // System V's scripts start it, whatever starts this machine.
    world.file("/etc/init.d/rc", "");
    world.file("/etc/rc3.d/S01rc", "");
    world.file("/boot/config-6.1.0-9-amd64", "CONFIG_XEN_DOM0=y\n");
    world.file("/boot/grub/grub.cfg", "menuentry 'Debian' $menuentry_id_option 'gnulinux-simple-1' {\n}\n");
    world.file("/etc/grub.d/10_linux", "");
    chmodSync(world.at("/etc/grub.d/10_linux"), 0o755);
    for (const name of ["update-grub", "grub-reboot"]) world.tool(name, "exit 99");
    world.tool("grub-editenv", "echo saved_entry=gnulinux-simple-1");
    world.tool("grub-probe", "case $* in *=fs*) echo ext2 ;; esac");
  };
  const absent = new World();
  debian(absent);
  const present = new World();
  debian(present);
  present.file("/sys/hypervisor/type", "xen\n");
  present.file("/proc/xen/capabilities", "control_d\n");
  present.file("/var/lib/pulumi-xen/host/self/owner", "pulumi-xen 1\nthis host\n");
  present.file("/var/lib/pulumi-xen/host/self/phase", "ready\n");
  const info = golden("xl-info.txt");
  const row = golden("xl-list-v.txt").split("\n").slice(0, 2).join("\n");
  present.tool("xl", `case $1 in info) cat <<'EOF'\n${info}\nEOF\n;; list) cat <<'EOF'\n${row}\nEOF\n;; esac`);
  return {
    kind: "xen-host",
    id: "the machine",
    declared: { allow: ["reboot"] },
    changed: { allow: ["reboot"], kernelArgs: ["panic=7"] },
    outputs: { phase: "ready" },
    present,
    absent,
    canBeAbsent: false,
    // Only whose the host is.
    asks: { delete: /^claim/ },
  };
}

const LINK = { flags: ["UP"], mtu: 1500, address: "52:54:00:00:00:01" };
const LO = { ifname: "lo", flags: ["UP"], mtu: 65536, address: "00:00:00:00:00:00" };
const BRIDGE = {
  ...LINK,
  ifname: "br9",
  linkinfo: { info_kind: "bridge", info_data: { stp_state: 0, forward_delay: 0, hello_time: 200, ageing_time: 30000 } },
};

function bridgeCase(): Case {
  const ifupdown = (world: World, links: readonly object[]): void => {
    world.file("/etc/network/interfaces", "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet dhcp\n");
    world.file("/etc/network/if-pre-up.d/bridge", "");
    world.tool("brctl", "exit 99");
    world.tool("ifup", '[ "$*" = --version ] && echo "ifup version 0.8.41"');
    world.tool("ifquery", '[ "$*" = "-v --list" ]');
    const addresses = links.map((link) => ({ ...link, addr_info: [] }));
    world.tool(
      "ip",
      `case "$*" in "-j -d link show") echo '${JSON.stringify(links)}' ;; "-j addr show") echo '${JSON.stringify(addresses)}' ;; *route*|*rule*) echo '[]' ;; *) exit 99 ;; esac`,
    );
  };
  const absent = new World();
  ifupdown(absent, [LO, { ...LINK, ifname: "eth0" }]);
  const present = new World();
  ifupdown(present, [LO, { ...LINK, ifname: "eth0" }, BRIDGE]);
  present.file("/var/lib/pulumi-xen/bridge/br9/owner", "pulumi-xen 1\nbr9\n");
  present.file("/var/lib/pulumi-xen/bridge/br9/phase", "ready\n");
  return {
    kind: "bridge",
    id: "br9",
    declared: { name: "br9" },
    changed: { name: "br9", addresses: { cidr: ["198.51.100.1/24"] } },
    outputs: { phase: "ready" },
    present,
    absent,
    canBeAbsent: true,
  };
}

const CLAIM_ID = "0f6ad1f2-0000-4000-8000-00000000000a";

function claimText(of: string): string {
  const lines = ["pulumi-xen claim 2", `id=${CLAIM_ID}`, "owner=shop/prod::Kind::name", `of=${of}`];
  return `${[...lines, "since=2026-11-28T05:30:00Z"].join("\n")}\n`;
}

function diskImageCase(): Case {
  const path = "/xen-proofs/vm/a.img";
  const present = new World(["/xen-proofs"]);
  present.file(path, "");
  truncateSync(present.at(path), 1024 ** 3);
  const folder = `/var/lib/pulumi-xen/disk-image/${folderNameOf(path)}`;
  present.file(`${folder}/claim`, claimText(path));
  present.file(`${folder}/phase`, "ready\n");
  return {
    kind: "disk-image",
    id: path,
    declared: { path, sizeGiB: 1 },
    changed: { path, sizeGiB: 2 },
    outputs: { phase: "ready", claimId: CLAIM_ID },
    present,
    absent: new World(["/xen-proofs"]),
    canBeAbsent: true,
    // What is made is at the declared path.
    asks: { create: /^(?!where)/ },
  };
}

function installMediaCase(): Case {
  const folder = "/var/lib/pulumi-xen/media/netboot";
  const present = new World();
  for (const name of ["vmlinuz", "initrd"]) present.file(`${folder}/${name}`, "");
  present.file(`${folder}/claim`, claimText("installation media netboot"));
  present.file(`${folder}/phase`, "ready\n");
  for (const world of [present]) world.tool("curl", "exit 99");
  const absent = new World();
  absent.tool("curl", "exit 99");
  const source = (sha256: string): object => ({ url: "http://127.0.0.1:1/file", sha256 });
  const declared = { name: "netboot", kernel: source(SHA256_OF_NOTHING), ramdisk: source(SHA256_OF_NOTHING) };
  return {
    kind: "install-media",
    id: folder,
    declared,
    changed: { ...declared, ramdisk: source(NEW_SHA256) },
    outputs: { phase: "ready", claimId: CLAIM_ID },
    present,
    absent,
    canBeAbsent: true,
  };
}

/** Of the guest only our claim is there: it is down, so nothing else tells of it. */
function domuCase(): Case {
  const uuid = deriveUuid("127.0.0.1", "guest1");
  const claimId = "0d6c3b1e-0000-4000-8000-000000000001";
  const xen = (): World => {
    const world = new World(["/xen-proofs"]);
    world.file("/state/none", "");
    world.file("/xen-proofs/a.img", "");
    world.file("/usr/lib/xen/bin/pygrub", "");
    chmodSync(world.at("/usr/lib/xen/bin/pygrub"), 0o755);
    world.folder("/sys/class/net/br0/bridge");
    const pretended = join(projectRoot, "test/support/pretend-xl.py");
    world.tool("xl", `PRETEND=${world.at("/state")} PRETEND_LOGS=${world.at("/state")} exec python3 ${pretended} "$@"`);
    return world;
  };
  const present = xen();
  const claim = ["pulumi-xen claim 2", `id=${claimId}`, "owner=proofs/test::domu::thing", "of=guest1", ""];
  present.file(`/var/lib/pulumi-xen/domu/${uuid}/claim`, claim.join("\n"));
  present.file(`/var/lib/pulumi-xen/domu/${uuid}/phase`, "done\n");
  present.file("/etc/xen/guest1.cfg", 'name = "guest1"\n');
  const declared = {
    name: "guest1",
    uuid,
    memoryMiB: 256,
    disks: [{ path: "/xen-proofs/a.img" }],
    vifs: [{ bridge: "br0" }],
  };
  return {
    kind: "domu",
    id: uuid,
    declared,
    changed: { ...declared, extra: "quiet" },
    outputs: { phase: "done", claimId },
    present,
    absent: xen(),
    canBeAbsent: true,
  };
}
