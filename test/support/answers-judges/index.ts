/** Who reads answer files in the field, asked what they make of ours. Each is made where it is not there yet, or says why it cannot be. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuiltJudge, builtJudge } from "../built-judge";

type JudgeName = "pykickstart" | "cloud-init" | "yaml" | "xmllint";

export function judge(name: JudgeName): BuiltJudge {
  return builtJudge(join(__dirname, "build.sh"), name);
}

export interface ReadingCase {
  readonly format: "kickstart" | "yaml" | "autoyast" | "preseed";
  readonly content: string;
  /** pykickstart's name of a release: RHEL9, F44. */
  readonly release?: string;
}

/** What the format's reader makes of each text; `refused` where it does not read it. */
export function readingsOf(cases: readonly ReadingCase[], folder?: string): unknown[] {
  const ran = spawnSync("python3", [join(__dirname, "read.py")], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      ...(folder === undefined ? {} : { PYTHONPATH: join(folder, "python") }),
    },
  });
  if (ran.status !== 0) throw new Error(`read.py ended with ${String(ran.status)}: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as unknown[];
}

/** What `cloud-init schema` says of a text, and whether it takes it. */
export function cloudInitOn(content: string, folder: string): { isValid: boolean; said: string } {
  return inFile(content, (file) => {
    const path = [join(folder, "python"), join(folder, "root/usr/lib/python3/dist-packages")].join(":");
    const ran = spawnSync("python3", ["-m", "cloudinit.cmd.main", "schema", "--config-file", file], {
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: path },
    });
    return { isValid: ran.status === 0 && /^Valid cloud-config/m.test(ran.stdout), said: ran.stdout + ran.stderr };
  });
}

/** Nothing where xmllint reads the text. */
export function xmllintOn(content: string, folder: string): string {
  return inFile(content, (file) => {
    const libraries = spawnSync("find", [join(folder, "root"), "-name", "libxml2.so*", "-printf", "%h:"], {
      encoding: "utf8",
    }).stdout;
    // By env(1): node has no use for it.
    const ran = spawnSync(
      "env",
      [`LD_LIBRARY_PATH=${libraries}`, join(folder, "root/usr/bin/xmllint"), "--noout", file],
      {
        encoding: "utf8",
      },
    );
    return ran.status === 0 ? "" : ran.stderr;
  });
}

/** Nothing where debconf takes the text; `undefined` where there is no debconf on this machine. */
export function debconfOn(content: string): string | undefined {
  return inFile(content, (file) => {
    const ran = spawnSync("debconf-set-selections", ["-c", file], { encoding: "utf8" });
    return ran.error === undefined ? ran.stdout + ran.stderr : undefined;
  });
}

/** What a shell that reads `script` prints. */
export function shellSays(shell: readonly string[], script: string): string {
  return inFile(script, (file) => {
    const [program = "sh", ...args] = shell;
    const ran = spawnSync(program, [...args, file], { encoding: "utf8", env: { PATH: "/usr/bin:/bin" } });
    if (ran.status !== 0) throw new Error(`${shell.join(" ")} ended with ${String(ran.status)}: ${ran.stderr}`);
    return ran.stdout;
  });
}

function inFile<T>(content: string, use: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-answers-"));
  try {
    const file = join(folder, "file");
    writeFileSync(file, content);
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
