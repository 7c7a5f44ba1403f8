/**
 * Growing, plugging and unplugging under a running guest, and a Xen host made plain Linux again: on real Xen.
 */
import type { StackEngine } from "../../lab/engine";
import { guestChanges } from "../stories/guest-changes";
import { engineHere } from "../support/engines";
import { type LabStack, labStack } from "../support/lab-stack";
import { labSuites } from "../support/lab-suites";
import { there } from "../support/there";

jest.setTimeout(40 * 60_000);

describe.each(labSuites())("a running guest's changes on Debian %s", (suite) => {
  let ground: LabStack | undefined;
  let engine: StackEngine | undefined;

  beforeAll(async () => {
    ground = await labStack(`changes-${suite}`, { kind: "xen", suite, program: "guest-changes" });
    engine = await engineHere("practice", ground.folder);
  });
  afterAll(() => ground?.close());

  guestChanges(
    () => there(ground),
    () => there(engine),
  );
});
