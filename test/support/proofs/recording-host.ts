/**
 * A host on which every program writes down how it was called. Harmless programs then do their work, below a folder
 * that stands for the root; all others only pretend.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { type Job, type ShellText, preamble } from "../../../provider/shell";

const PLACES = [
  "/var/lib/pulumi-xen",
  "/var/lib/xen",
  "/var/log/xen",
  "/var/run/xen",
  "/etc/xen",
  "/etc/network",
  "/etc/sysconfig",
  "/etc/default",
  "/etc/grub.d",
  "/etc/apt",
  "/etc/yum.repos.d",
  "/etc/redhat-release",
  "/etc/group",
  "/etc/systemd/system",
  "/etc/init.d",
  "/etc/rc",
  "/etc/runlevels",
  "/var/run/pulumi-xen",
  "/etc/os-release",
  "/usr/lib/xen",
  "/usr/libexec/xen",
  "/sys/class/net",
  "/sys/hypervisor",
  "/proc/xen",
  "/proc/cmdline",
  "/proc/sys/kernel/panic",
  "/proc/sys/kernel/random/uuid",
  "/boot/grub",
  "/boot/config-",
  "/boot/init",
  "/boot/xen.gz",
  "/boot/xen-",
  "/boot/vmlinuz-",
  "/run/pulumi-xen",
  "/run/systemd",
];

/** The id of every claim that is made here. */
export const RECORDED_ID = "11111111-2222-4333-8444-555555555555";

const HARMLESS = (
  "awk base64 basename cat chmod cmp cp cut date dd dirname expr find flock grep head ln ls mkdir mv od " +
  "readlink rm rmdir sed sha256sum sort stat tail touch tr truncate wc"
).split(" ");

const PRETENDED: Readonly<Record<string, string>> = {
  canary: "exit 0",
  true: "exit 0",
  sleep: "exit 0",
  sync: "exit 0",
  timeout: 'shift; exec "$@"',
  id: "case $* in -u) echo 0 ;; *) exit 1 ;; esac",
  uname: "echo x86_64",
  df: 'echo "Filesystem 1024-blocks Used Available Capacity Mounted on"; echo "/dev/x 9999999 1 9999998 1% /"',
  getent: "exit 2",
  ip: 'case $* in "-4 -o addr show dev"*) echo "2: x    inet 198.51.100.1/24 scope global x" ;; esac',
  "grub-editenv": 'case $2 in list) ;; esac; cat "$HOST_STATE/grubenv" 2>/dev/null; exit 0',
  "dpkg-query": "exit 1",
  runuser: 'while [ "$1" != -- ]; do shift; done; shift; case $1 in test) exit 0 ;; esac; exec "$@"',
  xl: `case $1 in
  create) : >"$HOST_STATE/created" ;;
  destroy|shutdown) rm -f "$HOST_STATE/created" ;;
  rename) printf '%s\\n' "$3" >"$HOST_STATE/name" ;;
  list) case "$2 $3" in
    "-l ") echo '[]' ;;
    "-l "*) echo '"b_info" "bootloader": "pygrub" "kernel": "x"' ;;
    *) echo "Name ID Mem VCPUs State Time(s) UUID"; if [ -e "$HOST_STATE/created" ]; then echo "$(cat "$HOST_STATE/name") 1 256 1 -b---- 1.0 $(cat "$HOST_STATE/uuid") - -"; fi ;;
  esac ;;
esac`,
  // Programs of ours that only write files run; those that listen or connect do not.
  python3: `case $1 in
  -c) case $2 in *create_connection*) exit 1 ;; esac; exec PYTHON "$@" ;;
  *) echo $$ >"$4/pid"; read -r never <"$HOST_STATE/never" ;;
esac`,
};
const NOTHING = (
  "apt-get blockdev chgrp chown curl dpkg fallocate groupadd grub-probe grub-reboot grub-set-default ifdown ifquery ifup " +
  "losetup mount nohup pidof qemu-img setsid systemctl systemd-run update-grub useradd userdel wget xenstore-ls xenstore-read"
).split(" ");

export class RecordingHost {
  /** Short: it is part of paths that have a greatest length. */
  readonly root = mkdtempSync(join(tmpdir(), "px-"));
  readonly #shell: readonly string[];

  constructor(shell: string) {
    this.#shell = shell.split(" ");
    for (const folder of [
      "bin",
      "state",
      "tmp",
      "run/systemd/system",
      "etc/systemd/system",
      "etc/network",
      "boot/grub",
      "usr/lib/xen/bin",
      "proc",
    ])
      mkdirSync(join(this.root, folder), { recursive: true });
    for (const name of HARMLESS) this.#tool(name, `exec ${whereIs(name)} "$@"`);
    for (const name of NOTHING) this.#tool(name, "exit 0");
    for (const [name, text] of Object.entries(PRETENDED))
      this.#tool(name, text.replaceAll("PYTHON", whereIs("python3")));
    // The same names for the same calls.
    this.#tool(
      "mktemp",
      `case $1 in
  -d) n=$(ls ${this.root}/tmp | wc -l); mkdir "${this.root}/tmp/d$n"; echo "${this.root}/tmp/d$n" ;;
  '') n=$(ls ${this.root}/tmp | wc -l); : >"${this.root}/tmp/f$n"; echo "${this.root}/tmp/f$n" ;;
  *) : >"$1"; printf '%s\\n' "$1" ;;
esac`,
    );
    this.write("/usr/lib/xen/bin/pygrub", '#!/bin/sh\necho "linux (kernel None)"\n');
    chmodSync(this.at("/usr/lib/xen/bin/pygrub"), 0o755);
    execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", join(this.root, "state/never")]);
    this.write("/proc/cmdline", "root=/dev/x\n");
    this.write("/proc/sys/kernel/random/uuid", `${RECORDED_ID}\n`);
  }

  at(path: string): string {
    return join(this.root, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  /** Runs every step of the job, also behind one that failed: each is to show what it calls. */
  async perform(job: Job): Promise<string[]> {
    const files = join(this.root, "tmp", "job-files");
    mkdirSync(files, { recursive: true });
    for (const { name, content } of job.files ?? [])
      writeFileSync(join(files, name), name.endsWith(".sh") ? this.#localized(String(content)) : content);
    const endings: string[] = [];
    for (const { name, script } of job.steps) {
      rmSync(join(this.root, "tmp"), { recursive: true, force: true });
      mkdirSync(files, { recursive: true });
      for (const { name: file, content } of job.files ?? [])
        writeFileSync(join(files, file), file.endsWith(".sh") ? this.#localized(String(content)) : content);
      endings.push(`${name}: ${await this.run(script, files)}`);
    }
    return endings;
  }

  run(script: ShellText, files = "/nonexistent"): Promise<number | string> {
    const [program = "dash", ...args] = this.#shell;
    // A function, because busybox's shell takes its own sleep before ours: 180 s of a test.
    const text = `${preamble.text}\nsleep() { :; }\nJOB_FILES=${files}\n${this.#localized(script.text)}\n`;
    const child = spawn(program, [...args, "-s"], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      env: { PATH: process.env["PATH"], PULUMI_XEN_PATH: join(this.root, "bin"), HOST_STATE: join(this.root, "state") },
    });
    child.stdin.on("error", () => undefined);
    // As it is sent: a whole script in braces.
    child.stdin.end(`{\n${text}\n} </dev/null\n`);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      }, 60_000);
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        clearTimeout(late);
        resolve(code ?? signal ?? "?");
      });
    });
  }

  /** Each distinct call of a program: its name and its arguments. */
  calls(): string[][] {
    const file = join(this.root, "state", "calls");
    const words = existsSync(file) ? readFileSync(file, "utf8").split("\0") : [];
    const calls = new Map<string, string[]>();
    for (let at = 0; at < words.length - 1; ) {
      const count = Number(words[at]);
      const call = words.slice(at + 1, at + 2 + count);
      // How often somebody waits, and which processes there are, is chance.
      const lasting = call
        .filter((word) => !/^\/proc\/\d+\/(fd|cmdline)$/.test(word))
        .map((word) =>
          word
            .replaceAll(/\/tmp\/(tmp\.\w{6}|[df]\d+|job-files\/[a-z]+\.\w{6})/g, "/tmp/made")
            // The process that a promise of room is for.
            .replace(/(\/snapshots-due\/[^/]*)\.\d+$/, "$1.process")
            // An inode.
            .replace(/^own=\d+$/, "own=inode"),
        );
      if (!/^(date|mktemp|sleep|sync)$/.test(call[0] ?? "")) calls.set(JSON.stringify(lasting), lasting);
      at += 2 + count;
    }
    return [...calls.values()];
  }

  /** Every file that was written, by its path on the host: mode and content. */
  files(): Map<string, { readonly mode: string; readonly content: string }> {
    const all = new Map<string, { mode: string; content: string }>();
    const look = (folder: string): void => {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) look(path);
        else if (entry.isFile())
          all.set(`/${relative(this.root, path)}`, {
            mode: (statSync(path).mode & 0o777).toString(8),
            content: lasting(entry.name, readFileSync(path, "utf8")),
          });
      }
    };
    for (const folder of readdirSync(this.root))
      if (!["bin", "state", "tmp"].includes(folder)) look(join(this.root, folder));
    return all;
  }

  /** Ends servers that were pretended, and takes all away. */
  remove(): void {
    if (!existsSync(this.root)) return;
    const servers = execFileSync("find", [this.root, "-name", "pid", "-type", "f"], { encoding: "utf8" }).trim();
    for (const file of servers === "" ? [] : servers.split("\n")) {
      try {
        process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
      } catch {
        // It has ended.
      }
    }
    rmSync(this.root, { recursive: true, force: true });
  }

  #tool(name: string, text: string): void {
    const record = `printf '%s\\0' "$#" ${name} "$@" >>${this.root}/state/calls`;
    writeFileSync(join(this.root, "bin", name), `#!/bin/sh\n${record}\n${text}\n`);
    chmodSync(join(this.root, "bin", name), 0o755);
  }

  #localized(script: string): string {
    return PLACES.reduce((text, place) => text.replaceAll(place, `${this.root}${place}`), script);
  }
}

/** Without what is another one each time: when an object was claimed, and the inode of an image. */
function lasting(name: string, content: string): string {
  if (name === "made") return "an inode\n";
  return name === "claim" ? content.replace(/^since=.*$/m, "since=then") : content;
}

const found = new Map<string, string>();

/** The program itself, python without a wrapper around it. */
function whereIs(name: string): string {
  const [program, ...args] =
    name === "python3"
      ? ([name, "-c", "import sys; print(sys.executable)"] as const)
      : (["sh", "-c", `command -v ${name}`] as const);
  const path = found.get(name) ?? realpathSync(execFileSync(program, args, { encoding: "utf8" }).trim());
  found.set(name, path);
  return path;
}
