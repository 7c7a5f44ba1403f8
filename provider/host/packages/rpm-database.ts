/** What rpm has installed, asked of it alone, whoever brought it there: dnf and yum, or zypper. Shell text; pure. */
import { type ShellText, libraryText, sh } from "../../shell";

const sayRpmVersions = libraryText(__dirname, "say-rpm-versions.sh");
const sayRpmHypervisor = libraryText(__dirname, "say-rpm-hypervisor.sh");

/** Defines `has_package SPEC`, and `find_missing SPEC…`, which sets $missing. */
export const rpmMissing = libraryText(__dirname, "rpm-missing.sh");

/** `sources`: the folder of package sources by which one tells that the host is of this package manager's. */
export function sayInRpm(sources: string, packages: readonly string[]): ShellText {
  if (packages.length === 0) return sh`:`;
  return sh`if command -v rpm >/dev/null 2>&1 && [ -d ${sources} ]; then
${sayRpmVersions}
say_versions ${packages}
fi`;
}

export function sayHypervisorInRpm(sources: string): ShellText {
  return sh`if command -v rpm >/dev/null 2>&1 && [ -d ${sources} ]; then
${sayRpmHypervisor}
fi`;
}

/** Packages are pinned by their version alone, too: 3.4.68 is any release of it. */
export function isRpmVersion(installed: string, pinned: string): boolean {
  return installed === pinned || installed.startsWith(`${pinned}-`);
}
