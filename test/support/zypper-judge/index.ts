/** The real zypper and rpm, on a host that is a few namespaces of this machine; see build.sh. */
import { join } from "node:path";
import { NamespaceHost, judgePackages } from "../namespace-host";

/** The host with both; or why it cannot be had. */
export async function zypperHost(): Promise<NamespaceHost | { readonly missing: string }> {
  const packages = judgePackages(join(__dirname, "build.sh"));
  return "missing" in packages ? packages : NamespaceHost.start(packages.folder);
}
