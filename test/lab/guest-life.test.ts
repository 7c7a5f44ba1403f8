/**
 * From a plain host to an answering guest and back, on real Xen, over every engine this machine has.
 */
import type { StackEngine } from "../../lab/engine";
import { type Told, guestLife } from "../stories/guest-life";
import { type EngineName, engineHere, engineNamesHere } from "../support/engines";
import { type LabStack, labStack } from "../support/lab-stack";
import { labSuites } from "../support/lab-suites";
import { comparable } from "../support/comparable-state";
import { there } from "../support/there";

jest.setTimeout(20 * 60_000);

const engines = engineNamesHere();
const suites = labSuites();
const told = new Map<EngineName, Told>();

describe.each(engines)("a guest's life over the %s engine", (name) => {
  let ground: LabStack | undefined;
  let engine: StackEngine | undefined;
  const story: Told = { deeds: {} };
  told.set(name, story);

  beforeAll(async () => {
    ground = await labStack(`life-${name}`, { kind: "plain", suite: "bookworm" });
    engine = await engineHere(name, ground.folder);
  });
  afterAll(() => ground?.close());

  guestLife(
    () => there(ground),
    () => there(engine),
    story,
  );
});

if (suites.includes("trixie")) {
  describe("a guest's life on Debian 13 with Xen 4.20", () => {
    let ground: LabStack | undefined;
    let engine: StackEngine | undefined;

    beforeAll(async () => {
      ground = await labStack("life-trixie", { kind: "plain", suite: "trixie" });
      engine = await engineHere("practice", ground.folder);
    });
    afterAll(() => ground?.close());

    guestLife(
      () => there(ground),
      () => there(engine),
      { deeds: {} },
    );
  });
}

if (engines.length > 1) {
  describe("the practice engine beside the real one", () => {
    const [practice, pulumi] = engines.map((name) => there(told.get(name)));

    it("does the same in every chapter", () => {
      expect(practice?.deeds).toEqual(pulumi?.deeds);
    });

    it("writes the same state", () => {
      expect(comparable(practice?.exported)).toEqual(comparable(pulumi?.exported));
    });
  });
}
