/** rpm, with dnf or yum before it, as Enterprise Linux and its kin have them. Pure. */
import { libraryText, sh } from "../../shell";
import type { RenderedFile } from "../rendered-file";
import type { PackageManager, PackageRepository } from "./package-manager";
import { isRpmVersion, rpmMissing, sayHypervisorInRpm, sayInRpm } from "./rpm-database";

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
  repositoryFaults: ({ suite, components }) =>
    suite === undefined && components === undefined
      ? []
      : [
          "repository.suite and repository.components are a Debian repository's. Remove them; repository.url names the folder that holds repodata.",
        ],
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

/** Of our own form: one section, one key a line. */
function readRepository(path: string, text: string): PackageRepository | undefined {
  if (!path.startsWith(OURS) || !path.endsWith(".repo")) return undefined;
  const value = (key: string): string | undefined => new RegExp(`^${key} *= *(.*)$`, "m").exec(text)?.[1]?.trim();
  const url = value("baseurl");
  const cost = Number(value("cost") ?? NaN);
  const key = value("gpgkey");
  if (url === undefined || value("enabled") === "0") return undefined;
  return {
    name: path.slice(OURS.length, -".repo".length),
    url,
    ...(key?.startsWith("file://") === true ? { signedBy: key.slice("file://".length) } : {}),
    ...(Number.isInteger(cost) ? { cost } : {}),
    ...(value("gpgcheck") === "0" ? { checkSignatures: false } : {}),
  };
}
