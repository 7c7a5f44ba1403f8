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
}

/** After a creation from these inputs. */
export function made(inputs: DomUInputs): Host {
  const text = renderDomainConfig(finalConfig(inputs));
  const runs = inputs.powerState !== "stopped";
  return {
    uuid: inputs.uuid,
    claimed: inputs.name,
    files: { [inputs.name]: text },
    links: inputs.autostart === true ? [inputs.name] : [],
    record: runs ? text : undefined,
    seed: sumOf(seedFiles(inputs)),
    domain: runs ? builtFrom(parseDomainConfig(text)) : undefined,
  };
}

function sumOf([file]: readonly JobFile[]): string | undefined {
  return file === undefined ? undefined : createHash("sha256").update(file.content).digest("hex");
}

export function observed({ uuid, claimed, files, links, record, domain, seed }: Host): Guest {
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
    const verb = verbs.get(name);
    if (known !== undefined) now = known(now, inputs, config);
    else if (verb === undefined) failed.push(`the host knows no step ${name}`);
    else if (now.domain === undefined) failed.push(`${name}: the guest does not run`);
    else {
      const ended = done(now.domain, verb);
      if (typeof ended === "string") failed.push(`${name}: ${ended}`);
      else now = { ...now, domain: ended };
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
  done: (host, { cloudInit }) => (cloudInit === undefined ? { ...host, seed: undefined } : host),
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
    return { ...host, domain: builtFrom(parseDomainConfig(text)), record: text };
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
    ...(host.seed === shall.seed ? [] : ["what cloud-init reads is not as declared"]),
    ...(host.links.includes(inputs.name) === shall.links.includes(inputs.name)
      ? []
      : ["its autostart is not as declared"]),
    ...(host.domain === undefined || host.domain.name === inputs.name
      ? []
      : [`the domain is called ${host.domain.name}`]),
  ];
}
