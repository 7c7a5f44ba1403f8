/** Dom0's memory while it runs: whether it is to be set, what forbids that, and the step. Pure. */
import { shown } from "../../property";
import type { Step } from "../../shell";
import { DOM0_MARGIN_MIB, isNearDom0 } from "../../toolstack";
import type { ObservedHost } from "./xen-host.observe";
import type { XenHostInputs } from "./xen-host.properties";

/** The size that dom0 has not, and could have without a boot; `undefined`: it has the declared one, or none is declared. */
export function memoryToSet({ xen }: Pick<ObservedHost, "xen">, { dom0 }: XenHostInputs): number | undefined {
  const desired = dom0?.memoryMiB;
  return xen === undefined || desired === undefined || isNearDom0(xen.dom0MemoryMiB, desired) ? undefined : desired;
}

/** What forbids setting it while dom0 runs. Whole sentences with their remedy. */
export function liveMemoryFaults(host: ObservedHost, inputs: XenHostInputs): string[] {
  const desired = memoryToSet(host, inputs);
  if (host.xen === undefined || desired === undefined) return [];
  const { dom0MemoryMiB: has, freeMemoryMiB: free } = host.xen;
  const size = shown(desired, { secret: inputs.secretProperties?.includes("dom0") === true });
  const least = has - host.availableMiB + DOM0_MARGIN_MIB;
  if (desired < has && desired < least)
    return [
      `dom0 uses ${has - host.availableMiB} of its ${has} MiB of memory: it cannot be shrunk to ${size} MiB while it runs and keep ${DOM0_MARGIN_MIB} MiB free. Set dom0.memoryMiB to ${least} or more, or end what uses the memory.`,
    ];
  if (desired > has + free)
    return [
      `Xen has ${free} MiB of free memory: dom0 cannot grow from ${has} to ${size} MiB while the guests run. Set dom0.memoryMiB to ${has + free} or less, or shut a guest down.`,
    ];
  return [];
}

/** Of a host whose Xen needs no boot. */
export function memorySteps(host: ObservedHost, inputs: XenHostInputs): Step[] {
  const desired = memoryToSet(host, inputs);
  if (desired === undefined || host.toolstack === undefined) return [];
  const size = shown(desired, { secret: inputs.secretProperties?.includes("dom0") === true });
  return [
    {
      name: "set-dom0-memory",
      title: `give dom0 ${size} MiB of memory`,
      effect: "live",
      script: host.toolstack.setDom0Memory(desired),
    },
  ];
}
