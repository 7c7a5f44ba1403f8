/** Of the guest's table: the keys of xl.cfg(5) that no other entry carries. Pure. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type DomainConfig, normalDomainConfig } from "../../xen";
import { guestBoot } from "./domu.boot.properties";
import { guestDevices } from "./domu.devices.properties";
import { guestEvents } from "./domu.events.properties";
import { guestIdentity } from "./domu.identity.properties";
import { guestLife } from "./domu.life.properties";
import { built, property, restart, text } from "./domu.property";
import { guestResources } from "./domu.resources.properties";

/** All the others. */
const CARRIED: Readonly<Record<string, { readonly key?: string }>> = {
  ...guestIdentity,
  ...guestResources,
  ...guestBoot,
  ...guestDevices,
  ...guestEvents,
  ...guestLife,
};

export const guestKeys = {
  /** Any other key of xl.cfg(5), with a text, a whole number or a list of texts, such as `{ tsc_mode: "native" }`. */
  extraConfig: property({
    type: z.record(
      z.string().regex(/^[a-z][a-z0-9_]*$/, "must be a key of xl.cfg(5)"),
      z.union([text, z.int().min(0), z.array(text)], {
        error: "must be one line of text, a whole number of at least 0, or a list of texts",
      }),
    ),
    is: built((config) => furtherKeys(config)),
    same: sameOthers,
    change: restart,
  }),
} as const;

type Others = Record<string, string | number | string[]>;

/** Keys that no other property carries; `undefined` where there are none. */
function furtherKeys({ others: all }: DomainConfig): Others | undefined {
  const carried = new Set([...Object.values(CARRIED).map(({ key }) => key), "disk", "vif", "vfb"]);
  const further = Object.entries(all).filter(([key]) => !carried.has(key));
  return further.length === 0 ? undefined : normalOthers(Object.fromEntries(further));
}

/** In the one form that means the same to xl, whoever wrote them. */
function normalOthers(others: DomainConfig["others"]): Others {
  return normalDomainConfig({ others, foreign: [] }).others as Others;
}

function sameOthers(from: Others | undefined, to: Others | undefined): boolean {
  const isMarker = [from, to].some((record) => record !== undefined && typeof record !== "object");
  return isMarker ? from === to : isDeepStrictEqual(normalOthers(from ?? {}), normalOthers(to ?? {}));
}
