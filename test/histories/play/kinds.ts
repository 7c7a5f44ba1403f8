/** Of what kind the things are that happen in a history: a run counts them, so that it is seen what it really played. Pure. */
import type { Act, Fault, Meanwhile, Step } from "./history";

export function kindOf(step: Step): string {
  switch (step.do) {
    case "edit":
      return step.isHopeless === true ? "edit that cannot be done" : "edit";
    case "up":
      return step.isParallel === true ? "up, its calls at the same time" : "up";
    case "operator":
      return kindOfAct(step.act);
    case "reboot":
      return `host rebooted (${step.how})`;
    case "rewind":
      return step.runs === 0 ? "state lost" : "state put back to an earlier one";
    default:
      return step.do;
  }
}

export function kindOfAct(act: Act): string {
  switch (act.act) {
    case "xl":
      return `operator: xl ${act.args[0] ?? ""}`;
    case "ends":
      return `guest by itself: ${act.how}`;
    case "foreign":
      return `operator: a foreign guest${act.disk === undefined ? "" : " with a disk of ours"}${act.mac === undefined ? "" : " with a MAC of ours"}${act.uuidOf === undefined ? "" : " with a uuid of ours"}`;
    default:
      return `operator: ${act.act}`;
  }
}

/** Of one that has struck. */
export function kindOfFault(fault: Fault): string {
  return `fault: ${fault.fault}${"how" in fault ? ` (${fault.how})` : ""}`;
}

export function kindOfMeanwhile({ who, does, isHeld }: Meanwhile): string {
  return `two at work: ${does} of ${who === "colleague" ? "a colleague" : "the other stack"}${isHeld ? ", the first one held" : ""}`;
}
