/**
 * A small machine with a real kernel of Debian's, for what the kernel of this one cannot do, such as VLANs of bridges: emulated, off the network,
 * gone when its program has ended.
 */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BuiltJudge, builtJudge } from "./built-judge";
import { projectRoot } from "./project-root";

export function kernelJudge(): BuiltJudge {
  return builtJudge(join(projectRoot, "test/support/kernel-judge/build.sh"));
}

/** A file of the machine; programs are run as they are. */
export interface MachineFile {
  readonly path: string;
  readonly content: string;
}

/** Half a minute alone; minutes beside other work on two cores. */
const AT_MOST_SECONDS = 700;

/** What the program says: its lines `@KEY=VALUE`. @throws where the machine does not come to its end. */
export async function runOnKernel(
  judge: string,
  program: string,
  files: readonly MachineFile[],
): Promise<ReadonlyMap<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-kernel-"));
  try {
    const root = join(folder, "root");
    cpSync(join(judge, "root"), root, { recursive: true, verbatimSymlinks: true });
    for (const { path, content } of [...files, { path: "/work/program.sh", content: program }]) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content, { mode: 0o755 });
    }
    const disk = join(folder, "disk.gz");
    const packed = spawnSync("sh", ["-c", 'find . | cpio -o -H newc --quiet | gzip -1 >"$1"', "sh", disk], {
      cwd: root,
    });
    if (packed.status !== 0) throw new Error(packed.stderr.toString());
    const said = await emulated(join(judge, "kernel"), disk);
    const facts = new Map(
      [...said.matchAll(/^@([\w.-]+)=(.*?)\r*$/gm)].map(([, key = "", value = ""]) => [key, value] as const),
    );
    if (facts.get("end") !== "yes") throw new Error(`the machine said: ${said.slice(-2000)}`);
    return facts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function emulated(kernel: string, disk: string): Promise<string> {
  const words = [
    "-accel",
    "tcg",
    "-m",
    "256",
    "-nic",
    "none",
    "-display",
    "none",
    "-serial",
    "stdio",
    "-monitor",
    "none",
    "-no-reboot",
  ];
  const booted = ["-kernel", kernel, "-initrd", disk, "-append", "console=ttyS0 quiet panic=-1"];
  const machine = spawn("setpriv", ["--pdeathsig", "KILL", "qemu-system-x86_64", ...words, ...booted], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: AT_MOST_SECONDS * 1000,
    killSignal: "SIGKILL",
  });
  let said = "";
  for (const stream of [machine.stdout, machine.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  return new Promise((resolve, reject) => {
    machine.once("error", reject);
    machine.once("close", () => resolve(said));
  });
}
