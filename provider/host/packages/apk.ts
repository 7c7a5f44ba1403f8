/** apk, as Alpine has it (2.14 and 3). Pure. */
import { libraryText, sh } from "../../shell";
import type { RenderedFile } from "../rendered-file";
import { type PackageManager, type PackageRepository, debianOnlyFaults } from "./package-manager";

const apkInstall = libraryText(__dirname, "apk-install.sh");
const sayApkVersions = libraryText(__dirname, "say-apk-versions.sh");

const SOURCES = "/etc/apk/repositories.d";
const OURS = `${SOURCES}/pulumi-xen-`;

export const apk: PackageManager = {
  name: "apk",

  install: (packages) => sh`set -- ${packages}
${apkInstall}`,

  sayInstalled: (packages) =>
    packages.length === 0
      ? sh`:`
      : sh`if command -v apk >/dev/null 2>&1 && [ -d /etc/apk ]; then
${sayApkVersions}
say_versions ${packages}
fi`,
  isVersion: (installed, pinned) => installed === pinned,

  sayRepositories: sh`for file in /etc/apk/repositories.d/pulumi-xen-*; do say_file "repository.$file" "$file"; done`,
  repositoryFile,
  readRepository,
  repositoryFaults,
};

/** apk-repositories(5): a line each. */
function repositoryFile({ name, url }: PackageRepository): RenderedFile {
  return {
    path: `${OURS}${name}.list`,
    mode: "0644",
    content: `# Written by pulumi-xen (XenHost.repository); changes here are overwritten.\n${url}\n`,
  };
}

function readRepository(path: string, text: string): PackageRepository | undefined {
  if (!path.startsWith(OURS) || !path.endsWith(".list")) return undefined;
  const [url, ...more] = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  if (url === undefined || more.length > 0) return undefined;
  return { name: path.slice(OURS.length, -".list".length), url };
}

function repositoryFaults(repository: PackageRepository): string[] {
  const { signedBy, cost, checkSignatures } = repository;
  return [
    ...debianOnlyFaults(repository, "x86_64/APKINDEX.tar.gz"),
    ...(cost === undefined
      ? []
      : ["repository.cost means nothing to apk, which takes the newest version of all sources. Remove it."]),
    ...(signedBy === undefined
      ? []
      : [
          "apk finds the key of a source by its name in /etc/apk/keys. Put the key there and remove repository.signedBy.",
        ]),
    ...(checkSignatures === false
      ? [
          "apk cannot take the packages of one source without a signature. Sign its index, put the key into /etc/apk/keys, and remove repository.checkSignatures.",
        ]
      : []),
  ];
}
