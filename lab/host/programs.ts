/** The programs of this machine that the lab needs: from the table that scripts/setup.sh installs from. */
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { recipeFolder } from "./places";

export interface Program {
  /** Debian's name. */
  readonly package: string;
  readonly use: string;
}

/** @param isThere - whether the command or file that shows a package is there. */
export function missingPrograms(isThere: (sign: string) => boolean = isInstalled, isRoot = amRoot()): Program[] {
  return readFileSync(join(recipeFolder(), "programs.table"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("|"))
    .filter(([, , , who]) => who === "lab" || (who === "lab-without-root" && !isRoot))
    .filter(([, sign = ""]) => !isThere(sign))
    .map(([name = "", , use = ""]) => ({ package: name, use }));
}

/** @throws Error that names what is missing, and the command that installs it. */
export function assertPrograms(missing: readonly Program[] = missingPrograms()): void {
  if (missing.length === 0) return;
  const width = Math.max(...missing.map((program) => program.package.length)) + 2;
  const list = missing.map((program) => `  ${program.package.padEnd(width)}${program.use}`).join("\n");
  const names = missing.map((program) => program.package).join(" ");
  throw new Error(
    `The emulated host needs programs that are missing on this machine (Debian's names):\n${list}\n` +
      `On Debian and its relatives this installs them: sudo apt-get install --no-install-recommends ${names}`,
  );
}

function isInstalled(sign: string): boolean {
  if (sign.startsWith("/")) return existsSync(sign);
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => existsSync(join(folder, sign)));
}

function amRoot(): boolean {
  return process.getuid?.() === 0;
}
