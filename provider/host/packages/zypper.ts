/** zypper, as SUSE's systems have it (1.14). Pure. */
import { libraryText, sh } from "../../shell";
import type { RenderedFile } from "../rendered-file";
import { type PackageManager, type PackageRepository, debianOnlyFaults } from "./package-manager";
import { isRpmVersion, rpmMissing, sayHypervisorInRpm, sayInRpm } from "./rpm-database";
import { readRpmRepository } from "./rpm-repository";

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
  readRepository: (path, text) => readRpmRepository(OURS, path, text),
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

function repositoryFaults(repository: PackageRepository): string[] {
  return [
    ...debianOnlyFaults(repository, "repodata"),
    ...(repository.cost === undefined
      ? []
      : [
          "repository.cost means nothing to zypper. Remove it; use `zypper modifyrepo --priority` on the host where one source is to come before another.",
        ]),
  ];
}
