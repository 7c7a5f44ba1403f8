/** A history for a seed: what people, operators and bad luck do, likely things more often. */
import type { Act, Edit, Fault, History, Meanwhile, StackName, Step, When } from "../play/history";
import { type EditedProgram, applyEdit, unedited } from "./edits";
import { hopelessEdits, someEdits } from "./generate-edits";
import { type DeclaredGuest, guestNameOf, isGuest } from "./program";
import { Random } from "./random";
import { prodProgram, testProgram } from "./templates";

type Programs = Partial<Record<StackName, EditedProgram>>;

export function generate(seed: number, steps: number): History {
  const random = new Random(seed);
  const prod = prodProgram(random);
  const test = random.isTrue(0.2) ? testProgram(random) : undefined;
  const programs: Programs = { prod: unedited(prod), ...(test === undefined ? {} : { test: unedited(test) }) };
  const made: Step[] = [];
  // Nothing can be lost before something is there.
  if (random.isTrue(0.9)) made.push({ do: "up", stack: "prod", ...(random.isTrue(0.3) ? { isParallel: true } : {}) });
  while (made.length < steps) {
    for (const step of someSteps(random, programs)) {
      made.push(step);
      // What cannot be done is taken back: nobody builds on it.
      if (step.do !== "edit" || step.isHopeless === true) continue;
      const program = programs[step.stack];
      if (program !== undefined) programs[step.stack] = step.edits.reduce(applyEdit, program);
    }
  }
  return { programs: { prod, ...(test === undefined ? {} : { test }) }, steps: made.slice(0, steps) };
}

function someSteps(random: Random, programs: Programs): Step[] {
  const stack: StackName = programs.test !== undefined && random.isTrue(0.35) ? "test" : "prod";
  const program = programs[stack] ?? { resources: [], removed: [] };
  const edit = (edits: readonly Edit[], isHopeless = false): Step => ({
    do: "edit",
    stack,
    edits,
    ...(isHopeless ? { isHopeless } : {}),
  });
  const edits = (): Edit[] =>
    Array.from({
      length: random.weighted([
        [6, 1],
        [3, 2],
        [1, 4],
      ] as const),
    }).flatMap(() => someEdits(random, program));
  const up: Step = { do: "up", stack };
  return random.weighted<() => Step[]>([
    [10, () => [edit(edits()), up]],
    [4, () => [edit(edits()), { ...up, fault: someFault(random) }]],
    [3, () => [edit(hopelessEdits(random, program), true), up]],
    [3, () => [up]],
    [2, () => [edit(edits()), { ...up, isParallel: true }]],
    [1, () => [edit(hopelessEdits(random, program), true), { ...up, isParallel: true }]],
    [2, () => [{ do: "refresh", stack }]],
    [2, () => [{ do: "refresh", stack }, up]],
    [1, () => [{ do: "preview", stack }]],
    [5, () => [{ do: "operator", act: someAct(random, program) }]],
    [1, () => [{ ...up, between: someAct(random, program) }]],
    [1.5, () => [edit(edits()), { ...up, meanwhile: someMeanwhile(random, programs, stack) }]],
    [1, () => [{ do: "reboot", how: random.one(["orderly", "powerCut"] as const) }]],
    [1.5, () => [{ do: "rewind", stack, runs: random.below(3) }]],
    [0.7, () => [{ do: "destroy", stack }]],
    [0.3, () => [{ do: "destroy", stack, meanwhile: someMeanwhile(random, programs, stack) }]],
  ])();
}

function someMeanwhile(random: Random, programs: Programs, stack: StackName): Meanwhile {
  const other: StackName = stack === "prod" ? "test" : "prod";
  return {
    who: programs[other] !== undefined && random.isTrue(0.7) ? other : "colleague",
    does: random.isTrue(0.8) ? "up" : "destroy",
    look: 1 + random.below(6),
    isHeld: random.isTrue(0.6),
  };
}

function someFault(random: Random): Fault {
  // Most ups change one thing, in few calls of xl: a fault that waits for more seldom strikes.
  const first = (): number =>
    random.weighted([
      [6, 1],
      [3, 2],
      [1, 3],
    ]);
  const when: When = random.isTrue(0.6) ? { change: first() } : { call: first(), ms: random.below(150) };
  return random.weighted<Fault>([
    [4, { fault: "killProvider", when }],
    [2, { fault: "cutLink", when }],
    [2, { fault: "killJobs", when }],
    [3, { fault: "failXl", when: { change: first() } }],
    [1, { fault: "reboot", how: random.one(["orderly", "powerCut"] as const), when }],
    [1, { fault: "installer", how: random.one(["crash", "poweroff"] as const) }],
  ]);
}

function someAct(random: Random, program: EditedProgram): Act {
  const guests = program.resources.filter(isGuest);
  const declared: DeclaredGuest | undefined = guests.length === 0 ? undefined : random.one(guests);
  const guest = declared === undefined ? "guest1" : guestNameOf(declared);
  const file = `/etc/xen/${guest}.cfg`;
  return random.weighted<Act>([
    [3, { act: "xl", args: ["rename", guest, random.one(["web1", "by-hand"])] }],
    [2, { act: "xl", args: ["destroy", guest] }],
    [2, { act: "xl", args: ["shutdown", guest] }],
    [1, { act: "xl", args: ["pause", guest] }],
    [2, { act: "xl", args: ["mem-set", guest, random.one(["200m", "160m"])] }],
    [1, { act: "xl", args: ["vcpu-pin", guest, "all", "1"] }],
    [2, { act: "ends", guest, how: random.one(["crash", "reboot", "poweroff"] as const) }],
    [1, { act: "deaf", guest }],
    [2, { act: "unreadable", guest }],
    [1, { act: "monitorGone", guest }],
    [2, { act: "editFile", path: file, from: "memory = 256", to: random.one(["memory = 300", "memory = 0x100"]) }],
    [1, { act: "editFile", path: file, from: "on_crash", to: "# on_crash" }],
    [1, { act: "editFile", path: file, from: "vdev=xvdb", to: "vdev=xvdz" }],
    [2, { act: "deleteFile", path: file }],
    [1, { act: "deleteFile", path: `/etc/xen/auto/${guest}` }],
    [
      4,
      {
        act: "foreign",
        name: random.one(["web1", "foreign", guest]),
        isRunning: random.isTrue(0.6),
        ...(random.isTrue(0.25) ? { disk: random.one(["/xen/vm/g1.img", "/xen/vm/data.img"]) } : {}),
        ...(random.isTrue(0.25) ? { mac: "00:16:3e:00:00:99" } : {}),
        ...(random.isTrue(0.15) ? { uuidOf: guest } : {}),
      },
    ],
  ]);
}
