/** A distribution's own installer, by name: its kernel and ramdisk from a mirror. Pure. */
import { z } from "zod";
import type { Published } from "../../host/distributions/distribution";
import { NETBOOT, type Netboot } from "../../host/distributions/netboot";
import { namedDownload } from "../../host/named-download";
import { TAKEN_RECORD } from "../../host/iso";
import { cannotVerify, keyringsOf } from "../../host/signature";
import { type EntryChange, hasUnknown, isUnknown, shown } from "../../property";
import { type JobFile, type ShellText, type Step, sh } from "../../shell";
import {
  type FromDistribution,
  completeDistribution,
  describeDistribution,
  distributionFaults,
  distributionFields,
  nameOfDistribution,
} from "../source-file/distribution.schema";
import { SUM_RULE, isSecretSource, mustBeObject, sourceFields } from "../source-file/source-file.schema";

/** A distribution's installer for the network, as the mirror has it when it is brought to the host. */
export interface NetbootSource extends FromDistribution {
  /**
   * The SHA-256 of both files, 64 hex digits each: then these count, and no sums are fetched. Default: what the distribution publishes; some
   * publish none, and then this is needed. A change: none, it counts when the files are brought.
   */
  readonly sha256?:
    | {
        /** Of the kernel. A change: none. */
        readonly kernel: string;
        /** Of the ramdisk. A change: none. */
        readonly ramdisk: string;
      }
    | undefined;
}

/** What a host shows of files of media, by their names below the folder. */
interface Brought {
  /** SHA-256 of each. */
  readonly sums: ReadonlyMap<string, string>;
  /** How those came that were not declared by their own sums. */
  readonly taken: ReadonlyMap<string, { readonly sum: string; readonly iso: string; readonly inIso: string }>;
}

/** One of its files, among the files of media. */
export interface FromNetboot {
  readonly netboot: NetbootSource;
  readonly part: "kernel" | "ramdisk";
}

const filesOf = ({ kernel, ramdisk }: Netboot): Published[] => [kernel, ramdisk];
const sum = sourceFields.sha256;
const needed = { error: ({ input }: { input?: unknown }) => (input === undefined ? SUM_RULE : undefined) };

export const netbootSchema = z
  .strictObject(
    {
      ...distributionFields,
      sha256: z.strictObject({ kernel: sum, ramdisk: sum }, needed).optional(),
    },
    { error: mustBeObject },
  )
  .superRefine((given, context) => {
    const fault = (path: string[], message: string): void => context.addIssue({ code: "custom", path, message });
    if (given.distribution === undefined) fault(["distribution"], "must be given, such as debian");
    const how = { isPinned: given.sha256 !== undefined, pin: "sha256" };
    for (const { path, message } of distributionFaults(given, NETBOOT, filesOf, how)) fault(path, message);
  }) as unknown as z.ZodType<NetbootSource>;

export function isFromNetboot(source: object | string | undefined): source is FromNetboot {
  return typeof source === "object" && "netboot" in source;
}

export function completeNetboot(source: NetbootSource): NetbootSource {
  if (isUnknown(source)) return source;
  const whole = completeDistribution(source, NETBOOT);
  const { sha256 } = whole;
  if (sha256 === undefined || hasUnknown(sha256)) return whole;
  return { ...whole, sha256: { kernel: sha256.kernel.toLowerCase(), ramdisk: sha256.ramdisk.toLowerCase() } };
}

/** For texts. */
export function describeNetboot(source: NetbootSource, secrets: readonly string[] | undefined): string {
  return isUnknown(source) ? shown(source) : describeDistribution(source, isSecretSource("netboot", secrets));
}

export function netbootChange(from: NetbootSource | undefined, to: NetbootSource | undefined): EntryChange<Step>[] {
  const name = (source: NetbootSource | undefined): string =>
    source === undefined || isUnknown(source) ? shown(source) : shown(nameOfDistribution(source));
  const [before, after] = [name(from), name(to)];
  const isChanged = from !== undefined && !isUnknown(from) && from.mirror === CHANGED;
  const text =
    before === after ? (isChanged ? "(changed on the host)" : "(the same, from elsewhere)") : `${before} -> ${after}`;
  return [{ property: "netboot", text: `netboot ${text}`, effect: "none" }];
}

/** In the record of what was taken, in the place of an ISO. */
const NO_ISO = "0".repeat(64);
const FOUND = "(found on the host)";
const CHANGED = "(changed on the host)";
const PARTS = { kernel: "vmlinuz", ramdisk: "initrd" } as const;

/** Did a file come from an installer by name? */
export function isNetbootRecord(record: { readonly iso: string } | undefined): boolean {
  return record?.iso === NO_ISO;
}

/** What of an installer the host has, in the form of its declaration. */
export function foundNetboot({ taken, sums }: Brought, shall: NetbootSource | undefined): NetbootSource | undefined {
  if (shall !== undefined && isUnknown(shall)) return shall;
  const records = Object.values(PARTS).map((file) => ({ record: taken.get(file), sum: sums.get(file) }));
  const named = records.find(({ record }) => isNetbootRecord(record))?.record?.inIso;
  if (named === undefined) return undefined;
  const isWhole = records.every(
    ({ record, sum: has }) => record?.inIso === named && isNetbootRecord(record) && record.sum === has,
  );
  const isNamed = shall !== undefined && named === nameOfDistribution(shall);
  if (isNamed) return isWhole ? shall : { ...shall, mirror: CHANGED };
  const [distribution = "", version = "", variant] = named.split("/");
  return { distribution, version, variant, mirror: FOUND } as NetbootSource;
}

/** Is the file what the installer by name was, and unchanged since? */
export function isOfNetboot({ taken, sums }: Brought, { netboot }: FromNetboot, file: string): boolean {
  const record = taken.get(file);
  return isNetbootRecord(record) && record?.inIso === nameOfDistribution(netboot) && record.sum === sums.get(file);
}

function publishedFiles({ distribution, version, variant = "" }: NetbootSource): Netboot {
  return NETBOOT[distribution].of(version, variant);
}

/** Where the host may have the key that counts; empty where none is needed. */
export function netbootKeyrings(source: NetbootSource | undefined): readonly string[] {
  if (source === undefined || source.sha256 !== undefined || source.key !== undefined) return [];
  return keyringsOf([publishedFiles(source).kernel]);
}

/** Why the host cannot verify what the distribution signs. */
export function cannotVerifyNetboot(
  seen: { readonly tools: readonly string[]; readonly keyring?: string | undefined },
  source: NetbootSource,
  secrets: readonly string[] | undefined,
): string[] {
  if (source.sha256 !== undefined) return [];
  return cannotVerify({ tools: seen.tools, keyring: seen.keyring }, filesOf(publishedFiles(source)), {
    distribution: isSecretSource("netboot", secrets) ? undefined : source.distribution,
    isKeyGiven: source.key !== undefined,
    at: "netboot",
    pin: "netboot.sha256",
  });
}

/** Fetches the file and records where it came from, as what is taken out of an ISO is recorded. */
export function fetchNetboot(
  { netboot, part }: FromNetboot,
  folder: string,
  secrets: readonly string[] | undefined,
): ShellText {
  const { distribution, key, sha256 } = netboot;
  const hides = isSecretSource("netboot", secrets);
  const file = PARTS[part];
  const sumFile = `${folder}/.${file}.sum`;
  const record = `${folder}/${TAKEN_RECORD}`;
  return sh`${namedDownload({
    label: part,
    what: hides ? "[secret]" : `the ${part} of ${describeDistribution(netboot, false)}`,
    distribution: hides ? "the distribution" : distribution,
    published: publishedFiles(netboot)[part],
    hides,
    mirrorFile: sh`"$JOB_FILES"/mirror`,
    keyFile: key === undefined ? undefined : sh`"$JOB_FILES"/key`,
    sha256: sha256?.[part],
    target: `${folder}/${file}`,
    sumFile,
  })}
if [ -f ${record} ]; then awk -v name=${file} '$1 != name' ${record}; fi >${`${record}.new`}
printf '%s %s %s %s\n' ${file} "$(cat ${sumFile})" ${NO_ISO} ${nameOfDistribution(netboot)} >>${`${record}.new`}
replace_whole ${record}
rm -f ${sumFile}`;
}

export function netbootJobFiles({ mirror, key }: NetbootSource): JobFile[] {
  return [
    { name: "mirror", content: `${mirror}\n` },
    ...(key === undefined ? [] : [{ name: "key", content: `${key.trim()}\n` }]),
  ];
}
