/** rpm, with dnf or yum before it, as Enterprise Linux and its kin have them. Pure. */
import { libraryText, sh } from "../../shell";
import type { RenderedFile } from "../rendered-file";
import { type PackageManager, type PackageRepository, debianOnlyFaults } from "./package-manager";
import { isRpmVersion, rpmMissing, sayHypervisorInRpm, sayInRpm } from "./rpm-database";
import { readRpmRepository, repositoryValue } from "./rpm-repository";

const rpmInstall = libraryText(__dirname, "rpm-install.sh");

const SOURCES = "/etc/yum.repos.d";
const OURS = `${SOURCES}/pulumi-xen-`;

export const rpm: PackageManager = {
  name: "rpm",

  install: (packages) => sh`set -- ${packages}
${rpmMissing}
${rpmInstall}`,

  sayInstalled: (packages) => sayInRpm(SOURCES, packages),
  sayHypervisor: sayHypervisorInRpm(SOURCES),
  isVersion: isRpmVersion,

  sayRepositories: sh`for file in /etc/yum.repos.d/pulumi-xen-*; do say_file "repository.$file" "$file"; done`,
  repositoryFile,
  readRepository,
  repositoryFaults: (repository) => debianOnlyFaults(repository, "repodata"),
};

/** yum.conf(5), [repository] options. */
function repositoryFile(repository: PackageRepository): RenderedFile {
  const { name, url, signedBy, cost, checkSignatures } = repository;
  const isChecked = checkSignatures !== false;
  return {
    path: `${OURS}${name}.repo`,
    mode: "0644",
    content: [
      `[${name}]`,
      `name=${name}`,
      `baseurl=${url}`,
      "enabled=1",
      `gpgcheck=${isChecked ? 1 : 0}`,
      ...(isChecked && signedBy !== undefined ? [`gpgkey=file://${signedBy}`] : []),
      ...(cost === undefined ? [] : [`cost=${cost}`]),
      "",
    ].join("\n"),
  };
}

function readRepository(path: string, text: string): PackageRepository | undefined {
  const repository = readRpmRepository(OURS, path, text);
  const cost = Number(repositoryValue(text, "cost") ?? NaN);
  return repository === undefined ? undefined : { ...repository, ...(Number.isInteger(cost) ? { cost } : {}) };
}
