/** What a change of a XenHost's inputs does, in the words of the preview. Pure; knows nothing of the host. */
import { DOM0_ARGUMENTS } from "../../host/boot/hypervisor-arguments";
import type { Change } from "../../change";
import { shown } from "../../property";
import { type Failure, propertyChange } from "../../pulumi";
import type { XenHostInputs } from "./xen-host.schema";

const REBOOTING = ["hypervisorArgs", "kernelArgs"] as const;
const QUIET = ["packages", "repository", "toolstack", "reboot", "onDelete"] as const;
const DOM0 = ["memoryMiB", "maxVcpus", "pinVcpus"] as const;

export function xenHostChanges(olds: XenHostInputs, news: XenHostInputs): Change[] {
  return [
    ...DOM0.flatMap((key) => propertyChange(`dom0.${key}`, olds.dom0?.[key], news.dom0?.[key], "reboot")),
    ...REBOOTING.flatMap((key) => propertyChange(key, olds[key], news[key], "reboot")),
    ...QUIET.flatMap((key) => propertyChange(key, olds[key], news[key], "none")),
  ];
}

/** Unknown values are passed on as they are. */
export function completeXenHost(inputs: XenHostInputs): XenHostInputs {
  return {
    ...inputs,
    dom0: inputs.dom0 ?? {},
    hypervisorArgs: inputs.hypervisorArgs ?? [],
    kernelArgs: inputs.kernelArgs ?? [],
    packages: inputs.packages ?? [],
    toolstack: inputs.toolstack ?? "auto",
    reboot: inputs.reboot ?? "whenNeeded",
    onDelete: inputs.onDelete ?? "keep",
  };
}

export function xenHostFaults(inputs: XenHostInputs): Failure[] {
  const failures = (inputs.hypervisorArgs ?? []).flatMap((arg, at): Failure[] => {
    const key = arg.split("=", 1)[0] ?? arg;
    return (DOM0_ARGUMENTS as readonly string[]).includes(key)
      ? [
          {
            property: `hypervisorArgs[${at}]`,
            reason: `is ${shown(arg)}, but ${key} is set through dom0. Use dom0.memoryMiB, dom0.maxVcpus and dom0.pinVcpus.`,
          },
        ]
      : [];
  });
  const noReboot: Failure[] = (inputs.hypervisorArgs ?? []).flatMap((arg, at) =>
    /^noreboot(=(true|yes|on|1))?$/.test(arg)
      ? [
          {
            property: `hypervisorArgs[${at}]`,
            reason:
              "is noreboot, but a hypervisor that panics must reboot, or a failed trial never comes back to Linux. Remove it.",
          },
        ]
      : [],
  );
  return [...failures, ...noReboot];
}

export function xenHostCreation(inputs: XenHostInputs): string[] {
  const dom0 = Object.entries(inputs.dom0 ?? {}).map(([key, value]) => `${key} ${shown(value)}`);
  return [
    "look the host over; nothing is touched where something forbids Xen",
    "install Xen and write GRUB's settings, where they are missing",
    `${inputs.reboot === "never" ? "leave it to you to boot" : "boot"} Xen once${dom0.length === 0 ? "" : ` with dom0 ${dom0.join(", ")}`}, where it does not run like this already`,
    "prove it, and only then make it the default",
  ];
}
