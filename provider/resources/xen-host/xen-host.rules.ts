/** The rules over several properties of a XenHost: defaults, faults, the words of its creation. Pure. */
import { DOM0_ARGUMENTS } from "../../host/boot/hypervisor-arguments";
import { hidesDevices } from "../../host/boot/hidden-devices";
import { packageName } from "../../host/packages/package-manager";
import { shown, withDefaults } from "../../property";
import type { Failure } from "../../pulumi";
import { type XenHostInputs, xenHostTable } from "./xen-host.properties";

/** Unknown values are passed on as they are. */
export function completeXenHost(inputs: XenHostInputs, olds?: XenHostInputs): XenHostInputs {
  const whole = withDefaults(xenHostTable, inputs, olds);
  if (typeof whole.dom0 !== "object" || whole.dom0.pinVcpus !== false) return whole;
  // Not to pin is the same as to say nothing of it.
  const { pinVcpus: _, ...dom0 } = whole.dom0;
  return { ...whole, dom0 };
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
    /^(noreboot(=(true|yes|on|enable|1))?|reboot=(.*,)?n.*)$/.test(arg)
      ? [
          {
            property: `hypervisorArgs[${at}]`,
            reason:
              "keeps a hypervisor that panics from rebooting, but a hypervisor that panics must reboot, or a failed trial never comes back to Linux. Remove it.",
          },
        ]
      : [],
  );
  return [
    ...failures,
    ...noReboot,
    ...lineFaults(inputs),
    ...packageFaults(inputs.packages ?? []),
    ...adoptionFaults(inputs),
  ];
}

function adoptionFaults({ adopt, onDelete }: XenHostInputs): Failure[] {
  if (adopt !== true || onDelete !== "restore") return [];
  const reason = 'is "restore", but adopt leaves the host as it is, also on delete. Remove one of the two.';
  return [{ property: "onDelete", reason }];
}

function lineFaults({ hypervisorArgs = [], kernelArgs = [], passthrough = [] }: XenHostInputs): Failure[] {
  const ends = (property: string, args: readonly string[], to: string): Failure[] =>
    args.flatMap((arg, at) =>
      arg === "--"
        ? [{ property: `${property}[${at}]`, reason: `is --, which hands all that follows to ${to}. Remove it.` }]
        : [],
    );
  const hides = passthrough.length === 0 ? -1 : kernelArgs.findIndex(hidesDevices);
  return [
    ...ends("hypervisorArgs", hypervisorArgs, "dom0's kernel"),
    ...ends("kernelArgs", kernelArgs, "init, the argument of a boot on trial included"),
    ...(hides < 0
      ? []
      : [
          {
            property: `kernelArgs[${hides}]`,
            reason: `is ${shown(kernelArgs[hides])}, but passthrough hides devices as well, and of two such arguments the kernel takes the last. Name all of them in passthrough.`,
          },
        ]),
  ];
}

function packageFaults(packages: readonly string[]): Failure[] {
  const names = packages.map(packageName);
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].map((name) => ({
    property: "packages",
    reason: `has ${name} twice. Remove one.`,
  }));
}

export function xenHostCreation(inputs: XenHostInputs): string[] {
  if (inputs.adopt === true)
    return [
      "look at the host, and stop unless it runs Xen as declared",
      "claim it, and record what it runs; no package, no boot menu and no reboot",
    ];
  const secret = inputs.secretProperties?.includes("dom0") === true;
  const dom0 = Object.entries(inputs.dom0 ?? {}).map(([key, value]) => `${key} ${shown(value, { secret })}`);
  return [
    "look at the host; nothing is touched where something forbids Xen",
    "install Xen and write the boot loader's settings, where they are missing",
    `${inputs.reboot === "never" ? "leave it to you to boot" : "boot"} Xen once${dom0.length === 0 ? "" : ` with dom0 ${dom0.join(", ")}`}, where it does not run like this already (where it does, nothing is rebooted)`,
    "prove it, and only then make it the default",
  ];
}
