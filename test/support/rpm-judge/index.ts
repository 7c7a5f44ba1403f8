/** The real rpm and dnf, on a host that is a few namespaces of this machine; see build.sh. */
import { join } from "node:path";
import { type ShellText, lines, sh } from "../../../provider/shell";
import { NamespaceHost, judgePackages } from "../namespace-host";

export interface Made {
  readonly name: string;
  /** `3.4.68-9.el6` */
  readonly version: string;
  /** By their paths; what begins with `#!` is a program. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
  /** Those of the files that rpm leaves as they are where they are there already. Default: none. */
  readonly keeps?: readonly string[];
  /** What it stands for besides. Default: nothing. */
  readonly provides?: string;
  /** A script that runs once it is installed. Default: none. */
  readonly post?: string;
}

/** The host with both; or why it cannot be had. */
export async function rpmHost(): Promise<NamespaceHost | { readonly missing: string }> {
  const packages = judgePackages(join(__dirname, "build.sh"));
  return "missing" in packages ? packages : NamespaceHost.start(packages.folder);
}

/** Makes the packages, and a repository of them in this folder of the host. */
export function repositoryOf(folder: string, packages: readonly Made[]): ShellText {
  return lines([
    sh`mkdir -p ${folder} && cd ${folder}`,
    ...packages.map(({ name, version, files = {}, keeps = [], provides, post }) => {
      const [upstream = "", release = ""] = version.split("-");
      const spec = [
        `Name: ${name}`,
        `Version: ${upstream}`,
        `Release: ${release}`,
        "Summary: a package of a test",
        "License: none",
        "BuildArch: noarch",
        "AutoReqProv: no",
        ...(provides === undefined ? [] : [`Provides: ${provides}`]),
        "%description",
        "A package of a test.",
        "%install",
        `mkdir -p %{buildroot} && cp -a ${folder}/tree/. %{buildroot}/`,
        ...(post === undefined ? [] : ["%post", post]),
        "%files",
        ...Object.entries(files).map(
          ([path, text]) =>
            `${keeps.includes(path) ? "%config(noreplace) " : ""}%attr(${text.startsWith("#!") ? "0755" : "0644"},root,root) ${path}`,
        ),
        "",
      ].join("\n");
      const tree = Object.entries(files).map(
        ([path, text]) => sh`mkdir -p "$(dirname ${`tree${path}`})" && printf '%s' ${text} >${`tree${path}`}`,
      );
      const rpmbuild = sh`rpmbuild -bb --quiet --define ${`_rpmdir ${folder}`} --define ${`_topdir ${folder}/build`} --define '__os_install_post %{nil}' spec`;
      return sh`rm -rf tree && mkdir tree
${lines(tree)}
printf '%s' ${spec} >spec && ${rpmbuild}`;
    }),
    sh`rm -rf build spec tree && createrepo_c -q .`,
  ]);
}
