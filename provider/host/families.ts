/** The host families that we know. Pure. */
import { debian } from "./debian";
import { type ShellText, sh } from "../shell";
import type { HostFamily } from "./host-family";
import type { OsRelease } from "./os-release";

const FAMILIES: readonly HostFamily[] = [debian];

/** For messages: what is supported today. */
export const SUPPORTED_SYSTEMS = "Debian 12 and 13";

/** The family of a release, or `undefined` where none of ours fits. */
export function familyOf(release: OsRelease): HostFamily | undefined {
  return FAMILIES.find((family) => family.supports(release));
}

/** Says `package.NAME` with its version for each installed one, whatever family the host turns out to be of. */
export function sayPackages(packages: readonly string[]): ShellText {
  return sh`if command -v dpkg-query >/dev/null 2>&1; then
${debian.sayPackages(packages)}
fi`;
}
