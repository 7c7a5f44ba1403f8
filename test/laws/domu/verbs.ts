/** What a plan's steps ask of a toolstack, written down instead of done. */
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import type { GuestChange } from "../../../provider/resources/domu/domu.plan";
import { type ShellText, sh } from "../../../provider/shell";
import type { Toolstack } from "../../../provider/toolstack";
import { xl } from "../../../provider/toolstack/xl/xl";
import type { DiskSpec, VifSpec } from "../../../provider/xen";

export type Verb =
  | readonly ["setMemory" | "setVcpus", number]
  | readonly ["pinVcpus" | "detachDisk" | "detachVif", string]
  | readonly ["setScheduling", { readonly weight?: number | undefined; readonly cap?: number | undefined }]
  | readonly ["attachDisk", DiskSpec]
  | readonly ["attachVif", VifSpec]
  | readonly ["unpause", undefined];

/** By the name of its step. */
export function recordedVerbs(changes: readonly GuestChange[], inputs: DomUInputs): ReadonlyMap<string, Verb> {
  const heard = new Map<string, Verb>();
  let last: Verb | undefined;
  const note = (verb: Verb): ShellText => {
    last = verb;
    return sh`:`;
  };
  const toolstack: Toolstack = {
    ...xl,
    setMemory: (to) => note(["setMemory", to]),
    setVcpus: (to) => note(["setVcpus", to]),
    pinVcpus: (to) => note(["pinVcpus", to]),
    setScheduling: (to) => note(["setScheduling", to]),
    attachDisk: (to) => note(["attachDisk", to]),
    detachDisk: (to) => note(["detachDisk", to]),
    attachVif: (to) => note(["attachVif", to]),
    detachVif: (to) => note(["detachVif", to]),
    get unpause() {
      return note(["unpause", undefined]);
    },
  };
  for (const make of changes.flatMap(({ steps = [] }) => steps)) {
    last = undefined;
    const { name } = make(toolstack, inputs);
    if (last !== undefined) heard.set(name, last);
  }
  return heard;
}
