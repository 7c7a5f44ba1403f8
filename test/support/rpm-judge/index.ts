/** The real rpm and dnf, on a host that is a few namespaces of this machine; see build.sh. */
import { join } from "node:path";
import { type ShellText, lines, sh } from "../../../provider/shell";
import { NamespaceHost, judgePackages } from "../namespace-host";

export interface Made {
  readonly name: string;
  /** `3.4.68-9.el6` */
  readonly version: string;
}

/** The host with both; or why it cannot be had. */
export async function rpmHost(): Promise<NamespaceHost | { readonly missing: string }> {
  const packages = judgePackages(join(__dirname, "build.sh"));
  return "missing" in packages ? packages : NamespaceHost.start(packages.folder);
}

/** Makes empty packages, and a repository of them in this folder of the host. */
export function repositoryOf(folder: string, packages: readonly Made[]): ShellText {
  return lines([
    sh`mkdir -p ${folder} && cd ${folder}`,
    ...packages.map(({ name, version }) => {
      const [upstream = "", release = ""] = version.split("-");
      const spec = [
        `Name: ${name}`,
        `Version: ${upstream}`,
        `Release: ${release}`,
        "Summary: a package of a test",
        "License: none",
        "BuildArch: noarch",
        "%description",
        "A package of a test.",
        "%files",
        "",
      ].join("\n");
      return sh`printf '%s' ${spec} >spec && rpmbuild -bb --quiet --define ${`_rpmdir ${folder}`} --define ${`_topdir ${folder}/build`} spec`;
    }),
    sh`rm -rf build spec && createrepo_c -q .`,
  ]);
}
