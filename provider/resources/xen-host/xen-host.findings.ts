/** What a look at the host says of a XenHost: the one plan, what no property shows, what it tells, its drift. Pure. */
import { dom0KernelWord } from "../../host/boot/hidden-devices";
import { type Change, driftOf, planOf } from "../../change";
import { dom0MaximumMiB, missingArguments, splitArguments } from "../../host/boot/hypervisor-arguments";
import type { Unfinished } from "../../pulumi";
import { type Finding, hasKind, unfinishedOf } from "../finding";
import { desiredHost } from "./xen-host.desired";
import { type ObservedHost, installedVersions, seenHost } from "./xen-host.observe";
import { memoryToSet } from "./xen-host.memory";
import { type XenHostInputs, type XenHostOutputs, type XenHostStep, xenHostTable } from "./xen-host.properties";
import { asMade, isInstalled } from "./xen-host.seen";
import { defaultBoot, lacksPygrubUser, packageWords, settingsDrift } from "./xen-host.steps";

type XenHostFinding = Finding<
  | "plain-linux"
  | "toolstack-silent"
  | "memory-differs"
  | "vcpus-differ"
  | "settings-edited"
  | "menu-stale"
  | "linux-by-default"
  | "packages-missing"
  | "kernel-missing"
  | "pygrub-user-missing"
  | "guests-down"
  | "unclaimed"
>;

/** What a change of the inputs does, as a preview knows it. */
export function xenHostChanges(olds: XenHostInputs, news: XenHostInputs): Change<XenHostStep>[] {
  const secrets = [...(olds.secretProperties ?? []), ...(news.secretProperties ?? [])];
  return planOf(xenHostTable, asMade(olds), news, { secrets });
}

/** All in which the host is not as declared. */
export interface HostPlan {
  readonly changes: readonly Change<XenHostStep>[];
  readonly findings: readonly XenHostFinding[];
}

export function hostPlan(host: ObservedHost, inputs: XenHostInputs): HostPlan {
  const secrets = inputs.secretProperties ?? [];
  return {
    changes: planOf(xenHostTable, seenHost(host, inputs), inputs, { secrets }),
    findings: hostFindings(host, inputs),
  };
}

/** Does only another boot of Xen make it so? */
export function needsBoot({ changes, findings }: HostPlan): boolean {
  return changes.some(({ steps = [] }) => steps.includes("boot")) || hasKind(findings, "plain-linux");
}

/** What Xen did not give, though its command line asks for it; neither a boot nor a step brings it. */
export function unkeptOf({ findings }: HostPlan): readonly XenHostFinding[] {
  return findings.filter(({ kind }) => kind === "vcpus-differ");
}

/** Clauses, for a sentence. */
export function wordsOf({ changes, findings }: Pick<HostPlan, "changes" | "findings">): string[] {
  return [...changes, ...findings].map(({ text }) => text);
}

function hostFindings(host: ObservedHost, inputs: XenHostInputs): XenHostFinding[] {
  const desired = desiredHost(inputs, host.family);
  const settings = settingsDrift(host, inputs);
  const lacking = menuWords(host, inputs);
  const installed = installedVersions(host, desired.packages);
  const missing = desired.packages.filter((spec) => !isInstalled(installed, spec));
  const found = (kind: XenHostFinding["kind"], condition: boolean, text: string): XenHostFinding[] =>
    condition ? [{ kind, text, effect: "none" }] : [];
  return [
    ...(host.xen === undefined && host.role !== "dom0"
      ? [
          {
            kind: "plain-linux" as const,
            text: "the host runs plain Linux, not Xen",
            // Also where it is left to somebody else: the next program may say otherwise (effectWith of the kind).
            effect: "reboot" as const,
          },
        ]
      : []),
    ...found("toolstack-silent", host.xen === undefined && host.role === "dom0", "xl does not answer on the host"),
    ...unkept(host, inputs),
    ...found("settings-edited", settings === "edited", `GRUB's settings are not those of this program${lacking}`),
    ...found("menu-stale", settings === "regenerate", `GRUB's menu is older than its settings${lacking}`),
    ...found("linux-by-default", defaultBoot(host) !== "xen", "plain Linux is the default boot"),
    ...found("packages-missing", missing.length > 0, `the host lacks the packages ${packageWords(missing, inputs)}`),
    ...found("kernel-missing", host.dom0Kernels.length === 0, "the host has no kernel that can be dom0"),
    ...found("pygrub-user-missing", lacksPygrubUser(host), "pygrub runs with all privileges"),
    ...(host.xen === undefined || host.guestsDown.length === 0
      ? []
      : [
          {
            kind: "guests-down" as const,
            text: `guests that a reboot took down are to be brought back (${host.guestsDown.map(({ name }) => name).join(", ")})`,
            effect: "live" as const,
          },
        ]),
    ...found("unclaimed", host.claim === undefined, "the claim on the host is missing"),
  ];
}

/** The size that Xen gave dom0 when it booted, which is what it may grow to. */
function bootedWords({ xen }: ObservedHost): string {
  const booted = dom0MaximumMiB(splitArguments(xen?.commandLine ?? ""));
  return booted === undefined ? "" : `; it booted with ${booted} MiB`;
}

/** What the next boot would lack, in brackets; what runs is in the changes of the properties. */
function menuWords({ boot, family }: ObservedHost, inputs: XenHostInputs): string {
  const menu = boot?.menu;
  const isSecret = COMMAND_LINES.some((property) => inputs.secretProperties?.includes(property));
  if (menu === undefined || isSecret) return "";
  const { hypervisorArgs, kernelArgs } = desiredHost(inputs, family).boot;
  const lacking = [
    ...missingArguments(hypervisorArgs, menu.hypervisorArgs),
    ...kernelArgs.filter((arg) => !menu.kernelArgs.map(dom0KernelWord).includes(arg)),
  ];
  return lacking.length === 0 ? "" : ` (the next boot would be without ${lacking.join(" ")})`;
}

const COMMAND_LINES = ["dom0", "hypervisorArgs", "kernelArgs", "passthrough"] as const;

/** Only of a host that was told what is desired: what Xen then gave it. */
function unkept(host: ObservedHost, inputs: XenHostInputs): XenHostFinding[] {
  const { maxVcpus } = desiredHost(inputs, host.family).dom0;
  if (host.xen === undefined) return [];
  const { dom0MemoryMiB, dom0Vcpus } = host.xen;
  const memoryMiB = memoryToSet(host, inputs);
  const isTold = planOf(xenHostTable, seenHost(host, inputs), inputs).some(({ property }) =>
    property.startsWith("dom0"),
  );
  if (isTold) return [];
  return [
    ...(memoryMiB !== undefined
      ? [
          {
            kind: "memory-differs" as const,
            text: `dom0 has ${dom0MemoryMiB} MiB of memory, not the ${memoryMiB} MiB that are declared${bootedWords(host)}`,
            effect: "live" as const,
          },
        ]
      : []),
    ...(maxVcpus !== undefined && dom0Vcpus > maxVcpus
      ? [
          {
            kind: "vcpus-differ" as const,
            text: `dom0 has ${dom0Vcpus} VCPUs, more than ${maxVcpus}`,
            effect: "none" as const,
          },
        ]
      : []),
  ];
}

export function outputsOf(host: ObservedHost, inputs: XenHostInputs, machineId: string): XenHostOutputs {
  const plan = hostPlan(host, inputs);
  const rebootNeeded = needsBoot(plan);
  const settings = settingsDrift(host, inputs);
  const isAsMade = plan.changes.length === 0 && plan.findings.length === 0;
  return {
    machineId,
    ...(host.claim?.id === undefined ? {} : { claimId: host.claim.id }),
    phase: isAsMade ? "ready" : "drifted",
    drift: settings === "none" && rebootNeeded ? "reboot" : settings,
    rebootNeeded,
    kernelRelease: host.kernelRelease,
    defaultBoot: defaultBoot(host),
    packageVersions: Object.fromEntries([...host.packages].sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(host.xen === undefined
      ? {}
      : {
          xenVersion: host.xen.version,
          xenCommandLine: host.xen.commandLine,
          dom0MemoryMiB: host.xen.dom0MemoryMiB,
          dom0Vcpus: host.xen.dom0Vcpus,
          totalMemoryMiB: host.xen.totalMemoryMiB,
          virtCaps: host.xen.virtCaps,
          scheduler: host.xen.scheduler,
        }),
  };
}

/** What a refresh makes of a look at the host. */
export function lookedAt(
  host: ObservedHost,
  declared: XenHostInputs,
  machineId: string,
): { inputs: XenHostInputs; outputs: XenHostOutputs; unfinished: Unfinished[] } {
  const inputs = { ...declared, ...driftOf(xenHostTable, seenHost(host, declared), declared) };
  const outputs = outputsOf(host, declared, machineId);
  return { inputs, outputs, unfinished: unfinishedOf(hostFindings(host, declared)) };
}
