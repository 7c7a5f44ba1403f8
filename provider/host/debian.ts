/** Debian 12 (Xen 4.17) and 13 (Xen 4.20): apt, GRUB 2, ifupdown. Pure. */
import { type ShellText, libraryText, sh } from "../shell";
import type { HostFamily, PackageRepository, RenderedFile } from "./host-family";

const aptInstall = libraryText(__dirname, "apt-install.sh");
const sayDpkgVersions = libraryText(__dirname, "say-dpkg-versions.sh");

export const debian: HostFamily = {
  name: "debian",
  supports: ({ id, versionId }) => id === "debian" && ["12", "13"].includes(versionId),

  // Recommended packages are named one by one: qemu-system-xen serves qcow2 disks and VNC, bridge-utils holds the
  // hooks of ifupdown's bridges, qemu-utils makes disk images, curl brings files.
  xenPackages: ["xen-system-amd64", "qemu-system-xen", "qemu-utils", "bridge-utils", "curl", "ca-certificates"],
  // The cloud flavour of Debian's kernel is built without CONFIG_XEN_DOM0.
  dom0KernelPackage: "linux-image-amd64",
  packagesMiB: 700,

  installPackages: (packages) => sh`set -- ${packages}
${aptInstall}`,

  // Without a name dpkg-query would list every package there is.
  sayPackages: (packages) => (packages.length === 0 ? sh`:` : sayVersions(packages)),

  repositoryFile,
  parseRepository,
  xendomainsEnvironmentFile: "/etc/systemd/system/xendomains.service.d/pulumi-xen.conf",
};

function sayVersions(packages: readonly string[]): ShellText {
  return sh`${sayDpkgVersions}
say_versions ${packages}`;
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
    path: `/etc/apt/sources.list.d/pulumi-xen-${repository.name}.sources`,
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
function parseRepository(name: string, text: string): PackageRepository | undefined {
  const field = (key: string): string | undefined => new RegExp(`^${key}: *(.*)$`, "m").exec(text)?.[1]?.trim();
  const url = field("URIs");
  const suite = field("Suites");
  const components = field("Components")?.split(/\s+/);
  const signedBy = field("Signed-By");
  if (url === undefined) return undefined;
  return {
    name,
    url,
    ...(suite === undefined || suite === "./" ? {} : { suite }),
    ...(components === undefined ? {} : { components }),
    ...(signedBy === undefined ? {} : { signedBy }),
    ...(field("Trusted") === "yes" ? { checkSignatures: false } : {}),
  };
}
