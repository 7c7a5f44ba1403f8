/**
 * A host with one guest, as a pure value: the files, what the toolstack would tell of the domain, and what each step of a
 * job does to them. It knows xl's behaviour (the comments in provider/toolstack/xl), and nothing of how a plan is made.
 */
import { assumedToolstack } from "../../../provider/toolstack";
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { seedFiles } from "../../../provider/resources/domu/domu.cloud-init";
import type { JobFile } from "../../../provider/shell";
import { strongest } from "../../../provider/effect";
import type { Guest } from "../../../provider/resources/domu/domu.guest";
import { updateJob } from "../../../provider/resources/domu/domu.jobs";
import { finalConfig } from "../../../provider/resources/domu/domu.config";
import { effectOf, guestPlan } from "../../../provider/resources/domu/domu.plan";
import type { VifVlans } from "../../../provider/resources/domu/domu.shall";
import { vlanFiles } from "../../../provider/resources/domu/domu.vlans";
import { normalVlans } from "../../../provider/host/network/vlans";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { type DomainConfig, parseDomainConfig, renderDomainConfig } from "../../../provider/xen";
import type { Applied } from "../kind";
import { type Running, builtFrom, done, shownCpus } from "./domain";
import { recordedVerbs } from "./verbs";

/** How many CPUs it has. */
export const HOST_CPUS = 8;

export interface Host {
  readonly uuid: string | undefined;
  /** What the claim says that the guest's files are called. */
  readonly claimed: string;
  /** /etc/xen/NAME.cfg, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** /etc/xen/auto/NAME, each pointing at the file of its name. */
  readonly links: readonly string[];
  /** boot.cfg in the guest's folder. */
  readonly record: string | undefined;
  readonly domain: Running | undefined;
  /** The SHA-256 of seed.img in the guest's folder. */
  readonly seed: string | undefined;
  /** The files vlans and vif-vlans in the guest's folder: the one's text, the other's SHA-256. */
  readonly vlans: { readonly file?: string | undefined; readonly script?: string | undefined };
  /** Lines of it by which the links of the running guest are in VLANs, by their addresses. */
  readonly inVlans: Readonly<Record<string, string>>;
}

/** After a creation from these inputs. */
export function made(inputs: DomUInputs): Host {
  const text = renderDomainConfig(finalConfig(inputs));
  const runs = inputs.powerState !== "stopped";
  const vlans = vlansOf(vlanFiles(inputs));
  return {
    uuid: inputs.uuid,
    vlans,
    inVlans: runs ? booted(vlans.file, parseDomainConfig(text)) : {},
    claimed: inputs.name,
    files: { [inputs.name]: text },
    links: inputs.autostart === true ? [inputs.name] : [],
    record: runs ? text : undefined,
    seed: sumOf(seedFiles(inputs)),
    domain: runs ? builtFrom(parseDomainConfig(text)) : undefined,
  };
}

function vlansOf(files: readonly JobFile[]): Host["vlans"] {
  const file = files.find(({ name }) => name === "vlans");
  if (file === undefined) return {};
  return {
    file: String(file.content),
    script: sumOf(files.filter(({ name }) => name === "vif-vlans")),
  };
}

/** What the script does when xl runs it: the line of each interface that has it. */
export function booted(file: string | undefined, { vifs = [] }: DomainConfig): Host["inVlans"] {
  const own = vifs.filter(({ script }) => script?.endsWith("/vif-vlans") === true).map(({ mac }) => mac);
  const lines = (file ?? "").split("\n").filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.split(" ")[0] ?? "", line] as const).filter(([mac]) => own.includes(mac)),
  );
}

/** As bridge shows it of the links. */
function shownInVlans({ domain, inVlans }: Host): ReadonlyMap<string, VifVlans> {
  const macs = domain?.vifs.map(({ mac }) => mac) ?? [];
  return new Map(
    Object.entries(inVlans).flatMap(([mac, line]) => {
      const [, untagged = "-", ...tagged] = line.split(" ");
      const own = untagged === "-" ? {} : { untagged: Number(untagged) };
      return macs.includes(mac)
        ? [[mac, { ...own, ...(tagged.length === 0 ? {} : { tagged: normalVlans(tagged) }) }]]
        : [];
    }),
  );
}

function sumOf([file]: readonly JobFile[]): string | undefined {
  return file === undefined ? undefined : createHash("sha256").update(file.content).digest("hex");
}

export function observed(host: Host): Guest {
  const { uuid, claimed, files, links, record, domain, seed, vlans } = host;
  const file = files[claimed];
  return {
    on: assumedToolstack,
    uuid,
    name: claimed,
    domain: domain === undefined ? undefined : { ...domain, cpus: shownCpus(domain.cpus) },
    file: parsed(file),
    record: parsed(record),
    isAutostarted: file !== undefined && links.includes(claimed),
    seed,
    vlans:
      vlans.file === undefined ? undefined : { file: vlans.file, script: vlans.script, running: shownInVlans(host) },
    hostCpus: HOST_CPUS,
    declared: undefined,
  };
}

function parsed(text: string | undefined): DomainConfig | undefined {
  return text === undefined ? undefined : parseDomainConfig(text);
}

/** An update, as the lifecycle does it: looked at, planned, its job's steps one after the other. */
export function apply(host: Host, inputs: DomUInputs): Applied<Host> {
  const guest = observed(host);
  const changes = guestPlan(guest, inputs);
  const nameNow = guest.name ?? inputs.name;
  const claim = { seen: undefined, renews: false, isKnown: true, isUnfinished: false, nameNow };
  const job = updateJob(guest, changes, inputs, claim);
  const verbs = recordedVerbs(changes, inputs);
  const text = job.files?.find(({ name }) => name === "final.cfg")?.content;
  const config = typeof text === "string" ? text : "";
  const names = job.steps.map(({ name }) => name);
  const failed: string[] = names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `two steps of the job are called ${name}`);
  let now = host;
  for (const { name } of job.steps) {
    const known = STEPS[name];
    const carried = job.files?.filter((file) => file.name === "seed.img") ?? [];
    if (name === "write-seed" && carried.length === 0) failed.push("write-seed: the job has no seed.img");
    if (name === "write-seed") now = { ...now, seed: sumOf(carried) };
    if (name === "write-config") {
      const carriedVlans = vlansOf(job.files ?? []);
      if (carriedVlans.file !== undefined) now = { ...now, vlans: carriedVlans };
    }
    if (name.startsWith("set-vlans-")) {
      const config = parsed(now.record);
      if (now.domain === undefined) failed.push(`${name}: the guest does not run`);
      else now = { ...now, inVlans: booted(now.vlans.file, config ?? { others: {}, foreign: [] }) };
      continue;
    }
    const verb = verbs.get(name);
    if (known !== undefined) now = known(now, inputs, config);
    else if (verb === undefined) failed.push(`the host knows no step ${name}`);
    else if (now.domain === undefined) failed.push(`${name}: the guest does not run`);
    else {
      const ended = done(now.domain, verb);
      if (typeof ended === "string") failed.push(`${name}: ${ended}`);
      else {
        now = { ...now, domain: ended };
        // xl runs its script.
        if (verb[0] === "attachVif")
          now = {
            ...now,
            inVlans: { ...now.inVlans, ...booted(now.vlans.file, { vifs: [verb[1]], others: {}, foreign: [] }) },
          };
      }
    }
  }
  const effect = strongest([effectOf(changes), ...job.steps.map((step) => step.effect)]);
  return { host: now, failed, effect, jobs: [job] };
}

type StepModel = (host: Host, inputs: DomUInputs, config: string) => Host;

const nothing: StepModel = (host) => host;

/** What the steps that are no verb of the toolstack do. */
const STEPS: Readonly<Record<string, StepModel>> = {
  "prove-boot": nothing,
  "prove-snapshots": nothing,
  snapshot: nothing,
  "wait-for": nothing,
  "end-serving": nothing,
  "write-seed": nothing,
  done: (host, { cloudInit, vifs = [] }) => ({
    ...host,
    ...(cloudInit === undefined ? { seed: undefined } : {}),
    ...(vifs.every(({ vlans }) => vlans === undefined) ? { vlans: {} } : {}),
  }),
  "write-config": (host, { name }, config) => ({ ...host, files: { ...host.files, [name]: config } }),
  rename: (host, { name }) => {
    const { [host.claimed]: old, ...others } = host.files;
    return {
      ...host,
      claimed: name,
      files: name === host.claimed ? host.files : others,
      links:
        old !== undefined && host.links.includes(host.claimed)
          ? [...host.links.filter((link) => link !== host.claimed), name]
          : host.links,
      domain: host.domain === undefined ? undefined : { ...host.domain, name },
    };
  },
  stop: (host) => ({ ...host, domain: undefined }),
  boot: (host, { name }) => {
    const text = host.files[name];
    if (host.domain !== undefined || text === undefined) return host;
    const config = parseDomainConfig(text);
    return { ...host, domain: builtFrom(config), record: text, inVlans: booted(host.vlans.file, config) };
  },
  "keep-config": (host, { name }) => ({ ...host, record: host.files[name] }),
  autostart: (host, { name, autostart }) => {
    const others = host.links.filter((link) => link !== name);
    return { ...host, links: autostart === true ? [...others, name] : others };
  },
};

/** By the file alone, as xl would read it at the next boot, and by whether it runs. */
export function lacks(host: Host, inputs: DomUInputs): string[] {
  const shall = made(inputs);
  const [text, wanted] = [host.files[inputs.name], shall.files[inputs.name]];
  return [
    ...(text !== undefined && isDeepStrictEqual(parsed(text), parsed(wanted))
      ? []
      : [`the file says ${text ?? "nothing"}`]),
    ...((host.domain === undefined) === (shall.domain === undefined)
      ? []
      : ["it runs where it should not, or not where it should"]),
    ...(isDeepStrictEqual(host.vlans, shall.vlans) ? [] : [`the VLANs are ${JSON.stringify(host.vlans)}`]),
    ...(host.domain === undefined || isDeepStrictEqual(shownInVlans(host), shownInVlans(shall))
      ? []
      : [`the interfaces are in ${JSON.stringify(host.inVlans)}`]),
    ...(host.seed === shall.seed ? [] : ["what cloud-init reads is not as declared"]),
    ...(host.links.includes(inputs.name) === shall.links.includes(inputs.name)
      ? []
      : ["its autostart is not as declared"]),
    ...(host.domain === undefined || host.domain.name === inputs.name
      ? []
      : [`the domain is called ${host.domain.name}`]),
  ];
}
