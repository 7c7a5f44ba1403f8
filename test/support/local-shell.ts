/**
 * Runs steps and questions with a shell of this machine, in a folder of their own: what they mean by /var/lib/pulumi-xen
 * and /run is `root`/var and `root`/run; /etc/xen is `root`/etc-xen, /etc/udev is `root`/etc-udev, /proc/xen is `root`/proc-xen, /sys/hypervisor is
 * `root`/sys-hypervisor, /boot is `root`/boot, and what an init system reads (/etc/init.d, /run/systemd, …) lies below `root`.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Job, type Question, type ShellText, lines, preamble, sh } from "../../provider/shell";
import { INIT_PLACES } from "./init-places";
import { type Ran, ranOf, readAnswer, runInOrder } from "./ran";

export class LocalShell {
  readonly root = mkdtempSync(join(tmpdir(), "pulumi-xen-test-"));
  /** The only folder in which programs are found; default: the usual ones. */
  path: string | undefined;
  readonly #shell: readonly string[];
  readonly #hasOwnRoot: boolean;

  /** `hasOwnRoot`: the shell runs in a root of its own, where the host's paths are what they are. */
  constructor(shell: readonly string[] = ["dash"], { hasOwnRoot = false } = {}) {
    this.#shell = shell;
    this.#hasOwnRoot = hasOwnRoot;
    // A server that has become "nobody" must find its files.
    chmodSync(this.root, 0o755);
    mkdirSync(join(this.root, "run"));
    mkdirSync(join(this.root, "var"));
  }

  /** A path of this test. */
  at(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  run(text: ShellText): Promise<Ran> {
    const local = `${preamble.text}\n${this.path === undefined ? "" : `PATH=${this.path}\n`}${this.localized(text.text)}\n`;
    const [program = "dash", ...args] = this.#shell;
    // What it starts as a program of its own finds the same programs.
    const env = this.path === undefined ? process.env : { ...process.env, PULUMI_XEN_PATH: this.path };
    return ranOf(spawn(program, [...args, "-c", local], { stdio: ["ignore", "pipe", "pipe"], env }), "close");
  }

  /** Runs a job's steps in their order, up to the first that fails. */
  async perform(job: Job): Promise<Ran> {
    const files = mkdtempSync(join(this.root, "files-"));
    for (const { name, content } of job.files ?? []) {
      const isScript = typeof content === "string" && content.startsWith("#!/bin/sh");
      writeFileSync(join(files, name), isScript ? this.localized(content) : content);
    }
    const ran = await runInOrder(job.steps, (step) => this.run(lines([sh`JOB_FILES=${files}`, step.script])));
    rmSync(files, { recursive: true });
    return ran;
  }

  async ask<T>(question: Question<T>): Promise<T> {
    return readAnswer(question, await this.run(question.script));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** The text with this test's folders in place of the host's. */
  localized(text: string): string {
    if (this.#hasOwnRoot) return text;
    return text
      .replaceAll("/var/lib/pulumi-xen", this.at("var", "pulumi-xen"))
      .replaceAll("/sys/hypervisor/", `${this.at("sys-hypervisor")}/`)
      .replaceAll(INIT_PLACES, `${this.root}$&`)
      .replaceAll("/proc/xen/", `${this.at("proc-xen")}/`)
      .replaceAll("/etc/xen/", `${this.at("etc-xen")}/`)
      .replaceAll("/etc/udev/", `${this.at("etc-udev")}/`)
      .replaceAll(/(?<=^|[\s'"=#<])\/boot(?=\/)/gm, this.at("boot"))
      .replaceAll(/(?<=^|[\s'<])\/run(?=[\s/;'])/gm, this.at("run"));
  }
}
