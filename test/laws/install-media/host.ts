/**
 * A host with one resource's installation media, as a pure value: the files by their content, the claim, and what each step
 * of a job does. Its answers are read as those of a real one.
 */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { planOf } from "../../../provider/change";
import { strongest } from "../../../provider/effect";
import { refreshed } from "../../../provider/resources/install-media/install-media.lifecycle";
import {
  type ObservedMedia,
  mediaOf,
  mediaQuestion,
} from "../../../provider/resources/install-media/install-media.observe";
import { type IsoSource, isInIso, isOnHost } from "../../../provider/resources/install-media/install-media.iso";
import { ISO_FILE, type Media, type Taken } from "../../../provider/resources/install-media/install-media.media";
import {
  type InstallMediaInputs,
  installMediaTable,
} from "../../../provider/resources/install-media/install-media.properties";
import { type NetbootSource, isFromNetboot } from "../../../provider/resources/install-media/install-media.netboot";
import { missingFiles } from "../../../provider/resources/install-media/install-media.refusals";
import { mediaFiles } from "../../../provider/resources/install-media/install-media.rules";
import { mediaJob } from "../../../provider/resources/install-media/install-media.steps";
import { Answer, type Step } from "../../../provider/shell";
import { nameOfDistribution } from "../../../provider/resources/source-file/distribution.schema";
import { isUrl } from "../../../provider/resources/source-file/source-file.schema";
import type { Applied, Seen } from "../kind";

const CLAIM_ID = "0f6ad1f2-0000-4000-8000-00000000000b";

export interface Host {
  readonly name: string;
  /** SHA-256 by the name below the folder; `undefined`: there is no folder. */
  readonly sums: Readonly<Record<string, string>> | undefined;
  /** The record of what was taken out of an ISO, by its name below the folder. */
  readonly taken: Readonly<Record<string, Taken>>;
  readonly owner: string | undefined;
  readonly phase: string | undefined;
}

/** After a creation from these inputs. */
export function made(inputs: InstallMediaInputs): Host {
  const { name, owner, iso } = inputs;
  const files = mediaFiles(inputs);
  return {
    name,
    sums: Object.fromEntries(
      files.map(({ name: file, source }) => [
        file,
        isFromNetboot(source)
          ? sumOnMirror(source.netboot, source.part)
          : isInIso(source)
            ? sumInIso(isoIdOf(iso), source.inIso)
            : source.sha256,
      ]),
    ),
    taken: Object.fromEntries(
      files.flatMap(({ name: file, source }): [string, Taken][] => {
        if (isFromNetboot(source)) return [[file, ofNetboot(source.netboot, source.part)]];
        return isInIso(source) ? [[file, taken(isoIdOf(iso), source.inIso)]] : [];
      }),
    ),
    owner,
    phase: "ready",
  };
}

/** Each path of the host has an ISO of its own. */
function isoIdOf(iso: IsoSource | undefined): string {
  return iso?.sha256 ?? digits(isOnHost(iso) ? iso.hostPath : "none");
}

function sumInIso(iso: string, inIso: string): string {
  return digits(`${iso} ${inIso}`);
}

function taken(iso: string, inIso: string): Taken {
  return { sum: sumInIso(iso, inIso), iso, inIso };
}

/** What the mirrors have today, under one name the same everywhere. */
function sumOnMirror(netboot: NetbootSource, part: "kernel" | "ramdisk"): string {
  return netboot.sha256?.[part] ?? digits(`${part} ${nameOfDistribution(netboot)}`);
}

function ofNetboot(netboot: NetbootSource, part: "kernel" | "ramdisk"): Taken {
  return { sum: sumOnMirror(netboot, part), iso: "0".repeat(64), inIso: nameOfDistribution(netboot) };
}

function digits(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function observed(host: Host, shall: Pick<InstallMediaInputs, "iso"> = {}): Media {
  return mediaOf(looked(host, shall), host.name);
}

function looked(
  { name, sums, taken: record, owner, phase }: Host,
  { iso }: Pick<InstallMediaInputs, "iso">,
): ObservedMedia {
  const found = Object.entries(sums ?? {}).map(([file, sum]) => `${sum}  ./${file}\n`);
  const lines = Object.entries(record).map(([file, one]) => `${file} ${one.sum} ${one.iso} ${one.inIso}\n`);
  return mediaQuestion({ name }).read(
    new Answer(
      new Map([
        ["exists", sums === undefined ? "no" : "yes"],
        ...(sums === undefined ? [] : [["sums", found.join("")] as const]),
        ["claim", owner === undefined ? "none" : "made"],
        ["claim.id", owner === undefined ? "" : CLAIM_ID],
        ["claim.owner", owner ?? ""],
        ["claim.of", owner === undefined ? "" : `installation media ${name}`],
        ["phase", phase ?? "none"],
        ["taken", lines.join("")],
        ...(isOnHost(iso) ? [["iso.id", isoIdOf(iso)] as const] : []),
        ["guests", "\n"],
        ["free", "30000000"],
        ["tools", " curl python3 gpgv"],
        ["keyring", "/usr/share/keyrings/debian-archive-keyring.gpg"],
      ]),
    ),
  );
}

/** An update or a create, as the lifecycle does it: looked at, planned, local files brought, its job's steps one by one. */
export function apply(host: Host, inputs: InstallMediaInputs): Applied<Host> {
  const seen = looked(host, inputs);
  const plan = planOf(installMediaTable, mediaOf(seen, inputs.name), inputs);
  if (seen.isReady && plan.length === 0) return { host, failed: [], effect: "none", jobs: [] };
  const missing = missingFiles(inputs, plan);
  const brought = missing.flatMap(({ name, source }) =>
    isFromNetboot(source) || isInIso(source) || isUrl(source) ? [] : [[name, source.sha256] as const],
  );
  const claim = { owner: inputs.owner ?? "", seen: seen.claim, renews: false };
  const job = mediaJob(inputs, claim, missing);
  let now: Host = host;
  const failed: string[] = [];
  for (const step of job.steps) {
    const ended = done(now, step, inputs);
    if (typeof ended === "string") failed.push(`${step.name}: ${ended}`);
    else now = ended;
    // Behind the claim, which an own job makes before the upload.
    if (step.name === "claim") now = { ...now, sums: { ...now.sums, ...Object.fromEntries(brought) } };
  }
  return { host: now, failed, effect: strongest(job.steps.map(({ effect }) => effect)), jobs: [job] };
}

/** The host after the step, or why it would not have worked. */
function done(host: Host, { name, script: { text } }: Step, inputs: InstallMediaInputs): Host | string {
  const { sums = {} } = host;
  if (name === "claim") return { ...host, owner: inputs.owner, phase: "fetching", sums: withFolders(sums, text) };
  if (name === "kernel-types") return host;
  if (name === "tidy") {
    const kept = /^printf '%s\\n' (.*) >"\$kept"$/m.exec(text)?.[1]?.split(" ") ?? [];
    const left = Object.entries(sums).filter(([file]) => kept.includes(`'./${file}'`) || kept.includes(`./${file}`));
    const names = /^awk -v names=' (.*) ' .* 'taken' /m.exec(text)?.[1]?.split(" ") ?? [];
    const records = Object.entries(host.taken).filter(([file]) => names.includes(file));
    return { ...host, sums: Object.fromEntries(left), taken: Object.fromEntries(records), phase: "ready" };
  }
  if (name.startsWith("take-")) {
    const [, iso] = /ti_iso='([^']+)'/.exec(text) ?? [];
    const [, id] = /ti_id='([^']*)'/.exec(text) ?? [];
    const [, inIso] = /ti_path='([^']+)'/.exec(text) ?? [];
    const [, file] = /ti_name='([^']+)'/.exec(text) ?? [];
    if (iso === undefined || inIso === undefined || file === undefined) return "the step does not say what it takes";
    if (iso.endsWith(`/${ISO_FILE}`) && sums[ISO_FILE] !== id) return "the ISO is not there";
    const one = taken(id === undefined || id === "" ? digits(iso) : id, inIso);
    return { ...host, sums: { ...sums, [file]: one.sum }, taken: { ...host.taken, [file]: one } };
  }
  if (!name.startsWith("fetch-")) return `the host knows no step ${name}`;
  if (text.includes("nm_mirror=")) {
    const part = text.includes("dl_label='kernel'") ? "kernel" : "ramdisk";
    if (inputs.netboot === undefined) return "no installer is declared";
    const one = ofNetboot(inputs.netboot, part);
    const file = part === "kernel" ? "vmlinuz" : "initrd";
    return { ...host, sums: { ...sums, [file]: one.sum }, taken: { ...host.taken, [file]: one } };
  }
  const [, target] = /dl_target='\/var\/lib\/pulumi-xen\/media\/[^/']+\/([^']+)'/.exec(text) ?? [];
  const [, sum] = /dl_want='([0-9a-f]{64})'/.exec(text) ?? [];
  if (target === undefined || sum === undefined) return "the step does not say what it fetches";
  return { ...host, sums: { ...sums, [target]: sum } };
}

/** A file that stands where a folder is needed goes. */
function withFolders(sums: Readonly<Record<string, string>>, script: string): Readonly<Record<string, string>> {
  const list = /^for folder in (.*); do$/m.exec(script)?.[1] ?? "";
  const folders = [...list.matchAll(/'\/var\/lib\/pulumi-xen\/media\/[^/']+\/([^']+)'/g)].map(([, folder]) => folder);
  return Object.fromEntries(Object.entries(sums).filter(([file]) => !folders.includes(file)));
}

/** A refresh: the state has been finished, and has the claim. */
export function read(host: Host, inputs: InstallMediaInputs): Seen<InstallMediaInputs> | undefined {
  const outputs = { machineId: "machine-1", claimId: CLAIM_ID, phase: "ready" as const };
  const seen = refreshed(looked(host, inputs), inputs, outputs);
  return seen === undefined ? undefined : { inputs: seen.inputs, left: [] };
}

export function lacks(host: Host, inputs: InstallMediaInputs): string[] {
  const { sums, taken: record } = made(inputs);
  const isThere =
    isDeepStrictEqual(host.sums, sums) &&
    Object.entries(record).every(([file, one]) => isDeepStrictEqual(host.taken[file], one));
  return isThere ? [] : [`it has ${JSON.stringify([host.sums, host.taken])}`];
}
