/** What a distribution publishes, by its name: the arguments, and what is wrong with them. All of it is known offline but the sum of what is the latest. Pure. */
import { z } from "zod";
import {
  DISTRIBUTIONS,
  type DistributionName,
  type Offer,
  type Published,
  hasVersion,
  oneOf,
  versionsOf,
} from "../../host/distributions/distribution";
import { UNKNOWN, hasUnknown, isUnknown, shown, whenKnown } from "../../property";

/** Something that a distribution publishes, on a mirror of it. */
export interface FromDistribution {
  /** The distribution: `almalinux`, `alpine`, `debian`, `fedora`, `opensuse`, `rocky` or `ubuntu`. A change: that of the property which holds this source. */
  readonly distribution: "almalinux" | "alpine" | "debian" | "fedora" | "opensuse" | "rocky" | "ubuntu";
  /** Its version, such as `12` or `24.04`. A change: that of the property which holds this source. */
  readonly version: string;
  /** Which of several, such as `generic` in place of `genericcloud`. Default: the first in the table of the page. A change: that of the property which holds this source. */
  readonly variant?: string | undefined;
  /** The http or https URL of a mirror's folder, below which the distribution's paths begin. The host fetches from it. A change: none. */
  readonly mirror: string;
  /**
   * The public key that signs the sums, in armor (`gpg --armor --export`). Default: the keys of the distribution's keyring on the host, by the
   * fingerprints of the table. A change: none.
   */
  readonly key?: string | undefined;
}

const mirror = z
  .string()
  .regex(
    /^https?:\/\/[^\s?#]+$/,
    "must be the http or https URL of a mirror's folder, such as https://mirror.example/debian",
  )
  .refine(
    (text) => !/^https?:\/\/[^/]*@/.test(text),
    "must not hold a password before its host, since curl, wget and Python each read that in their own way",
  );

const KEY_RULE = "must be a public key in armor, as `gpg --armor --export` prints it";
const key = z
  .string()
  .regex(
    /^\s*-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n[\x20-\x7e\r\n]+-----END PGP PUBLIC KEY BLOCK-----\s*$/,
    KEY_RULE,
  )
  .refine((text) => text.length <= 256 * 1024, "must be at most 256 KiB long");

export const distributionFields = {
  distribution: z.enum(DISTRIBUTIONS).optional(),
  version: z.string({ error: 'must be a text, such as "12"' }).optional(),
  variant: z.string().optional(),
  mirror: mirror.optional(),
  key: key.optional(),
};

export const OF_DISTRIBUTION = ["version", "variant", "mirror", "key"] as const;

type Given = Readonly<Partial<Record<keyof FromDistribution, unknown>>>;
interface Fault {
  readonly path: string[];
  readonly message: string;
}

/** Files of an offer whose sums count. */
export type FilesOf<P> = (published: P) => readonly Published[];

/**
 * What is wrong with a source by name, beyond the form of each member.
 * @param isPinned - the user gives the sums of its files
 * @param pin - for messages, how: `sha256`
 */
export function distributionFaults<P>(
  given: Given,
  offers: Readonly<Record<DistributionName, Offer<P>>>,
  files: FilesOf<P>,
  { isPinned, pin }: { isPinned: boolean; pin: string },
): Fault[] {
  const { distribution, mirror: at } = given;
  const [version, variant] = [given.version, given.variant] as (string | undefined)[];
  if (distribution === undefined || isUnknown(distribution)) return [];
  const name = distribution as DistributionName;
  const offer = offers[name];
  const faults: Fault[] = [];
  const fault = (member: string, message: string): void => void faults.push({ path: [member], message });
  if (version === undefined) fault("version", `must be given: of ${name} ${versionsOf(offer)}`);
  else if (!isUnknown(version) && !hasVersion(offer, version))
    fault("version", `must be, of ${name}, ${versionsOf(offer)}. For another version give its url and sha256`);
  if (variant !== undefined && !isUnknown(variant) && !offer.variants.includes(variant))
    fault("variant", `must be, of ${name}, ${oneOf(offer.variants)}`);
  if (at === undefined)
    fault("mirror", `must be given: the URL of the folder in which a mirror of ${name} has ${offer.holds}`);
  if (faults.length > 0 || isPinned || hasUnknown([version, variant])) return faults;
  const published = files(offer.of(version ?? "", variant ?? offer.variants[0] ?? ""));
  if (published.some(({ sums }) => sums === undefined))
    fault(pin, `must be given: ${name} publishes no sum of this that could be verified. \`sha256sum FILE\` prints it`);
  else if (published.some(({ sums }) => sums?.signed === undefined)) {
    if (typeof at === "string" && !isUnknown(at) && !at.startsWith("https://"))
      fault("mirror", `must begin with https://, since ${name} does not sign the sums of this; or give ${pin}`);
    if (String(given.key).includes("PUBLIC KEY"))
      fault("key", `must be left out: ${name} does not sign the sums of this`);
  }
  return faults;
}

/** The same source in one writing, with its default. */
export function completeDistribution<S extends FromDistribution>(
  source: S,
  offers: Readonly<Record<DistributionName, Offer<unknown>>>,
): S {
  const { distribution, variant, mirror: at } = source;
  return {
    ...source,
    variant: variant ?? whenKnown([distribution], (name) => offers[name].variants[0] ?? ""),
    mirror: isUnknown(at) ? UNKNOWN : at.replace(/\/+$/, ""),
  };
}

/** What it is, whatever mirror has it: `debian/12/genericcloud`. Of a completed source. */
export function nameOfDistribution({ distribution, version, variant }: FromDistribution): string {
  return [distribution, version, variant].join("/");
}

/** For texts. */
export function describeDistribution(source: FromDistribution, secret: boolean): string {
  if (secret) return shown(undefined, { secret });
  const { distribution, version, variant, mirror: at } = source;
  return `${[distribution, version, variant]
    .filter((part) => part !== undefined)
    .map((part) => shown(part))
    .join(" ")} on ${shown(at)}`;
}
