/** The real apt and dpkg of this machine, in a root of its own with no package source, and packages that dpkg-deb makes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ShellText, lines, sh } from "../../../provider/shell";
import type { MadePackage, PackageManagerHost } from "../../suites/package-manager";
import { NamespaceHost } from "../namespace-host";
import { published } from "./published";

export async function aptHost(): Promise<PackageManagerHost | { readonly missing: string }> {
  if (process.getuid?.() !== 0) return { missing: "root, whom namespaces need" };
  const nothing = mkdtempSync(join(tmpdir(), "px-no-packages-"));
  const host = await NamespaceHost.start(nothing);
  rmSync(nothing, { recursive: true });
  const { shell } = host;
  const ready = await shell.run(sh`command -v apt-get && command -v dpkg-deb
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/*`);
  if (ready.exitCode !== 0) {
    host.stop();
    return { missing: "apt on this machine" };
  }
  return {
    shell,
    publish: (name, packages) => published(shell, repositoryOf(`/srv/${name}`, packages)),
    stop: () => host.stop(),
  };
}

function repositoryOf(folder: string, packages: readonly MadePackage[]): ShellText {
  return lines([
    sh`rm -rf ${folder}; mkdir -p ${folder} && cd ${folder}`,
    ...packages.map(({ name, version }) => {
      const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: a test <test@example.org>\nDescription: a package of a test\n`;
      const file = `${name}_${version}_all.deb`;
      return sh`mkdir -p made/DEBIAN
printf '%s' ${control} >made/DEBIAN/control
dpkg-deb --root-owner-group --build made ${file} >/dev/null
{ cat made/DEBIAN/control; echo "Filename: ./"${file}; echo "Size: $(stat -c %s ${file})"; echo "SHA256: $(sha256sum ${file} | cut -d ' ' -f 1)"; echo; } >>Packages
rm -rf made`;
    }),
  ]);
}
