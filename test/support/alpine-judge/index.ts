/** A host of Alpine 3.23 with its own userland, which is a few namespaces of this machine; see build.sh. */
import { join } from "node:path";
import { sh } from "../../../provider/shell";
import { NamespaceHost, judgePackages } from "../namespace-host";

/** The host; or why it cannot be had. */
export async function alpineHost(): Promise<NamespaceHost | { readonly missing: string }> {
  const packages = judgePackages(join(__dirname, "build.sh"));
  return "missing" in packages ? packages : NamespaceHost.start(packages.folder);
}

/** As init does it at a boot after a power cut: what /run knew is gone, and OpenRC starts what is in its runlevel of the boot. */
export const openrcBoots = sh`rm -rf /run/openrc /run/ifstate*
mkdir /run/openrc; : >/run/openrc/softlevel
openrc boot 2>&1`;
