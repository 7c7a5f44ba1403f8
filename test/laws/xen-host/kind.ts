/** The Xen host, for the laws. */
import { hostPlan } from "../../../provider/resources/xen-host/xen-host.findings";
import { xenHostKind } from "../../../provider/resources/xen-host/xen-host.lifecycle";
import type { ObservedHost } from "../../../provider/resources/xen-host/xen-host.observe";
import type { XenHostInputs } from "../../../provider/resources/xen-host/xen-host.properties";
import type { LawKind, SavedOr } from "../kind";
import { type Hand, hands, touched } from "./hands";
import { type Host, apply, lacks, looked, made, read } from "./host";
import { type XenHostEdit, edited, edits, programs } from "./programs";

export const xenHostLaw: LawKind<XenHostInputs, SavedOr<XenHostInputs, ObservedHost>, XenHostEdit, Host, Hand> = {
  name: "XenHost",
  kind: xenHostKind,
  programs,
  edits,
  edited,
  plan: (is, shall) => ("saved" in is ? xenHostKind.changes(is.saved, shall) : hostPlan(is.seen, shall).changes),
  asMade: (saved) => ({ saved }),
  host: { made, observed: (host) => ({ seen: looked(host) }), apply, read, lacks, hands, touched },
  // No host shows these.
  // It only sees whether the host is as declared.
  mayStop: ({ adopt }) => adopt === true,
  isQuiet: ({ property }) => ["toolstack", "reboot", "onHostReboot", "onDelete"].includes(property),
  finished: { phase: "ready" },
  label: "connection",
  hidden: () => [],
  own: {},
};
