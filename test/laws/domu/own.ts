/** Laws of a guest alone: the identities of its disks and interfaces. */
import { takesMore, wantedOf } from "../../../provider/resources/domu/domu.in-use";
import { asMade } from "../../../provider/resources/domu/domu.observe";
import { guestPlan } from "../../../provider/resources/domu/domu.plan";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import type { OwnLaw } from "../kind";

export const distinctIdentities: OwnLaw<DomUInputs> = (_program, _olds, { disks = [], vifs = [], cloudInit }) => [
  ...repeated([...disks.map(({ device }) => device), cloudInit?.device]).map((device) => `two disks are ${device}`),
  ...repeated(vifs.map(({ mac }) => mac)).map((mac) => `two interfaces are ${mac}`),
];

export const stableDevices: OwnLaw<DomUInputs> = (program, olds, news) => {
  const given = (program.disks ?? []).map(({ device }) => device);
  return (program.disks ?? []).flatMap(({ path, device }, index) => {
    const before = olds.disks?.find((disk) => disk.path === path)?.device;
    const now = news.disks?.[index]?.device;
    return device !== undefined || before === undefined || given.includes(before) || before === now
      ? []
      : [`${path} was ${before} and is ${String(now)}`];
  });
};

const FIELDS = ["bridge", "ip", "script", "rate", "vifname"] as const;

/** Of those that are declared alike nobody knows which is which: they are left out. */
export const stableMacs: OwnLaw<DomUInputs> = (program, olds, news) => {
  if (olds.uuid !== news.uuid) return [];
  const key = (vif: object): string => JSON.stringify(FIELDS.map((field) => (vif as Record<string, unknown>)[field]));
  const alone = (list: readonly object[], vif: object): boolean =>
    list.filter((other) => key(other) === key(vif)).length === 1;
  const given = (program.vifs ?? []).map(({ mac }) => mac);
  return (program.vifs ?? []).flatMap((vif, index) => {
    const before = olds.vifs?.find((old) => key(old) === key(vif));
    const now = news.vifs?.[index]?.mac;
    if (vif.mac !== undefined || before === undefined || given.includes(before.mac)) return [];
    if (!alone(olds.vifs ?? [], before) || !alone(program.vifs ?? [], vif)) return [];
    return before.mac === now
      ? []
      : [`the interface on ${String(vif.bridge)} was ${String(before.mac)} and is ${String(now)}`];
  });
};

export const takenIsAskedFor: OwnLaw<DomUInputs> = (_program, olds, news) => {
  const had = taken(olds);
  const more = taken(news).filter((one) => !had.includes(one));
  const guest = asMade(olds);
  return more.length === 0 || takesMore(guest, guestPlan(guest, news), news)
    ? []
    : [`nobody asks who else has ${more.join(", ")}`];
};

function taken(inputs: DomUInputs): string[] {
  const { uuid, name, macs, disks } = wantedOf(inputs, { isKnown: true });
  return [`uuid ${String(uuid)}`, `name ${name}`, ...macs, ...disks.map(({ path, mode }) => `${path} ${mode}`)];
}

/** Secret without a word of the program. */
export function passwords({ vfb, cloudInit }: DomUInputs): string[] {
  const { rootPasswordHash, users = [], userData } = typeof cloudInit === "object" ? cloudInit : {};
  return [
    typeof vfb === "object" ? vfb.vncPassword : undefined,
    rootPasswordHash,
    userData,
    ...(Array.isArray(users) ? users.map(({ passwordHash }: { passwordHash?: string }) => passwordHash) : []),
  ].filter((text) => text !== undefined);
}

function repeated(values: readonly (string | undefined)[]): string[] {
  return values.filter((value, index): value is string => value !== undefined && values.indexOf(value) !== index);
}
