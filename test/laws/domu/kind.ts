/** The guest, for the laws. */
import { domuKind } from "../../../provider/resources/domu/domu.lifecycle";
import { asMade } from "../../../provider/resources/domu/domu.observe";
import { fileDrift, guestDrift, guestPlan } from "../../../provider/resources/domu/domu.plan";
import type { Guest } from "../../../provider/resources/domu/domu.guest";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { completeDomU } from "../../../provider/resources/domu/domu.rules";
import type { HostModel, LawKind } from "../kind";
import { type Edit, edited, edits } from "./edits";
import { type Hand, PASSWORD_BY_HAND, hands, touched } from "./hands";
import { type Host, apply, made, observed } from "./host";
import { distinctIdentities, passwords, secretsStayHidden, stableDevices, stableMacs, takenIsAskedFor } from "./own";
import { programs } from "./programs";

const host: HostModel<DomUInputs, Guest, Host, Hand> = {
  made,
  observed,
  apply,
  read: (now, inputs) => {
    const guest = observed(now);
    const drift = guestDrift(guest, inputs);
    const seen = Object.keys(drift).length === 0 ? inputs : completeDomU({ ...inputs, ...drift }, inputs);
    return { inputs: seen, left: fileDrift(guest, inputs).map(({ text, effect }) => ({ text, effect })) };
  },
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
  quiet: ["install", "waitFor"],
  own: {
    "no two disks have one device, and no two interfaces one address": distinctIdentities,
    "a disk without a device keeps the one that it had": stableDevices,
    "an interface without an address keeps the one that it had": stableMacs,
    "who else has a name, an address or a disk is asked before a guest takes it": takenIsAskedFor,
    "no text shows what is secret": secretsStayHidden,
  },
};
