/** apt and dpkg, as Debian's family has them. Pure. */
import { type ShellText, libraryText, sh } from "../../shell";
import type { RenderedFile } from "../rendered-file";
import type { PackageManager, PackageRepository } from "./package-manager";

const aptInstall = libraryText(__dirname, "apt-install.sh");
const sayDpkgVersions = libraryText(__dirname, "say-dpkg-versions.sh");

const SOURCES = "/etc/apt/sources.list.d";
const OURS = `${SOURCES}/pulumi-xen-`;
const DPKG_LOCKS = ["/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock"];

export const apt: PackageManager = {
  name: "apt",

  install: (packages) => sh`set -- ${packages}
${aptInstall}`,

  sayBusy: sayDpkgBusy(),
  // Without a name dpkg-query would list every package there is.
  sayInstalled: (packages) =>
    packages.length === 0
      ? sh`:`
      : sh`if command -v dpkg-query >/dev/null 2>&1; then
${sayDpkgVersions}
say_versions ${packages}
fi`,
  sayHypervisor: sh`if command -v dpkg-query >/dev/null 2>&1 && command -v apt-cache >/dev/null 2>&1; then
${libraryText(__dirname, "say-apt-hypervisor.sh")}
fi`,
  isVersion: (installed, pinned) => installed === pinned,

  sayRepositories: sh`for file in /etc/apt/sources.list.d/pulumi-xen-*; do say_file "repository.$file" "$file"; done`,
  repositoryFile,
  readRepository,
  repositoryFaults: ({ cost }) =>
    cost === undefined
      ? []
      : [
          "repository.cost means nothing to apt. Remove it; use apt's pinning on the host where one source is to come before another.",
        ],
};

/** `locks`: other ones in a test. */
export function sayDpkgBusy(locks: readonly string[] = DPKG_LOCKS, kernelLocks = "/proc/locks"): ShellText {
  return sh`dpkg_locks=${locks.join(" ")} kernel_locks=${kernelLocks}
${libraryText(__dirname, "say-dpkg-busy.sh")}`;
}

/** deb822, sources.list(5). */
function repositoryFile(repository: PackageRepository): RenderedFile {
  const signature =
    repository.checkSignatures === false
      ? ["Trusted: yes"]
      : repository.signedBy === undefined
        ? []
        : [`Signed-By: ${repository.signedBy}`];
  return {
    path: `${OURS}${repository.name}.sources`,
    mode: "0644",
    content: [
      "# Written by pulumi-xen (XenHost.repository); changes here are overwritten.",
      "Types: deb",
      `URIs: ${repository.url}`,
      `Suites: ${repository.suite ?? "./"}`,
      ...(repository.suite === undefined ? [] : [`Components: ${(repository.components ?? ["main"]).join(" ")}`]),
      ...signature,
      "",
    ].join("\n"),
  };
}

/** Of our own form: one field a line. */
function readRepository(path: string, text: string): PackageRepository | undefined {
  if (!path.startsWith(OURS) || !path.endsWith(".sources")) return undefined;
  const field = (key: string): string | undefined => new RegExp(`^${key}: *(.*)$`, "m").exec(text)?.[1]?.trim();
  const url = field("URIs");
  const suite = field("Suites");
  const components = field("Components")?.split(/\s+/);
  const signedBy = field("Signed-By");
  if (url === undefined) return undefined;
  return {
    name: path.slice(OURS.length, -".sources".length),
    url,
    ...(suite === undefined || suite === "./" ? {} : { suite }),
    ...(components === undefined ? {} : { components }),
    ...(signedBy === undefined ? {} : { signedBy }),
    ...(field("Trusted") === "yes" ? { checkSignatures: false } : {}),
  };
}
