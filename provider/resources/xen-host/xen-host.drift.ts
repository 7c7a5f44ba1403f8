/** What a look at the host says of a XenHost: how it differs, what it tells, what its inputs have become. Pure. */
import { parseLateDropIn, renderLateDropIn } from "../../host/boot/grub-settings";
import { parseHypervisorArguments } from "../../host/boot/hypervisor-arguments";
import type { Unfinished } from "../../pulumi";
import type { ObservedHost } from "./xen-host.observe";
import { defaultBoot, preparationSteps, settingsDrift } from "./xen-host.plan";
import { brokenPromises, unmetWishes } from "./xen-host.preflight";
import type { XenHostInputs, XenHostOutputs } from "./xen-host.schema";
import { wishesOf } from "./xen-host.wishes";

/** Clauses: all in which the host is not as wished. */
export function differences(seen: ObservedHost, inputs: XenHostInputs): string[] {
  const drift = settingsDrift(seen, inputs);
  return [
    ...unmetWishes(seen, inputs),
    ...brokenPromises(seen, inputs),
    ...(drift === "edited"
      ? ["GRUB's settings were edited"]
      : drift === "regenerate"
        ? ["GRUB's menu is older than its settings"]
        : []),
    ...(defaultBoot(seen) === "xen" ? [] : ["plain Linux is the default boot"]),
    ...preparationSteps(seen, inputs).map(({ title }) => `still to do: ${title}`),
  ];
}

export function outputsOf(seen: ObservedHost, inputs: XenHostInputs, machineId: string): XenHostOutputs {
  const rebootNeeded = unmetWishes(seen, inputs).length > 0;
  const settings = settingsDrift(seen, inputs);
  const isAsMade = seen.owner !== undefined && differences(seen, inputs).length === 0;
  return {
    machineId,
    phase: isAsMade ? "ready" : "drifted",
    drift: settings === "none" && rebootNeeded ? "reboot" : settings,
    rebootNeeded,
    kernelRelease: seen.kernelRelease,
    defaultBoot: defaultBoot(seen),
    packageVersions: Object.fromEntries([...seen.packages].sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(seen.xen === undefined
      ? {}
      : {
          xenVersion: seen.xen.version,
          xenCommandLine: seen.xen.commandLine,
          dom0MemoryMiB: seen.xen.dom0MemoryMiB,
          dom0Vcpus: seen.xen.dom0Vcpus,
          totalMemoryMiB: seen.xen.totalMemoryMiB,
          virtCaps: seen.xen.virtCaps,
          scheduler: seen.xen.scheduler,
        }),
  };
}

/** What a refresh makes of a look at the host. */
export function lookedAt(
  seen: ObservedHost,
  declared: XenHostInputs,
  machineId: string,
): { inputs: XenHostInputs; outputs: XenHostOutputs; unfinished: Unfinished[] } {
  const inputs = inputsAsSeen(seen, declared);
  const outputs = outputsOf(seen, declared, machineId);
  return { inputs, outputs, unfinished: outputs.phase === "ready" ? [] : leftToDo(seen, inputs) };
}

/**
 * How the host differs from the settings that stand on it. What differs between those and the program, the next check
 * finds by itself.
 */
function leftToDo(seen: ObservedHost, inputs: XenHostInputs): Unfinished[] {
  const found = [...differences(seen, inputs), ...(seen.owner === undefined ? ["our notes are not on it"] : [])];
  if (found.length === 0) return [];
  return [
    {
      text: `the host is not as declared (${found.join("; ")})`,
      effect: unmetWishes(seen, inputs).length > 0 ? "reboot" : "none",
    },
  ];
}

/** The wishes as they stand in the host's settings, where those can still be read. */
function inputsAsSeen(seen: ObservedHost, inputs: XenHostInputs): XenHostInputs {
  const wishes = wishesOf(inputs);
  const late = seen.grub?.late;
  if (late === undefined || late === renderLateDropIn(wishes.hypervisorArgs, wishes.kernelArgs)) return inputs;
  const written = parseLateDropIn(late);
  if (written === undefined) return inputs;
  const { dom0, others } = parseHypervisorArguments(written.hypervisorArgs);
  return { ...inputs, dom0, hypervisorArgs: others, kernelArgs: written.kernelArgs };
}
