/** Ansible and Mitogen from PyPI, in a Python environment of their own in the project's cache. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../../lab/host/places";
import { ToolError, runTool } from "../../../lab/host/tool";

/** The newest that the machine's Python takes; Mitogen 0.3.54 asks for Ansible 2.10 or newer and names no upper end. */
const PACKAGES = { ansible: "ansible-core", mitogen: "mitogen" } as const;
const PIP_SECONDS = 600;

export interface AnsibleHere {
  /** `ansible-core 2.19.14`, or why there is none. */
  readonly ansible: Installed;
  readonly mitogen: Installed;
}

export type Installed =
  | { readonly isHere: true; readonly version: string; readonly folder: string }
  | { readonly isHere: false; readonly why: string };

/** Installs what is not there yet and says so. Never throws: what cannot be had is told in the answer. */
export async function ensureAnsible(say: (line: string) => void): Promise<AnsibleHere> {
  const folder = join(dirname(cacheFolder()), "bench", "ansible");
  try {
    await ensureEnvironment(folder, say);
  } catch (error) {
    const why = reasonOf(error);
    return { ansible: { isHere: false, why }, mitogen: { isHere: false, why } };
  }
  const ansible = await ensurePackage(folder, PACKAGES.ansible, say);
  const mitogen = ansible.isHere ? await ensurePackage(folder, PACKAGES.mitogen, say) : ansible;
  return { ansible, mitogen };
}

async function ensureEnvironment(folder: string, say: (line: string) => void): Promise<void> {
  const stamp = join(folder, "python");
  const python = (
    await runTool("python3", [
      "-c",
      "import os, sys, venv, ensurepip; print(sys.version.split()[0], os.path.realpath(sys.executable))",
    ])
  ).trim();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === python) return;
  say(
    `Making a Python environment in ${folder}: Ansible and Mitogen, which we are compared with, are installed into it.`,
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  await runTool("python3", ["-m", "venv", folder], { timeoutSeconds: PIP_SECONDS });
  writeFileSync(stamp, python);
}

async function ensurePackage(folder: string, name: string, say: (line: string) => void): Promise<Installed> {
  try {
    const known = await versionOf(folder, name);
    if (known !== undefined) return { isHere: true, version: `${name} ${known}`, folder };
    say(`Installing ${name} from PyPI into it.`);
    await runTool(join(folder, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", name], {
      timeoutSeconds: PIP_SECONDS,
    });
    return { isHere: true, version: `${name} ${(await versionOf(folder, name)) ?? "?"}`, folder };
  } catch (error) {
    return { isHere: false, why: `pip did not install ${name}: ${reasonOf(error)}` };
  }
}

async function versionOf(folder: string, name: string): Promise<string | undefined> {
  const program = `import importlib.metadata as m
try: print(m.version("${name}"))
except m.PackageNotFoundError: pass`;
  const said = (await runTool(join(folder, "bin", "python"), ["-c", program])).trim();
  return said === "" ? undefined : said;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.trim().split("\n").at(-1) ?? message;
  return error instanceof ToolError && /venv|ensurepip/.test(message) ? `python3 with venv is needed (${line})` : line;
}
