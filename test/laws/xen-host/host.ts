/**
 * A machine that is to be a Xen host, as a pure value. An update is the real walk: its questions are answered from the value,
 * its jobs' steps are done to it, and its reboots boot what GRUB would.
 */
import { strongest } from "../../../provider/effect";
import { messageOf } from "../../../provider/errors";
import { parseGrubEntries } from "../../../provider/host/boot/grub2/grub-config";
import {
  FALLBACK_SCRIPT,
  TRIAL_VARIABLE,
  earlyDropIn,
  fallbackScript,
  renderLateDropIn,
} from "../../../provider/host/boot/grub2/grub-settings";
import { parseHypervisorArguments, splitArguments } from "../../../provider/host/boot/hypervisor-arguments";
import { debian } from "../../../provider/host/families/debian";
import { packageName, packageVersion } from "../../../provider/host/packages/package-manager";
import { desiredHost } from "../../../provider/resources/xen-host/xen-host.desired";
import { refreshed } from "../../../provider/resources/xen-host/xen-host.lifecycle";
import { outputsOf } from "../../../provider/resources/xen-host/xen-host.findings";
import { type ObservedHost, hostClaim } from "../../../provider/resources/xen-host/xen-host.observe";
import type { XenHostInputs } from "../../../provider/resources/xen-host/xen-host.properties";
import { askedLines } from "../../../provider/resources/xen-host/xen-host.steps";
import { walkToXen } from "../../../provider/resources/xen-host/xen-host.walk";
import type { Question, Step } from "../../../provider/shell";
import { bootWith, xenHost } from "../../unit/resources/xen-host/observed";
import type { Applied, Seen } from "../kind";
import { ModelHost } from "../model-host";
import { EARLY_DROP_IN, LATE_DROP_IN, LINUX_ENTRY, LINUX_KERNEL_ARGS, bootedXen, generated, xenEntryOf } from "./grub";

export interface Host {
  /** What it runs: Xen with its command line, or plain Linux. */
  readonly xen: string | undefined;
  readonly kernelArgs: readonly string[];
  /** What dom0 has now, which is what it booted with, or what it was told since. */
  readonly dom0MiB: number;
  /** The settings' files by path, those of package sources among them. */
  readonly files: Readonly<Record<string, string>>;
  readonly menu: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly isTrialArmed: boolean;
  readonly packages: Readonly<Record<string, string>>;
  readonly hasPygrubUser: boolean;
  readonly asked: readonly string[];
  /** What it ran when it was adopted. */
  readonly adopted: readonly string[] | undefined;
  readonly phase: string | undefined;
  readonly owner: string | undefined;
  readonly boots: number;
}

const CLAIM_ID = "0f6ad1f2-0000-4000-8000-00000000000d";
const SOURCES = "/etc/apt/sources.list.d/";

/** After a creation from these inputs. */
export function made(inputs: XenHostInputs): Host {
  const desired = desiredHost(inputs, debian);
  const { boot, packages } = desired;
  const { hypervisorArgs, kernelArgs } = boot;
  const late = renderLateDropIn(hypervisorArgs, kernelArgs);
  const menu = generated(late, fallbackScript);
  const source = inputs.repository === undefined ? undefined : debian.packages.repositoryFile(inputs.repository);
  const { hypervisor, kernel } = bootedXen(menu);
  const host: Host = {
    xen: hypervisor,
    kernelArgs: kernel,
    dom0MiB: dom0Booted(hypervisor),
    files: {
      [EARLY_DROP_IN]: earlyDropIn,
      [LATE_DROP_IN]: late,
      [FALLBACK_SCRIPT]: fallbackScript,
      ...(source === undefined ? {} : { [source.path]: source.content }),
    },
    menu,
    environment: { saved_entry: xenEntryOf(menu)?.id ?? "" },
    isTrialArmed: false,
    packages: Object.fromEntries(packages.map((spec) => [packageName(spec), packageVersion(spec) ?? "1.0"])),
    hasPygrubUser: true,
    asked: askedLines(inputs, desired),
    adopted: undefined,
    phase: "ready",
    owner: inputs.owner,
    boots: 1,
  };
  return inputs.adopt === true ? { ...host, adopted: recorded(host) } : host;
}

/** Each word of the command lines, and what the next boot is. */
function recorded(host: Host): string[] {
  return [
    ...splitArguments(host.xen ?? "").map((word) => `xen ${word}`),
    ...host.kernelArgs.map((word) => `linux ${word}`),
    `boots ${booted(host).xen === undefined ? "linux" : "xen"}`,
  ];
}

const WHOLE_MACHINE_MIB = 2000;

/** What Xen gives dom0 by its command line: all of the machine where that says nothing. */
export function dom0Booted(hypervisor: string): number {
  return Number(/ dom0_mem=(\d+)M,max:\1M( |$)/.exec(hypervisor)?.[1] ?? WHOLE_MACHINE_MIB);
}

export function looked(host: Host): ObservedHost {
  const { xen, files, menu, environment } = host;
  const { dom0 } = parseHypervisorArguments(splitArguments(xen ?? ""));
  return {
    ...xenHost,
    role: xen === undefined ? "plain" : "dom0",
    availableMiB: host.dom0MiB,
    bootId: `boot-${host.boots}`,
    kernelArgs: host.kernelArgs,
    xen:
      xen === undefined || xenHost.xen === undefined
        ? undefined
        : {
            ...xenHost.xen,
            commandLine: xen,
            dom0MemoryMiB: host.dom0MiB,
            freeMemoryMiB: WHOLE_MACHINE_MIB - host.dom0MiB,
            dom0Vcpus: dom0.maxVcpus ?? 2,
          },
    boot: bootWith(
      {
        early: files[EARLY_DROP_IN],
        late: files[LATE_DROP_IN],
        fallback: files[FALLBACK_SCRIPT],
        entries: parseGrubEntries(menu),
        isGenerated: true,
        hasFallback: /^\s*set fallback=/m.test(menu),
        environment: new Map(Object.entries(environment)),
        unwritableOn: undefined,
        earlyXenScript: undefined,
      },
      { isWatched: host.isTrialArmed },
    ),
    packages: new Map(Object.entries(host.packages)),
    hasPygrubUser: host.hasPygrubUser,
    repositories: new Map(Object.entries(files).filter(([path]) => path.startsWith(SOURCES))),
    claim: host.owner === undefined ? undefined : { id: CLAIM_ID, owner: host.owner, of: "this host" },
    phase: host.phase,
    asked: host.asked,
    adopted: host.adopted,
  };
}

/** Whether what it does was announced is the law's question. A reboot that is left to somebody else comes, and then another up. */
export async function apply(host: Host, inputs: XenHostInputs): Promise<Applied<Host>> {
  const model = new ModelHost<Host>(host, { answered, done, booted });
  const walk = async (): Promise<string | undefined> => {
    const kept = { owner: inputs.owner, claimId: CLAIM_ID, isFinished: true };
    return walkToXen({ host: model, inputs, machineId: "machine-1", announced: "replace", kept }).then(
      () => undefined,
      messageOf,
    );
  };
  let refusal = await walk();
  if (inputs.reboot === "never" && model.now.phase?.startsWith("awaiting-reboot") === true) {
    model.now = booted(model.now);
    refusal = await walk();
  }
  const effect = strongest(model.jobs.flatMap(({ steps }) => steps.map((step) => step.effect)));
  const { jobs, failed } = model;
  if (refusal !== undefined && jobs.length > 0) return { host: model.now, failed: [...failed, refusal], effect, jobs };
  return { host: model.now, failed, refusal, effect, jobs };
}

function answered<T>(host: Host, { about }: Question<T>): T {
  const seen = looked(host);
  const answers: Readonly<Record<string, unknown>> = { "the host": seen, [hostClaim.about]: seen.claim };
  return answers[about] as T;
}

/** GRUB boots what it was told to boot once, else its saved entry. */
export function booted(host: Host): Host {
  const { next_entry: once = "", saved_entry: saved = LINUX_ENTRY, ...others } = host.environment;
  const entry = once === "" ? saved : once;
  const now = { ...host, boots: host.boots + 1, environment: { ...others, saved_entry: saved } };
  if (entry !== xenEntryOf(host.menu)?.id) return { ...now, xen: undefined, kernelArgs: LINUX_KERNEL_ARGS };
  const { hypervisor, kernel } = bootedXen(host.menu);
  return { ...now, xen: hypervisor, kernelArgs: kernel, dom0MiB: dom0Booted(hypervisor) };
}

/** The host after the step, or why it would not have worked. */
function done(host: Host, { name, title, script: { text } }: Step): Host | string {
  const printed = /^printf '%s\\n' '([^']*)' >/m.exec(text)?.[1];
  switch (name) {
    case "claim":
      return { ...host, owner: /^claim the host for (.*)$/.exec(title)?.[1] };
    case "note-beginning":
    case "note-phase":
      return { ...host, phase: /^note_down \S+ '?([^'\n]*)'?$/m.exec(text)?.[1] };
    case "remember-arguments":
      return { ...host, asked: (printed ?? "").split("\n").filter((line) => line !== ""), adopted: undefined };
    case "record-adopted":
      return { ...host, adopted: recorded(host) };
    case "write-boot-settings":
    case "add-repository":
      return { ...host, files: { ...host.files, ...written(text) } };
    case "install-packages": {
      const list = /^set -- (.*)$/m.exec(text)?.[1] ?? "";
      const specs = list.split(" ").map((word) => word.replaceAll("'", ""));
      const has = (spec: string): string => packageVersion(spec) ?? host.packages[packageName(spec)] ?? "1.0";
      const more = specs.map((spec) => [packageName(spec), has(spec)] as const);
      return { ...host, packages: { ...host.packages, ...Object.fromEntries(more) } };
    }
    case "restrict-pygrub":
      return { ...host, hasPygrubUser: true };
    case "make-boot-menu":
      return { ...host, menu: generated(host.files[LATE_DROP_IN], host.files[FALLBACK_SCRIPT]) };
    case "arm-trial": {
      const environment = {
        ...host.environment,
        saved_entry: LINUX_ENTRY,
        next_entry: xenEntryOf(host.menu)?.id ?? "",
        [TRIAL_VARIABLE]: "panic=15",
      };
      return { ...host, environment, isTrialArmed: true };
    }
    case "end-trial": {
      const { next_entry: _next, [TRIAL_VARIABLE]: _trial, ...environment } = host.environment;
      return { ...host, environment, isTrialArmed: false };
    }
    case "make-default":
      return { ...host, environment: { ...host.environment, saved_entry: xenEntryOf(host.menu)?.id ?? "" } };
    case "set-dom0-memory": {
      const told = Number(/^desired=(\d+) /m.exec(text)?.[1]);
      const most = Number(/dom0_mem=\d+M,max:(\d+)M/.exec(host.xen ?? "")?.[1] ?? 0);
      return told > most ? "dom0 cannot grow beyond what it booted with" : { ...host, dom0MiB: told };
    }
    // There are none.
    case "take-guests-down":
      return host;
    case "reboot":
      // A moment later, when nobody is connected any more.
      return host;
    default:
      return `the host knows no step ${name}`;
  }
}

/** What the step's own lines write. */
function written(script: string): Readonly<Record<string, string>> {
  const files = /^printf '%s' '((?:[^']|'\\'')*)' >"\$new"\n.*\ninstall_file "\$new" '([^']+)'/gm;
  return Object.fromEntries(
    [...script.matchAll(files)].map(([, content = "", path = ""]) => [path, content.replaceAll("'\\''", "'")]),
  );
}

/** A refresh: the state has been finished. */
export function read(host: Host, inputs: XenHostInputs): Seen<XenHostInputs> | undefined {
  const seen = looked(host);
  const outputs = { ...outputsOf(seen, inputs, "machine-1"), claimId: CLAIM_ID, phase: "ready" as const };
  const found = refreshed(seen, inputs, outputs);
  return found === undefined ? undefined : { inputs: found.inputs, left: found.unfinished };
}

/** Beside a host that was made of nothing. Of the command lines no more words count than those that we ever ask for. */
export function lacks(host: Host, inputs: XenHostInputs): string[] {
  const shall = made(inputs);
  const words = (of: Host): string[] => [...new Set([...splitArguments(of.xen ?? ""), ...of.kernelArgs])];
  // What dom0 has tells; the next boot's words stand in the menu.
  const isSetLive = (word: string): boolean =>
    word.startsWith("dom0_mem=") && shall.xen?.includes(" dom0_mem=") === true && host.dom0MiB === shall.dom0MiB;
  const byHand = ["sync_console", "nosmp"];
  const repository = Object.entries(shall.files).filter(([path]) => path.startsWith(SOURCES));
  return [
    ...(host.xen === undefined ? ["it runs plain Linux"] : []),
    ...(shall.xen?.includes(" dom0_mem=") === true && host.dom0MiB !== shall.dom0MiB
      ? [`dom0 has ${host.dom0MiB} MiB of memory`]
      : []),
    ...words(shall)
      .filter((word) => !isSetLive(word) && !words(host).includes(word))
      .map((word) => `it runs without ${word}`),
    ...words(host)
      .filter((word) => !isSetLive(word) && !words(shall).includes(word) && !byHand.includes(word))
      .map((word) => `it runs with ${word}`),
    // What an adopted host boots next is nobody's here.
    ...(inputs.adopt === true || booted(host).xen !== undefined ? [] : ["its next boot is plain Linux"]),
    ...(inputs.adopt === true || booted(host).dom0MiB === shall.dom0MiB
      ? []
      : ["its next boot gives dom0 another size"]),
    ...Object.entries(shall.packages)
      .filter(
        ([name, version]) =>
          (inputs.adopt !== true || inputs.packages?.map(packageName).includes(name) === true) &&
          (host.packages[name] === undefined || (version !== "1.0" && host.packages[name] !== version)),
      )
      .map(([name]) => `${name} is not installed as declared`),
    // That another file says the same is enough for whoever changes none.
    ...(inputs.adopt === true ? [] : repository.filter(([path, text]) => host.files[path] !== text)).map(
      ([path]) => `${path} is not as declared`,
    ),
  ];
}
