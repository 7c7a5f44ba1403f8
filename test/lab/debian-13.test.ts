/**
 * The same life on Debian 13 with Xen 4.20, from a host that runs Xen already: other restricted pygrub, other units.
 */
import { practiceEngine } from "../../lab/engine";
import { guestLife } from "../stories/guest-life";
import { type LabStack, labStack } from "../support/lab-stack";

jest.setTimeout(25 * 60_000);

describe("a guest's life on Debian 13 with Xen 4.20", () => {
  let ground: LabStack | undefined;
  beforeAll(async () => (ground = await labStack("life-trixie", { kind: "xen", suite: "trixie" })));
  afterAll(() => ground?.close());

  const here = (): LabStack => {
    if (ground === undefined) throw new Error("The host could not be made ready; see the failure above.");
    return ground;
  };
  guestLife(here, () => practiceEngine({ stateFile: `${here().folder}/practice.json`, why: "tests" }), { deeds: {} });
});
