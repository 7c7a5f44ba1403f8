/**
 * Runs steps and questions with a shell of this machine, in a folder of their own: what they mean by /var/lib/pulumi-xen
 * and /run is `root`/var and `root`/run.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Answer, type Job, type Question, type ShellText, preamble } from "../../provider/shell";

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class LocalShell {
  readonly root = mkdtempSync(join(tmpdir(), "pulumi-xen-test-"));
  /** The only folder in which programs are found; default: the usual ones. */
  path: string | undefined;
  readonly #shell: readonly string[];

  constructor(shell: readonly string[] = ["dash"]) {
    this.#shell = shell;
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
    const local = `${preamble.text}\n${this.path === undefined ? "" : `PATH=${this.path}\n`}${this.#localized(text.text)}\n`;
    const [program = "dash", ...args] = this.#shell;
    return new Promise((resolve, reject) => {
      const child = spawn(program, [...args, "-c", local], { stdio: ["ignore", "pipe", "pipe"] });
      const out: string[] = [];
      const err: string[] = [];
      child.stdout.on("data", (data: Buffer) => out.push(data.toString()));
      child.stderr.on("data", (data: Buffer) => err.push(data.toString()));
      child.on("error", reject);
      child.on("close", (exitCode) => resolve({ exitCode, stdout: out.join(""), stderr: err.join("") }));
    });
  }

  /** Runs a job's steps in their order, up to the first that fails. */
  async perform(job: Job): Promise<Ran> {
    let all: Ran = { exitCode: 0, stdout: "", stderr: "" };
    for (const step of job.steps) {
      const ran = await this.run(step.script);
      all = { exitCode: ran.exitCode, stdout: all.stdout + ran.stdout, stderr: all.stderr + ran.stderr };
      if (ran.exitCode !== 0) break;
    }
    return all;
  }

  async ask<T>(question: Question<T>): Promise<T> {
    const ran = await this.run(question.script);
    if (ran.exitCode !== 0) throw new Error(`${question.about}: ${ran.stderr}`);
    const said = ran.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line): [string, string] => {
        const at = line.indexOf("=");
        return [line.slice(0, at), Buffer.from(line.slice(at + 1), "base64").toString()];
      });
    return question.read(new Answer(new Map(said)));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #localized(text: string): string {
    return text
      .replaceAll("/var/lib/pulumi-xen", this.at("var", "pulumi-xen"))
      .replaceAll(/(?<=^|[\s'<])\/run(?=[\s/;'])/gm, this.at("run"));
  }
}
