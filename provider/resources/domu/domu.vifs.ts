/** A guest's interfaces: their check, their MAC addresses, and what a change of them does. Pure. */
import { z } from "zod";
import { type Difference, type EntryChange, UNKNOWN, hasUnknown, isUnknown, shown } from "../../property";
import { type DomainConfig, MAC_PATTERN, type VifSpec, deriveMac } from "../../xen";
import { address } from "../address";
import type { Guest } from "./domu.guest";
import type { Effect } from "../../effect";
import { attachVif, detachVif, setVlans } from "./domu.live";
import { each, hasUnknownEntry, isList } from "./domu.lists";
import type { DomUShall, DomUVif, LiveStep } from "./domu.shall";
import { isSameVlans, isVlanScript, normalVifVlans, scriptPath, shownVlans, vlansSchema } from "./domu.vlans";

export const interfaceName = z
  .string({ error: "must be the name of a bridge or interface, such as br0" })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/, "must be an interface's name of at most 15 letters, digits and . _ -");
export const specText = z
  .string()
  .regex(/^[^\u0000-\u001f\u007f,"'\\]*$/, "must be one line without commas, quotes or backslashes")
  // xl takes them off; the guest would never be as declared, and be restarted at each change.
  .refine((spec) => spec === spec.trim(), "must not begin or end with a blank");

const macAddress = z
  .string()
  .regex(MAC_PATTERN, { error: 'must be a MAC address such as "00:16:3e:12:34:56", in lower case', abort: true })
  // The last bit of the first byte marks an address of a group, which no interface has.
  .refine(
    (mac) => Number.parseInt(mac.slice(1, 2), 16) % 2 === 0,
    'must be the address of one interface, not of a group. Its second digit must be even, as in "00:16:3e:12:34:56"',
  );

/** In the form of Xen's scripts: a blank between two. */
const SEVERAL =
  "must be an IPv4 or IPv6 address such as 198.51.100.7, without its prefix length, or several with one blank between them";
const addresses = z.union(
  [
    address,
    z
      .string({ error: SEVERAL })
      .refine((text) => text.split(" ").every((word) => address.safeParse(word).success), SEVERAL),
  ],
  { error: SEVERAL },
);

/** Xen's own script plugs it into a bridge; another one (vif-route, vif-nat, vif-openvswitch) knows its own ways. */
export function needsBridge({ script }: Pick<DomUVif, "script">): boolean {
  return script === undefined || script.split(" ", 1)[0]?.split("/").at(-1) === "vif-bridge";
}

/** The Linux bridges that interfaces are plugged into. */
export function bridgesOf(vifs: readonly DomUVif[] | undefined): string[] {
  const names = (vifs ?? []).filter(needsBridge).map(({ bridge }) => bridge);
  return [...new Set(names.filter((bridge) => bridge !== undefined))];
}

/** The first of an interface's addresses is the one that others ask for. */
export function firstAddress(vif: DomUVif | undefined): string | undefined {
  return vif?.ip?.split(" ", 1)[0];
}

export const vifSchema = z.strictObject(
  {
    bridge: interfaceName.optional(),
    mac: macAddress.optional(),
    ip: addresses.optional(),
    script: specText.optional(),
    rate: z
      .string()
      .regex(/^\d+[GMK]?[bB]\/s(@\d+[mu]?s)?$/, 'must be a rate such as "10Mb/s" or "1MB/s@20ms"')
      .optional(),
    vlans: vlansSchema.optional(),
    vifname: interfaceName.optional(),
  },
  {
    error: ({ code, input }) =>
      code === "invalid_type"
        ? `must be an object. Say \`{ bridge: ${JSON.stringify(typeof input === "string" ? input : "br0")} }\``
        : undefined,
  },
);

/**
 * Where no MAC address is given, an interface keeps the one it had: the one that was declared alike before, else the one at
 * its place. Each is given away once, so two interfaces never get the same one, however they were reordered.
 */
export function completeVifs(
  vifs: readonly DomUVif[] | undefined,
  uuid: string,
  olds: readonly DomUVif[] | undefined,
): readonly DomUVif[] {
  if (vifs === undefined) return [];
  // In a preview the list may be Pulumi's marker.
  if (!isList(vifs)) return vifs;
  const list = each(vifs, (vif) => (vif.vlans === undefined ? vif : { ...vif, vlans: normalVifVlans(vif.vlans) }));
  const taken = new Set(list.flatMap((vif) => (typeof vif === "object" && vif.mac !== undefined ? [vif.mac] : [])));
  const before = (Array.isArray(olds) ? (olds as readonly DomUVif[]) : []).map((old) =>
    typeof old === "object" && old.mac !== undefined && !isUnknown(old.mac) && !taken.has(old.mac) ? old : undefined,
  );
  const macs = new Map<number, string>();
  const inherit = (fits: (old: DomUVif, vif: DomUVif, at: number, index: number) => boolean): void => {
    for (const [index, vif] of list.entries()) {
      if (typeof vif !== "object" || vif.mac !== undefined || macs.has(index)) continue;
      const at = before.findIndex((old, position) => old !== undefined && fits(old, vif, position, index));
      const mac = before[at]?.mac;
      if (mac === undefined) continue;
      macs.set(index, mac);
      before[at] = undefined;
      taken.add(mac);
    }
  };
  inherit((old, vif) => SAME.every((field) => old[field] === vif[field]));
  inherit((_old, _vif, at, index) => at === index);
  return each(list, (vif, index) => {
    if (vif.mac !== undefined) return vif;
    const mac = macs.get(index) ?? (isUnknown(uuid) ? UNKNOWN : freeMac(uuid, index, taken));
    taken.add(mac);
    return { ...vif, mac };
  });
}

const SAME = ["bridge", "ip", "script", "rate", "vifname"] as const;

function freeMac(uuid: string, index: number, taken: ReadonlySet<string>): string {
  for (let number = index; ; number += 1) {
    const mac = deriveMac(uuid, number);
    if (!taken.has(mac)) return mac;
  }
}

/** `uuid`: the guest's. An interface in VLANs has a script of ours. */
export function vifSpec(vif: DomUVif, uuid: string | undefined): VifSpec {
  const { mac, bridge, ip, rate, vifname } = vif;
  const script = vif.vlans === undefined ? vif.script : isUnknown(uuid) ? UNKNOWN : scriptPath(uuid);
  const known = Object.entries({ mac, bridge, ip, script, rate, vifname }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(known), more: [] };
}

const UNNAMED_BRIDGE = "xenbr0";

/** As a program would declare it: bridge and VLANs as they are now, the rest as the guest was built. */
export function declaredVif({ mac, bridge }: VifSpec, record: DomainConfig | undefined, is: Guest): DomUVif {
  const former = record?.vifs?.find((vif) => vif.mac === mac);
  const { more: _more, script, ...rest } = former ?? { more: [] };
  const own = isVlanScript(script) ? { vlans: shownVlans(is, mac) } : script === undefined ? {} : { script };
  const built = { ...rest, ...own };
  // libxl says xenbr0 where a file names none.
  const now = former !== undefined && built.bridge === undefined && bridge === UNNAMED_BRIDGE ? undefined : bridge;
  const named = now ?? built.bridge;
  return { ...built, ...(mac === undefined ? {} : { mac }), ...(named === undefined ? {} : { bridge: named }) };
}

/** An interface that changes is not plugged out and in behind the guest's back: that comes with a restart. */
export function vifChanges({
  from = [],
  to = [],
  is,
  shall: { uuid },
}: Difference<readonly DomUVif[], Guest, DomUShall>): EntryChange<LiveStep>[] {
  const runs = is.domain !== undefined;
  const restart = runs ? ("restart" as const) : ("none" as const);
  const live = runs ? ("live" as const) : ("none" as const);
  if (hasUnknownEntry(from) || hasUnknownEntry(to)) {
    return [{ property: "vifs", text: `vifs ${shown(from)} -> ${shown(to)}`, effect: restart }];
  }
  const gone = from.filter(({ mac }) => !to.some((now) => now.mac === mac));
  const changes = to.flatMap((now, index): EntryChange<LiveStep>[] => {
    const property = `vifs[${index}]`;
    // One that left and one that came are one whose address changed.
    const old = from.find(({ mac }) => mac === now.mac) ?? gone.shift();
    if (old === undefined) {
      const where = now.bridge === undefined ? `by ${shown(now.script)}` : `on ${shown(now.bridge)}`;
      const text = `${property} ${shown(now.mac)} added ${where}`;
      return [{ property, text, effect: live, steps: [attachVif(vifSpec(now, uuid))] }];
    }
    const vlans = vlanChanges(property, old, now, { live, restart });
    const others = (["mac", ...SAME] as const).flatMap((field): EntryChange<LiveStep>[] =>
      old[field] === now[field]
        ? []
        : [
            {
              property: `${property}.${field}`,
              text: `${property}.${field} ${shown(old[field])} -> ${shown(now[field])}`,
              effect: restart,
            },
          ],
    );
    return [...others, ...vlans];
  });
  return [
    ...changes,
    ...gone.map((old): EntryChange<LiveStep> => {
      const property = `vifs[${from.indexOf(old)}]`;
      return {
        property,
        text: `${property} ${shown(old.mac)} removed`,
        effect: live,
        steps: [detachVif(old.mac ?? "")],
      };
    }),
  ];
}

/** Of one that is in VLANs already, and stays where it is otherwise, they change at once; its script comes and goes with a restart. */
function vlanChanges(
  property: string,
  { vlans: old }: DomUVif,
  { vlans: now, mac = "" }: DomUVif,
  { live, restart }: { readonly live: Effect; readonly restart: Effect },
): EntryChange<LiveStep>[] {
  if (old === undefined && now === undefined) return [];
  const hasScript = old !== undefined && now !== undefined;
  const isKnown = hasScript && !hasUnknown([old, now]);
  if (isKnown && isSameVlans(old, now)) return [];
  const text = `${property}.vlans ${shown(old)} -> ${shown(now)}`;
  const change = { property: `${property}.vlans`, text };
  return [isKnown ? { ...change, effect: live, steps: [setVlans(mac)] } : { ...change, effect: restart }];
}
