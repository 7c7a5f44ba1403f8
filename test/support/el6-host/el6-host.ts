/**
 * A host that answers like CentOS 6, put together from the judges there are: namespaces of this machine with the real rpm, dnf and brctl, a real
 * sshd behind its own card, our scripts in a real shell, programs of ours under a Python 2 where there is one. It can be booted
 * again and again.
 *
 * Fakes, each by words that the real one was recorded with: GRUB legacy (grub-legacy-boot.ts), rc, service and the network scripts (stand-ins/;
 * EL 6's own where EL6_NETWORK_SCRIPTS names them), xm and xend (pretend-xm.py), grubby (packages.ts). There is no hypervisor and no
 * guest; the shell, the core utilities and ip are Debian's.
 */
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { endProcess } from "../../../lab/processes";
import type { Connection } from "../../../provider/remote";
import { sh } from "../../../provider/shell";
import { builtJudge } from "../built-judge";
import { eventually } from "../eventually";
import { type BootedEntry, bootedByGrubLegacy } from "../grub-legacy-boot";
import type { NamespaceHost } from "../namespace-host";
import { findPython2 } from "../python2";
import { projectRoot } from "../project-root";
import { IFCFG_ETH0 } from "../recipe-files";
import { rpmHost } from "../rpm-judge";
import { repositories } from "./packages";

const RELEASE = "2.6.32-431.el6.x86_64";
/** The arguments of the recipe's own kernel line. */
export const KERNEL_ARGUMENTS =
  "ro root=/dev/mapper/vg0-root rd_NO_LUKS rd_NO_DM LANG=en_US.UTF-8 rd_LVM_LV=vg0/swap rd_NO_MD SYSFONT=latarcyrheb-sun16 crashkernel=auto rd_LVM_LV=vg0/root KEYBOARDTYPE=pc KEYTABLE=us rhgb crashkernel=auto quiet rhgb quiet";

const MENU = `default=0
timeout=5
title CentOS (${RELEASE})
	root (hd0,0)
	kernel /vmlinuz-${RELEASE} ${KERNEL_ARGUMENTS}
	initrd /initramfs-${RELEASE}.img
`;

export class El6Host {
  readonly connection: Connection;
  /** What was booted, one after the other. */
  readonly boots: BootedEntry[] = [];
  /** Of this machine's: what the host gets over HTTP at 192.168.1.253. */
  readonly web: string;
  /** What its programs of ours run under, and whose network scripts it has: for the test's notes. */
  readonly made: { readonly python: string; readonly networkScripts: string };
  /** grub.conf before anybody did anything. */
  readonly menu = MENU;
  readonly #namespaces: NamespaceHost;
  readonly #folder: string;
  readonly #relay: ChildProcess;
  #boot: ChildProcess | undefined;
  #isStopped = false;

  /** The host, booted; or what it lacks here. */
  static async start(): Promise<El6Host | { readonly missing: string }> {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-el6-"));
    const type = execFileSync("stat", ["-f", "-c", "%T", folder], { encoding: "utf8" }).trim();
    const missing = whyNot(type);
    const namespaces = missing === undefined ? await rpmHost() : { missing };
    if ("missing" in namespaces) {
      rmSync(folder, { recursive: true });
      return namespaces;
    }
    for (const name of ["boot/grub", "web"]) mkdirSync(join(folder, name), { recursive: true });
    const relay = spawn(
      "setpriv",
      ["--pdeathsig", "KILL", "python3", join(__dirname, "relay.py"), namespaces.pid, join(folder, "web")],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      relay.stdout.once("data", (data: Buffer) => resolve(Number(data.toString())));
      relay.once("exit", (code) => reject(new Error(`the relay ended with ${String(code)}`)));
    });
    const host = new El6Host(namespaces, folder, relay, port);
    try {
      await host.#install();
      host.#powerOn();
      await eventually(async () => void (await host.raw("test -e /run/up")), { seconds: 240 });
      return host;
    } catch (error) {
      await host.stop();
      throw error;
    }
  }

  private constructor(namespaces: NamespaceHost, folder: string, relay: ChildProcess, port: number) {
    this.#namespaces = namespaces;
    this.#folder = folder;
    this.#relay = relay;
    this.web = join(folder, "web");
    for (const name of ["host", "client"]) {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
    }
    const hostKey = readFileSync(join(folder, "host.pub"), "utf8").split(" ").slice(0, 2).join(" ").trim();
    this.connection = { host: "127.0.0.1", port, user: "root", hostKey, privateKeyFile: join(folder, "client") };
    const python2 = findPython2();
    const scripts = builtJudge(join(projectRoot, "test/networks/ifcfg/build.sh"));
    this.made = {
      python: python2 === undefined ? "python3 (no python2 here)" : `Python ${python2.version}`,
      networkScripts: "missing" in scripts ? "stand-ins" : "EL 6's own",
    };
  }

  /** What a disk of it holds before anybody does anything. */
  async #install(): Promise<void> {
    const { shell, pid } = this.#namespaces;
    const standIns = join(this.#folder, "stand-ins");
    cpSync(join(__dirname, "stand-ins"), standIns, { recursive: true });
    cpSync(join(__dirname, "prepare.sh"), join(this.#folder, "prepare.sh"));
    const library = [join(standIns, "proc-xen.c"), "-o", join(standIns, "proc-xen.so"), "-ldl"];
    execFileSync("cc", ["-shared", "-fPIC", "-O1", ...library]);
    const interpreter = (await shell.run(sh`readlink -f /usr/bin/python3`)).stdout.trim();
    const prepared = await shell.run(
      sh`sh ${join(this.#folder, "prepare.sh")} ${standIns} ${findPython2()?.path ?? ""}`,
    );
    if (prepared.exitCode !== 0) throw new Error(`the host cannot be made: ${prepared.stderr}`);
    const root = `/proc/${pid}/root`;
    const scripts = builtJudge(join(projectRoot, "test/networks/ifcfg/build.sh"));
    if (!("missing" in scripts)) execFileSync("cp", ["-a", `${scripts.folder}/root/.`, root]);
    const made = await shell.run(repositories(interpreter));
    if (made.exitCode !== 0) throw new Error(`no repositories: ${made.stdout}${made.stderr}`);
    const write = (path: string, text: string, mode = 0o644): void => writeFileSync(join(root, path), text, { mode });
    write("/etc/sysconfig/network-scripts/ifcfg-eth0", IFCFG_ETH0);
    write("/etc/yum.repos.d/CentOS-Base.repo", "[base]\nname=base\nbaseurl=file:///srv/base\nenabled=1\ngpgcheck=0\n");
    write("/etc/ssh/el6_host_key", readFileSync(join(this.#folder, "host"), "utf8"), 0o600);
    write("/etc/ssh/el6_authorized_keys", readFileSync(join(this.#folder, "client.pub"), "utf8"));
    write("/etc/ssh/el6_sshd_config", SSHD);
    for (const name of [`vmlinuz-${RELEASE}`, `initramfs-${RELEASE}.img`, "grub/stage2"]) {
      writeFileSync(this.boot(name), "");
    }
    writeFileSync(this.boot(`config-${RELEASE}`), "# CONFIG_XEN_DOM0 is not set\n");
    writeFileSync(this.boot("grub/grub.conf"), MENU, { mode: 0o600 });
  }

  /** A file below /boot, by its path on this machine. */
  boot(name: string): string {
    return join(this.#folder, "boot", name);
  }

  /** GRUB, then what it boots; again whenever that ends. */
  #powerOn(): void {
    const entry = bootedByGrubLegacy(this.boot("grub/grub.conf"), this.boot("grub/default"), { isStrict: true });
    this.boots.push(entry);
    const [image = "", ...args] = entry.kernel.split(" ");
    const { pid } = this.#namespaces;
    const entered = ["--target", pid, "--mount", "--net", "--pid", "--root", "--wdns=/"];
    const powerOn = readFileSync(join(__dirname, "power-on.sh"), "utf8");
    const boot = spawn("nsenter", [...entered, "sh", "-c", powerOn], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
        EL6_BOOT: join(this.#folder, "boot"),
        EL6_HYPERVISOR: entry.hypervisor ?? "",
        EL6_KERNEL: image.replace(/^.*\/vmlinuz-/, ""),
        EL6_CMDLINE: args.join(" "),
        EL6_BOOT_ID: randomUUID(),
      },
    });
    this.#boot = boot;
    boot.once("exit", () => {
      if (!this.#isStopped) this.#powerOn();
    });
  }

  /** stdout of a raw command on the host as it runs now. @throws where it fails. */
  async raw(command: string): Promise<string> {
    const { pid } = this.#namespaces;
    const enter = (target: string): string[] => ["--target", target, "--mount", "--net", "--pid", "--root", "--wdns=/"];
    const inside = `exec nsenter ${enter('"$(cat /run/booted)"').join(" ")} sh -c "$1"`;
    const { stdout } = await promisify(execFile)("nsenter", [...enter(pid), "sh", "-c", inside, "sh", command], {
      encoding: "utf8",
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    });
    return stdout.trimEnd();
  }

  /** stdout of a command of another machine on its network. */
  async fromOutside(command: string): Promise<string> {
    const net = `--net=/proc/${this.#namespaces.pid}/ns/net`;
    return (await promisify(execFile)("nsenter", [net, "sh", "-c", command], { encoding: "utf8" })).stdout;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#namespaces.stop();
    await endProcess(this.#relay);
    if (this.#boot !== undefined) await endProcess(this.#boot);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

const SSHD = `Port 22
HostKey /etc/ssh/el6_host_key
PidFile none
AuthorizedKeysFile /etc/ssh/el6_authorized_keys
StrictModes no
UsePAM no
UseDNS no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 200
MaxSessions 100
`;

/** `fileSystem`: of the folder for /boot. */
function whyNot(fileSystem: string): string | undefined {
  if (!fileSystem.startsWith("ext")) return `folder on ext4, which GRUB legacy reads (${fileSystem})`;
  return spawnSync("cc", ["--version"]).status === 0 ? undefined : "cc, which makes the stand-in for /proc/xen";
}
