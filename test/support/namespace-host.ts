/**
 * A host that is a few namespaces of this machine: its root with packages laid over it, two cards with nothing behind them. What the
 * product asks and does runs there for real; no packet ever leaves. It ends with this process, however that ends.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuiltJudge, builtJudge } from "./built-judge";
import { LocalShell } from "./local-shell";

const SCRIPT = join(__dirname, "namespace-host.sh");

/** What a judge's script lays over a root; or why there is none. */
export function judgePackages(script: string): BuiltJudge {
  if (process.getuid?.() !== 0) return { missing: "root, whom namespaces need" };
  const built = builtJudge(script);
  return "missing" in built ? built : { folder: join(built.folder, "root") };
}

export class NamespaceHost {
  readonly shell: LocalShell;
  /** Of its first process, as this machine counts. */
  readonly pid: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  /** `packages`: the folder that is laid over the root; with `whole-root` beside it, it is the root. Needs root. */
  static async start(packages: string): Promise<NamespaceHost> {
    const unshared = ["--mount", "--net", "--pid", "--fork", "--kill-child"];
    const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-namespaces-"));
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...unshared, "sh", SCRIPT, packages, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
      child.once("exit", (code) => reject(new Error(`the host ended with ${String(code)}`)));
    });
    // Debian's sh, where it is this machine's root; else the host's own.
    const sh = existsSync(join(packages, "..", "whole-root")) ? "sh" : "dash";
    return new NamespaceHost(child, pid, folder, sh);
  }

  private constructor(child: ChildProcess, pid: string, folder: string, sh: string) {
    this.#process = child;
    this.#folder = folder;
    this.pid = pid;
    const entered = ["nsenter", "--target", pid, "--mount", "--net", "--pid", "--root", "--wdns=/", sh];
    this.shell = new LocalShell(entered, { hasOwnRoot: true });
  }

  stop(): void {
    this.#process.kill("SIGKILL");
    this.shell.remove();
    // Its mounts are gone with the process; here it is empty.
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
