/** What a XenHost's inputs come to on a Debian host: command lines and packages. Pure. */
import { type Dom0Arguments, hypervisorArguments } from "../../host/boot/hypervisor-arguments";
import { debian } from "../../host/debian";
import { packageName } from "../../host/host-family";
import type { XenHostInputs } from "./xen-host.properties";

export interface DesiredHost {
  readonly dom0: Dom0Arguments;
  /** Those of `dom0` and the further ones. */
  readonly hypervisorArgs: readonly string[];
  readonly kernelArgs: readonly string[];
  /** `name` or `name=version`, without the dom0 kernel. */
  readonly packages: readonly string[];
  readonly packageNames: readonly string[];
}

/** Only for inputs that are known. */
export function desiredHost(inputs: XenHostInputs): DesiredHost {
  const dom0 = inputs.dom0 ?? {};
  const own = inputs.packages ?? [];
  const pinned = new Set(own.map(packageName));
  const packages = [...debian.xenPackages.filter((name) => !pinned.has(name)), ...own];
  return {
    dom0,
    hypervisorArgs: hypervisorArguments(dom0, inputs.hypervisorArgs ?? []),
    kernelArgs: inputs.kernelArgs ?? [],
    packages,
    packageNames: packages.map(packageName),
  };
}
