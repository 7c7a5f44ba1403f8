/** Laws of a guest alone: the identities of its disks and interfaces, and its secrets. */
import { updateJob } from "../../../provider/resources/domu/domu.jobs";
import { asMade } from "../../../provider/resources/domu/domu.observe";
import { guestPlan } from "../../../provider/resources/domu/domu.plan";
import { domuCreation } from "../../../provider/resources/domu/domu.creation";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { EVENT_ACTIONS } from "../../../provider/xen";
import type { OwnLaw } from "../kind";

export const distinctIdentities: OwnLaw<DomUInputs> = (_program, _olds, { disks = [], vifs = [] }) => [
  ...repeated(disks.map(({ device }) => device)).map((device) => `two disks are ${device}`),
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
    return before.mac === now ? [] : [`the interface on ${vif.bridge} was ${String(before.mac)} and is ${String(now)}`];
  });
};

/** In the plan what is or was secret; in the rest what is. */
export const secretsStayHidden: OwnLaw<DomUInputs> = (_program, olds, news) => {
  const changes = guestPlan(asMade(olds), news);
  const claim = { seen: undefined, renews: false, isKnown: true, isUnfinished: false };
  const { title, steps } = updateJob(asMade(olds), changes, news, claim);
  const titles = [title, ...steps.flatMap((step) => [step.title, step.name])];
  const now = news.secretProperties ?? [];
  return [
    ...shownSecrets(
      [...now, ...(olds.secretProperties ?? [])],
      [olds, news],
      changes.map(({ text }) => text),
    ),
    ...shownSecrets(now, [news], [news.config ?? "", ...domuCreation(news)]),
    // A guest's name is how people are told of it.
    ...shownSecrets(
      now.filter((name) => name !== "name"),
      [news],
      titles,
    ),
  ];
};

function shownSecrets(secrets: readonly string[], all: readonly DomUInputs[], texts: readonly string[]): string[] {
  const isSecret = ([name]: [string, unknown]): boolean => secrets.includes(name);
  const open = JSON.stringify(
    all.map((inputs) => Object.entries(inputs).filter((entry) => !isSecret(entry) && entry[0] !== "config")),
  );
  const hidden = all
    .flatMap((inputs) => Object.entries(inputs).filter(isSecret))
    .flatMap(([, value]) => leaves(value))
    // Secret without a word of the program.
    .concat(all.flatMap(({ vfb }) => vfb?.vncPassword ?? []))
    .filter((text) => text.length >= 6 && !open.includes(text) && !WORDS.includes(text));
  return [...new Set(hidden)].flatMap((value) =>
    texts
      .filter((text) => text.includes(value))
      .map((text) => `${JSON.stringify(value)} stands in ${JSON.stringify(text)}`),
  );
}

/** They stand in any configuration. */
const WORDS: readonly string[] = [...EVENT_ACTIONS, "reboot", "127.0.0.1"];

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}

function repeated(values: readonly (string | undefined)[]): string[] {
  return values.filter((value, index): value is string => value !== undefined && values.indexOf(value) !== index);
}
