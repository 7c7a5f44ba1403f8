/** The guest, for the laws. */
import { domuKind, lookedAt } from "../../../provider/resources/domu/domu.lifecycle";
import { asMade } from "../../../provider/resources/domu/domu.observe";
import { guestPlan } from "../../../provider/resources/domu/domu.plan";
import type { Guest } from "../../../provider/resources/domu/domu.guest";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import type { HostModel, LawKind } from "../kind";
import { type Edit, edited, edits } from "./edits";
import { type Hand, PASSWORD_BY_HAND, hands, touched } from "./hands";
import { type Host, apply, lacks, made, observed } from "./host";
import { distinctIdentities, passwords, stableDevices, stableMacs, takenIsAskedFor } from "./own";
import { programs } from "./programs";

const host: HostModel<DomUInputs, Guest, Host, Hand> = {
  made,
  observed,
  apply,
  read: (now, inputs) => lookedAt(observed(now), inputs),
  lacks,
  hands,
  touched,
};

export const domuLaw: LawKind<DomUInputs, Guest, Edit, Host, Hand> = {
  name: "DomU",
  kind: domuKind,
  programs,
  edits,
  edited,
  plan: guestPlan,
  asMade,
  host,
  hidden: (inputs) => [...passwords(inputs), PASSWORD_BY_HAND],
  // Properties that no host shows.
  isQuiet: ({ property }) => /^(install|waitFor|snapshotBefore)\b/.test(property),
  finished: { phase: "done" },
  label: "name",
  own: {
    "no two disks have one device, and no two interfaces one address": distinctIdentities,
    "a disk without a device keeps the one that it had": stableDevices,
    "an interface without an address keeps the one that it had": stableMacs,
    "who else has a name, an address or a disk is asked before a guest takes it": takenIsAskedFor,
  },
};
