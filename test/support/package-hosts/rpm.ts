/** The real rpm and dnf, behind the suite of package managers. */
import type { PackageManagerHost } from "../../suites/package-manager";
import { repositoryOf, rpmHost } from "../rpm-judge";
import { published } from "./published";

export async function rpmPackageHost(): Promise<PackageManagerHost | { readonly missing: string }> {
  const host = await rpmHost();
  if ("missing" in host) return host;
  return {
    shell: host.shell,
    publish: (name, packages) => published(host.shell, repositoryOf(`/srv/${name}`, packages)),
    stop: () => host.stop(),
  };
}
