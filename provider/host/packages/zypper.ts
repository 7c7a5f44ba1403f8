/** zypper, as SUSE's systems have it (1.14). Pure. */
import { libraryText, sh } from "../../shell";
import type { RenderedFile } from "../rendered-file";
import type { PackageManager, PackageRepository } from "./package-manager";
import { isRpmVersion, rpmMissing, sayHypervisorInRpm, sayInRpm } from "./rpm-database";

const zypperInstall = libraryText(__dirname, "zypper-install.sh");

const SOURCES = "/etc/zypp/repos.d";
const OURS = `${SOURCES}/pulumi-xen-`;

export const zypper: PackageManager = {
  name: "zypper",

  install: (packages) => sh`set -- ${packages}
${rpmMissing}
${zypperInstall}`,

  sayBusy: libraryText(__dirname, "say-zypp-busy.sh"),
  sayInstalled: (packages) => sayInRpm(SOURCES, packages),
  sayHypervisor: sayHypervisorInRpm(SOURCES),
  isVersion: isRpmVersion,

  sayRepositories: sh`for file in /etc/zypp/repos.d/pulumi-xen-*; do say_file "repository.$file" "$file"; done`,
  repositoryFile,
  readRepository,
  repositoryFaults,
};

/** zypper(8), the section of repository files. Its alias must be no other file's. */
function repositoryFile({ name, url, signedBy, checkSignatures }: PackageRepository): RenderedFile {
  const isChecked = checkSignatures !== false;
  return {
    path: `${OURS}${name}.repo`,
    mode: "0644",
    content: [
      "# Written by pulumi-xen (XenHost.repository); changes here are overwritten.",
      `[pulumi-xen-${name}]`,
      `name=${name}`,
      `baseurl=${url}`,
      "type=rpm-md",
      "enabled=1",
      "autorefresh=1",
      `gpgcheck=${isChecked ? 1 : 0}`,
      ...(isChecked && signedBy !== undefined ? [`gpgkey=file://${signedBy}`] : []),
      "",
    ].join("\n"),
  };
}

/** Of our own form: one section, one key a line. */
function readRepository(path: string, text: string): PackageRepository | undefined {
  if (!path.startsWith(OURS) || !path.endsWith(".repo")) return undefined;
  const value = (key: string): string | undefined => new RegExp(`^${key} *= *(.*)$`, "m").exec(text)?.[1]?.trim();
  const url = value("baseurl");
  const key = value("gpgkey");
  if (url === undefined || value("enabled") === "0") return undefined;
  return {
    name: path.slice(OURS.length, -".repo".length),
    url,
    ...(key?.startsWith("file://") === true ? { signedBy: key.slice("file://".length) } : {}),
    ...(value("gpgcheck") === "0" ? { checkSignatures: false } : {}),
  };
}

function repositoryFaults({ suite, components, cost }: PackageRepository): string[] {
  return [
    ...(suite === undefined && components === undefined
      ? []
      : [
          "repository.suite and repository.components are a Debian repository's. Remove them; repository.url names the folder that holds repodata.",
        ]),
    ...(cost === undefined
      ? []
      : [
          "repository.cost means nothing to zypper. Remove it; use `zypper modifyrepo --priority` on the host where one source is to come before another.",
        ]),
  ];
}
