/** The real zypper, behind the suite of package managers. */
import type { PackageManagerHost } from "../../suites/package-manager";
import { repositoryOf } from "../rpm-judge";
import { zypperHost } from "../zypper-judge";
import { published } from "./published";

export async function zypperPackageHost(): Promise<PackageManagerHost | { readonly missing: string }> {
  const host = await zypperHost();
  if ("missing" in host) return host;
  return {
    shell: host.shell,
    publish: (name, packages) => published(host.shell, repositoryOf(`/srv/${name}`, packages)),
    stop: () => host.stop(),
  };
}
