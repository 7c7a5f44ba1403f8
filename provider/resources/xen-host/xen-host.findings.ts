/** What a look at the host says of a XenHost: the one plan, what no property shows, what it tells, its drift. Pure. */
import { dom0KernelWord } from "../../host/boot/hidden-devices";
import { type Change, driftOf, planOf } from "../../change";
import type { CommandLines } from "../../host/boot/boot-loader";
import { dom0MaximumMiB, missingArguments, splitArguments } from "../../host/boot/hypervisor-arguments";
import type { Unfinished } from "../../pulumi";
import { type Finding, hasKind, unfinishedOf } from "../finding";
import { desiredHost } from "./xen-host.desired";
import { type ObservedHost, installedVersions, seenHost } from "./xen-host.observe";
import { pendingWarnings } from "./xen-host.pending";
import { memoryToSet } from "./xen-host.memory";
import { type XenHostInputs, type XenHostOutputs, type XenHostStep, xenHostTable } from "./xen-host.properties";
import { asMade, isInstalled } from "./xen-host.seen";
import { recordDifferences } from "./xen-host.adopt";
import { defaultBoot, lacksAtBoot, lacksPygrubUser, packageWords, servicesOff, settingsDrift } from "./xen-host.steps";

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
  | "services-off"
  | "not-at-boot"
  | "guests-down"
  | "record-differs"
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

/** In what an adopted host differs from what is declared. The claim and the record are made; all else is to be so already. */
export function differencesOf({ changes, findings }: HostPlan): string[] {
  const own: XenHostFinding["kind"][] = ["unclaimed", "record-differs"];
  return wordsOf({
    changes: changes.filter(({ property }) => property !== "adopt"),
    findings: findings.filter(({ kind }) => !own.includes(kind)),
  });
}

/** Clauses, for a sentence. */
export function wordsOf({ changes, findings }: Pick<HostPlan, "changes" | "findings">): string[] {
  return [...changes, ...findings].map(({ text }) => text);
}

function hostFindings(host: ObservedHost, inputs: XenHostInputs): XenHostFinding[] {
  return [
    ...stateFindings(host, inputs),
    // Of an adopted host nothing else is ours to make.
    ...(inputs.adopt === true ? adoptedFindings(host, inputs) : madeFindings(host, inputs)),
    ...(host.claim === undefined
      ? [{ kind: "unclaimed" as const, text: "the claim on the host is missing", effect: "none" as const }]
      : []),
  ];
}

/** It runs otherwise than when it was adopted, in what the program does not name; the next update records what it runs. */
function adoptedFindings(host: ObservedHost, inputs: XenHostInputs): XenHostFinding[] {
  if (host.xen === undefined) return [];
  return recordDifferences(host, inputs).map((text) => ({ kind: "record-differs", text, effect: "none" }));
}

/** What it runs. */
function stateFindings(host: ObservedHost, inputs: XenHostInputs): XenHostFinding[] {
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
    ...(host.xen === undefined && host.role === "dom0"
      ? [{ kind: "toolstack-silent" as const, text: "xl does not answer on the host", effect: "none" as const }]
      : []),
    ...unkept(host, inputs),
    ...(host.xen === undefined || host.guestsDown.length === 0
      ? []
      : [
          {
            kind: "guests-down" as const,
            text: `guests that a reboot took down are to be brought back (${host.guestsDown.map(({ name }) => name).join(", ")})`,
            effect: "live" as const,
          },
        ]),
  ];
}

/** What makes it a Xen host, and keeps it one. */
function madeFindings(host: ObservedHost, inputs: XenHostInputs): XenHostFinding[] {
  const desired = desiredHost(inputs, host.family);
  const settings = settingsDrift(host, inputs);
  const places = placeWords(host, inputs);
  const idle = lacksAtBoot(host);
  const program = host.boot?.program ?? "GRUB";
  const installed = installedVersions(host, desired.packages);
  const missing = desired.packages.filter((spec) => !isInstalled(installed, spec));
  const off = servicesOff(host);
  const found = (kind: XenHostFinding["kind"], condition: boolean, text: string): XenHostFinding[] =>
    condition ? [{ kind, text, effect: "none" }] : [];
  return [
    ...found("settings-edited", settings === "edited", `${program}'s settings are not those of this program${places}`),
    ...found("menu-stale", settings === "regenerate", `${program}'s menu is older than its settings${places}`),
    ...found("linux-by-default", defaultBoot(host) !== "xen", "plain Linux is the default boot"),
    ...found("packages-missing", missing.length > 0, `the host lacks the packages ${packageWords(missing, inputs)}`),
    ...found("kernel-missing", host.dom0Kernels.length === 0, "the host has no kernel that can be dom0"),
    ...found("not-at-boot", idle.length > 0, `nothing starts ${idle.join(", ")} at a boot of the host`),
    ...found("pygrub-user-missing", lacksPygrubUser(host), "pygrub runs with all privileges"),
    ...found("services-off", off.length > 0, `the host does not start Xen's ${off.join(", ")} at a boot`),
  ];
}

/** The size that Xen gave dom0 when it booted, which is what it may grow to. */
function bootedWords({ xen }: ObservedHost): string {
  const booted = dom0MaximumMiB(splitArguments(xen?.commandLine ?? ""));
  return booted === undefined ? "" : `; it booted with ${booted} MiB`;
}

/** Which arguments our settings and the menu lack or have besides, in brackets; what runs is in the changes of the properties. */
function placeWords({ boot, family }: ObservedHost, inputs: XenHostInputs): string {
  const isSecret = COMMAND_LINES.some((property) => inputs.secretProperties?.includes(property));
  if (boot === undefined || isSecret) return "";
  const desired = desiredHost(inputs, family).boot;
  const lackedBy = (place: CommandLines | undefined): string[] =>
    place === undefined
      ? []
      : [
          ...missingArguments(desired.hypervisorArgs, place.hypervisorArgs),
          ...desired.kernelArgs.filter((arg) => !place.kernelArgs.map(dom0KernelWord).includes(arg)),
        ];
  const { configured } = boot;
  const besides = [
    ...missingArguments(configured?.hypervisorArgs ?? [], desired.hypervisorArgs),
    ...(configured?.kernelArgs ?? []).filter((arg) => !desired.kernelArgs.includes(dom0KernelWord(arg))),
  ];
  const clause = (words: readonly string[], text: string): string[] =>
    words.length === 0 ? [] : [`${text} ${words.join(" ")}`];
  const clauses = [
    ...clause(lackedBy(configured), "configured without"),
    ...clause(besides, "configured with"),
    ...clause(lackedBy(boot.menu), "generated, and so the next boot, without"),
  ];
  return clauses.length === 0 ? "" : ` (${clauses.join("; ")})`;
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
  const isAdopted = inputs.adopt === true && host.adopted !== undefined;
  const settings = inputs.adopt === true ? "none" : settingsDrift(host, inputs);
  const isAsMade = plan.changes.length === 0 && plan.findings.length === 0;
  return {
    machineId,
    ...(host.claim?.id === undefined ? {} : { claimId: host.claim.id }),
    phase: isAsMade ? "ready" : "drifted",
    drift: settings === "none" && rebootNeeded ? "reboot" : settings,
    rebootNeeded,
    kernelRelease: host.kernelRelease,
    defaultBoot: defaultBoot(host),
    isAdopted,
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
    warnings:
      host.xen === undefined
        ? []
        : pendingWarnings(host.pending, { xen: host.xen.version, kernel: host.kernelRelease }, inputs),
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
