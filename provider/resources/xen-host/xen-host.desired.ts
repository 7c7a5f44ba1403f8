/** What a XenHost's inputs come to on a host of a family: command lines and packages. Pure. */
import { type Dom0Arguments, hypervisorArguments } from "../../host/boot/hypervisor-arguments";
import type { DesiredBoot } from "../../host/boot/boot-loader";
import { dom0KernelWord, hideArguments } from "../../host/boot/hidden-devices";
import type { HostFamily } from "../../host/families/host-family";
import { packageName, packageVersion } from "../../host/packages/package-manager";
import type { XenHostInputs } from "./xen-host.properties";

export interface DesiredHost {
  readonly dom0: Dom0Arguments;
  /** Its hypervisor arguments are those of `dom0` and the further ones. */
  readonly boot: DesiredBoot;
  /** `name` or `name=version`, without the dom0 kernel. */
  readonly packages: readonly string[];
  readonly packageNames: readonly string[];
}

/** Only for inputs that are known. `family`: absent where the host is of none that we know. */
export function desiredHost(inputs: XenHostInputs, family: HostFamily | undefined): DesiredHost {
  const dom0 = inputs.dom0 ?? {};
  const own = inputs.packages ?? [];
  const pinned = new Set(own.map(packageName));
  const packages = [...(family?.xenPackages ?? []).filter((name) => !pinned.has(name)), ...own];
  return {
    dom0,
    boot: {
      hypervisorArgs: hypervisorArguments(dom0, inputs.hypervisorArgs ?? []),
      kernelArgs: [...(inputs.kernelArgs ?? []).map(dom0KernelWord), ...hideArguments(inputs.passthrough ?? [])],
      kernelVersion: own.filter((spec) => packageName(spec) === family?.dom0KernelPackage).map(packageVersion)[0],
    },
    packages,
    packageNames: packages.map(packageName),
  };
}
