/** A guest whose creation or change was cut short: which job finishes it, and what that does to what runs. Pure. */
import { strongest } from "../../effect";
import type { Unfinished } from "../../pulumi";
import type { Job } from "../../shell";
import { creationJob, updateJob } from "./domu.jobs";
import { type ObservedDomU, ownDomain } from "./domu.observe";
import { isInstalled } from "./domu.place";
import type { DomUInputs } from "./domu.schema";

/** Nothing there yet, or an install on its way: the walk of a create goes on, with what its own plan announced. */
export function isCreation(observed: ObservedDomU, inputs: DomUInputs): boolean {
  return !isInstalled(observed.phase) && (inputs.install !== undefined || ownDomain(observed, inputs) === undefined);
}

/** For the preview after a refresh. `inputs`: as they were declared when the guest was left. */
export function leftToDo(observed: ObservedDomU, inputs: DomUInputs): Unfinished[] {
  const job: Job = isCreation(observed, inputs)
    ? creationJob(inputs, observed.phase)
    : updateJob(observed, inputs, inputs, { isUnfinished: true });
  const noticed = job.steps.filter(({ effect }) => effect !== "none").map(({ title }) => title);
  return [
    {
      text: `finish what was begun (${observed.phase ?? "disk-ready"})${noticed.length === 0 ? "" : `, which will ${noticed.join(", ")}`}`,
      effect: strongest(job.steps.map(({ effect }) => effect)),
    },
  ];
}
