/** An update or a create on the model host (host.ts), as the lifecycle does it, and what each step of its job does. */
import { planOf } from "../../../provider/change";
import { strongest } from "../../../provider/effect";
import { NO_GUESTS } from "../../../provider/resources/disk-image/disk-image.guests";
import { moveJob, relocateJob } from "../../../provider/resources/disk-image/disk-image.move";
import { faultsOfMoving } from "../../../provider/resources/disk-image/disk-image.move.refusals";
import { imageOf, isOurs } from "../../../provider/resources/disk-image/disk-image.observe";
import { type DiskImageInputs, diskImageTable } from "../../../provider/resources/disk-image/disk-image.properties";
import { judgeImage } from "../../../provider/resources/disk-image/disk-image.refusals";
import { jobFor } from "../../../provider/resources/disk-image/disk-image.steps";
import type { Job, Step } from "../../../provider/shell";
import type { Applied } from "../kind";
import { CLAIM_ID, type Host, bytesOf, looked, madeFile, recordOf } from "./host";
import { locatedOn, movedHost, placeOn } from "./moves";
import { EXTENT, inExtents } from "./volumes";

/** An update or a create, as the lifecycle does it: looked at, judged, its job's steps one after the other. */
export function apply(host: Host, inputs: DiskImageInputs, how: "update" | "create"): Applied<Host> {
  const seen = looked(host);
  const at = how === "update" ? locatedOn(host, inputs, seen) : undefined;
  if (at !== undefined && at.format !== undefined) {
    if (!isOurs(seen) && seen.phase === "making") {
      const there = performed(host, relocateJob(inputs, at), inputs);
      const then = apply(there.host, inputs, how);
      return { ...then, failed: [...there.failed, ...then.failed], jobs: [...there.jobs, ...then.jobs] };
    }
    const format = at.format;
    const image = { ...imageOf(seen, at.path), format };
    const plan = planOf(diskImageTable, image, inputs, { secrets: inputs.secretProperties ?? [] });
    const target = looked(placeOn(host, inputs));
    const going = { path: at.path, format, seen, target, plan, guests: NO_GUESTS, isBegun: false };
    const faults = faultsOfMoving(going, { ...inputs, allow: ["dataLoss"] });
    // How far LVM has rounded a volume up no preview knows.
    if (faults.length > 0) {
      const isUnforeseen = faults.every(
        (fault) => fault.includes("in whole extents") || isInNoPool(host, inputs, fault),
      );
      return { host, failed: [], refusal: faults.join(" "), isUnforeseen, effect: "none", jobs: [] };
    }
    return performed(host, moveJob(inputs, at, going), inputs);
  }
  // Whether it was consented to is the preview's question (pulumi/verdict.ts).
  const judgement = judgeImage(seen, { ...inputs, allow: ["dataLoss"] }, seen.claim !== undefined);
  if (judgement.verdict === "refuse") {
    const isUnforeseen = judgement.faults.every((fault) => isInNoPool(host, inputs, fault));
    return { host, failed: [], refusal: judgement.faults.join(" "), isUnforeseen, effect: "none", jobs: [] };
  }
  const owner = inputs.owner ?? "";
  const hasState = how === "update";
  const claimant = { owner, claimId: hasState ? host.claim?.id : undefined, hasState };
  const state = { owner, claimId: host.claim?.id, isFinished: host.phase === "ready" };
  // Whether it was announced is the law's question.
  const job = jobFor({ ...inputs, effect: "replace" }, seen, judgement, { claimant, ...(hasState ? { state } : {}) });
  return job === undefined ? { host, failed: [], effect: "none", jobs: [] } : performed(host, job, inputs);
}

/** A volume that was renamed is in the pool in which it was made, or in none, whatever the program says of its new name; no preview knows. */
function isInNoPool({ file }: Host, { thinPool }: DiskImageInputs, fault: string): boolean {
  return thinPool !== undefined && file?.isThin !== true && fault.includes("LVM grows no active volume");
}

function performed(host: Host, job: Job, inputs: DiskImageInputs): Applied<Host> {
  let now = host;
  const failed: string[] = [];
  for (const step of job.steps) {
    const ended = done(now, step, inputs, job);
    if (typeof ended === "string") failed.push(`${step.name}: ${ended}`);
    else now = ended;
  }
  return { host: now, failed, effect: strongest(job.steps.map(({ effect }) => effect)), jobs: [job] };
}

/** The host after the step, or why it would not have worked. */
function done(host: Host, { name, script }: Step, inputs: DiskImageInputs, { title }: Job): Host | string {
  const count = host.count + 1;
  switch (name) {
    case "claim": {
      const isMaking = /^make /.test(title);
      return {
        ...host,
        claim: {
          id: host.claim?.id ?? `${CLAIM_ID.slice(0, -4)}${String(count).padStart(4, "0")}`,
          owner: inputs.owner ?? "",
        },
        format: inputs.format,
        phase: isMaking ? "making" : (host.phase ?? "ready"),
        ...(isMaking ? { made: undefined, madeOf: undefined } : {}),
        // Adopted: known by its uuid from now on.
        ...(!isMaking && inputs.format === "lvm" && script.text.includes("seen=")
          ? { made: host.file?.inode, madeOf: undefined, asked: bytesOf(inputs) }
          : {}),
        count,
      };
    }
    case "download":
      return host;
    case "make":
      if (host.file !== undefined) return "something stands at the path";
      return {
        ...host,
        file: madeFile(inputs, count),
        made: count,
        madeOf: inputs.source === undefined ? "empty" : recordOf(inputs.source),
        asked: inputs.format === "lvm" ? bytesOf(inputs) : undefined,
        count,
      };
    case "grow": {
      // What the step says, and not what the program says.
      const bytes = Number(/ want=(\d+)/.exec(script.text)?.[1]);
      const isQcow2 = script.text.includes("block_resize");
      const { file } = host;
      if (file === undefined) return "there is no image";
      const has = isQcow2 ? file.virtualBytes : file.bytes;
      if (has === undefined) return "it is no qcow2 image";
      if (host.format === "lvm") {
        if (has < inExtents(bytes) && (file.snapshots ?? []).length > 0 && file.isThin !== true)
          return "LVM grows no active volume that has a snapshot";
        if (has - bytes >= EXTENT) return `it has ${has} bytes, more than ${bytes}`;
        return { ...host, file: { ...file, bytes: Math.max(has, inExtents(bytes)) }, phase: "growing", asked: bytes };
      }
      if (has > bytes) return `it has ${has} bytes, more than ${bytes}`;
      const grown = isQcow2 ? { ...file, virtualBytes: bytes } : { ...file, bytes };
      return { ...host, file: grown, phase: "growing" };
    }
    case "let":
      return { ...host, isReadable: true };
    case "forbid":
      return { ...host, isReadable: false };
    case "make-snapshots":
    case "remove-snapshots": {
      const { file } = host;
      if (file === undefined) return "there is no image";
      const named = [...script.text.matchAll(/^snapshot_(?:make|remove) '([^']+)'/gm)].map(([, each = ""]) => each);
      const others = (file.snapshots ?? []).filter((each) => !named.includes(each));
      return { ...host, file: { ...file, snapshots: name === "make-snapshots" ? [...others, ...named] : others } };
    }
    case "tell-snapshots":
      return host;
    case "begin-move":
      return host;
    case "move":
      return movedHost(host, inputs, looked(host).format ?? "raw", script.text);
    case "moved":
      return { ...host, phase: "growing" };
    case "remove":
      return { ...host, file: undefined };
    case "relocate":
      return { ...placeOn(host, inputs), claim: host.claim, phase: host.phase };
    case "permit":
      return { ...host, claim: host.claim && { ...host.claim, owner: inputs.owner ?? "" }, phase: "ready" };
    default:
      return `the host knows no step ${name}`;
  }
}
