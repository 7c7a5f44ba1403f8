/** A XenHost's inputs with everything that is left out filled in. Pure. */
import { type Dom0Wishes, hypervisorArguments } from "../../host/boot/hypervisor-arguments";
import { debian } from "../../host/debian";
import { packageName } from "../../host/host-family";
import type { XenHostInputs } from "./xen-host.schema";

export interface XenHostWishes {
  readonly dom0: Dom0Wishes;
  /** Those of `dom0` and the further ones. */
  readonly hypervisorArgs: readonly string[];
  readonly kernelArgs: readonly string[];
  /** `name` or `name=version`, without the dom0 kernel. */
  readonly packages: readonly string[];
  readonly packageNames: readonly string[];
}

/** Only for inputs that are known. */
export function wishesOf(inputs: XenHostInputs): XenHostWishes {
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
