/** What is left to do of a guest that is half made, in words for the next preview. Pure. */
import { strongest } from "../../effect";
import type { Unfinished } from "../../pulumi";
import { type ClaimSeen, creationJob, updateJob } from "./domu.jobs";
import { isBegun } from "./domu.life";
import type { ObservedDomU } from "./domu.observe";
import { guestPlan } from "./domu.plan";
import type { DomUInputs } from "./domu.properties";

/** `inputs`: as they were declared when the guest was left. */
export function leftToDo(observed: ObservedDomU, inputs: DomUInputs): Unfinished[] {
  const { guest, phase, claim } = observed;
  const seen: ClaimSeen = { seen: claim, renews: false, isKnown: true, nameNow: guest.name ?? inputs.name };
  const job =
    isBegun(phase) && (inputs.install !== undefined || guest.domain === undefined)
      ? creationJob(guest.on, inputs, phase, seen)
      : updateJob(guest, guestPlan(guest, inputs), inputs, { ...seen, isUnfinished: true });
  const noticed = job.steps
    .filter(({ name, effect }) => effect !== "none" || name === "install")
    .map(({ title }) => title);
  return [
    {
      text: `finish what was begun (${phase ?? "its claim is gone"})${noticed.length === 0 ? "" : `, which will ${noticed.join(", ")}`}`,
      effect: strongest(job.steps.map(({ effect }) => effect)),
    },
  ];
}
