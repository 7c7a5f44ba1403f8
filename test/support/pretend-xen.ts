/**
 * A pretended Xen host: the scripts of a guest run in a real shell of this machine, in a folder of their own, with
 * pretend-xl.py as `xl`, or pretend-xm.py as `xm` beside a process called xend. It shows that our scripts do what they mean; what Xen does, only test/lab shows.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Job, type Question, preamble } from "../../provider/shell";
import { dialogue } from "./xm-words";
import { type Ran, ranOf, readAnswer, runInOrder } from "./ran";

/** Folders of a host, each found under the root instead. */
const FOLDERS = [
  "/var/lib/pulumi-xen",
  "/var/lib/xen",
  "/var/log/xen",
  "/etc/xen",
  "/usr/lib/xen/bin",
  "/var/run/xend",
  "/sys/class/net",
  "/sys/hypervisor/version",
  "/xen/vm",
];

/** What the real `xm info` of 4.2.5 said. */
const XM_INFO = dialogue("xm info");

export class PretendXen {
  readonly root = mkdtempSync(join(tmpdir(), "pulumi-xen-pretend-"));
  readonly #shell: readonly string[];
  readonly #toolstack: "xl" | "xm";
  readonly #xend: ChildProcess | undefined;
  #running: ChildProcess | undefined;

  constructor(shell: readonly string[], toolstack: "xl" | "xm" = "xl") {
    this.#shell = shell;
    this.#toolstack = toolstack;
    for (const folder of [...FOLDERS, "/bin", "/state", "/sys/class/net/br0/bridge"]) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    const program = (path: string, text: string): void => {
      writeFileSync(join(this.root, path), text);
      chmodSync(join(this.root, path), 0o755);
    };
    writeFileSync(join(this.root, "sys/hypervisor/type"), "xen\n");
    for (const name of [toolstack, "xenstore-ls"])
      program(`bin/${name}`, readFileSync(join(__dirname, `pretend-${toolstack}.py`), "utf8"));
    if (toolstack === "xm") {
      writeFileSync(join(this.root, "bin/xm-info.txt"), XM_INFO);
      this.#xend = spawn("sleep", ["3600"], { argv0: "xend", stdio: "ignore" });
      writeFileSync(join(this.root, "var/run/xend.pid"), String(this.#xend.pid));
    }
    // No console, no other user, a pygrub that finds what the disk holds.
    program("bin/xenstore-read", "#!/bin/sh\nexit 1\n");
    program("bin/id", "#!/bin/sh\nexit 0\n");
    // This machine's users are not a test's to make, whatever becomes of the line above.
    for (const name of ["useradd", "groupadd"]) program(`bin/${name}`, "#!/bin/sh\nexit 99\n");
    program("bin/runuser", '#!/bin/sh\nshift 3\nexec "$@"\n');
    program("bin/chown", "#!/bin/sh\nexit 0\n");
    program("bin/chgrp", "#!/bin/sh\nexit 0\n");
    program(
      "usr/lib/xen/bin/pygrub",
      '#!/bin/sh\nfor disk; do :; done\ngrep -q kernel "$disk" || { echo "RuntimeError: Unable to find partition containing kernel"; exit 1; }\necho "linux (kernel None)"\n',
    );
  }

  /** A file of the pretended xl's state: `installer` is what its installer does at its end. */
  set(name: string, text: string): void {
    writeFileSync(join(this.root, "state", name), text);
  }

  /** The changes that were asked of xl, a line each. */
  calls(): string[] {
    const file = join(this.root, "state", "calls");
    return existsSync(file) ? this.#host(readFileSync(file, "utf8")).trim().split("\n") : [];
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  /** Somebody removes it, with all that is in it. */
  forget(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true });
  }

  /** An operator's xl or xm, at the host's keyboard. @throws where it ends with another code than 0. */
  operate(...words: string[]): string {
    const env = { ...process.env, ...this.environment() };
    return this.#host(
      execFileSync(join(this.root, "bin", this.#toolstack), words, {
        encoding: "utf8",
        env,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  /** A guest of somebody else's, which runs: an operator's configuration, and `xl create`. */
  bootByHand(name: string, lines: readonly string[]): void {
    const path = `/etc/xen/${name}`;
    this.write(path, this.localized([`name = "${name}"`, ...lines, ""].join("\n")));
    this.operate("create", `${this.root}${path}`);
  }

  read(path: string): string | undefined {
    return existsSync(join(this.root, path)) ? this.#host(readFileSync(join(this.root, path), "utf8")) : undefined;
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  async perform(job: Job): Promise<Ran> {
    const files = mkdtempSync(join(this.root, "files-"));
    for (const { name, content } of job.files ?? []) {
      writeFileSync(join(files, name), typeof content === "string" ? this.localized(content) : content);
    }
    const all = await runInOrder(job.steps, (step) => this.#run(`JOB_FILES=${files}\n${step.script.text}`));
    rmSync(files, { recursive: true });
    return all;
  }

  /** Ends the step that runs now, as a reboot of the host or a kill of the job does; false between two steps. */
  kill(): boolean {
    try {
      return this.#running?.pid !== undefined && process.kill(-this.#running.pid, "SIGKILL");
    } catch {
      return false;
    }
  }

  async ask<T>(question: Question<T>): Promise<T> {
    return readAnswer(question, await this.#run(question.script.text), (value) => this.#host(value));
  }

  /** Domains end with their folder: a monitor looks for it. */
  remove(): void {
    this.#xend?.kill();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  async #run(text: string): Promise<Ran> {
    const [program = "dash", ...args] = this.#shell;
    const script = `${preamble.text}\nPATH=${this.root}/bin:$PATH\n${this.localized(text)}\n`;
    const child = spawn(program, [...args, "-c", script], {
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that kill() meets the step with all it started, and not the pretended monitors.
      detached: true,
      env: { ...process.env, ...this.environment() },
    });
    this.#running = child;
    // The pipes may stay open in what the step left running.
    const ran = await ranOf(child, "exit");
    return { ...ran, stdout: this.#host(ran.stdout), stderr: this.#host(ran.stderr) };
  }

  environment(): Record<string, string> {
    return {
      PRETEND: join(this.root, "state"),
      PRETEND_LOGS: join(this.root, "var/log/xen"),
      PRETEND_NET: join(this.root, "sys/class/net"),
    };
  }

  /** The text with the root before each folder of the host's. */
  localized(text: string): string {
    return FOLDERS.reduce((local, folder) => local.replaceAll(folder, `${this.root}${folder}`), text);
  }

  #host(text: string): string {
    return text.replaceAll(this.root, "");
  }
}
