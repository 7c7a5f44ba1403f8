/** The laws of the one plan, over generated Bridges. */
import fc from "fast-check";
import { type Change, planOf } from "../../../../provider/change";
import { UNKNOWN } from "../../../../provider/property";
import { bridgeChanges, bridgePlan, lookedAt } from "../../../../provider/resources/bridge/bridge.findings";
import { asMade } from "../../../../provider/resources/bridge/bridge.observe";
import { type BridgeInputs, bridgeTable } from "../../../../provider/resources/bridge/bridge.properties";
import { bridgeCreation, completeBridge } from "../../../../provider/resources/bridge/bridge.rules";
import { needsOnlySettings } from "../../../../provider/resources/bridge/bridge.steps";
import { placesAt, withUnknowns } from "../../../laws/unknowns";
import { bare, declarations, edits, madeOn } from "./made";

const RUNS = { numRuns: 2_000 };
/** Laws that read and write files take longer. */
const FEWER = { numRuns: 700 };
const complete = declarations.map((given) => completeBridge(given));

const said = (changes: readonly Change<unknown>[]): string[] => changes.map(({ text, effect }) => `${text}: ${effect}`);
/** No host shows whether a bridge may be adopted. */
const withoutQuiet = (changes: readonly Change<unknown>[]): readonly Change<unknown>[] =>
  changes.filter(({ property }) => property !== "adopt");

test("completing twice is completing once", () => {
  fc.assert(
    fc.property(complete, (inputs) => expect(completeBridge(inputs)).toEqual(inputs)),
    FEWER,
  );
});

test("a bridge that its inputs have made has no plan", () => {
  fc.assert(
    fc.property(complete, (inputs) => expect(planOf(bridgeTable, asMade(inputs), inputs)).toEqual([])),
    RUNS,
  );
});

test("a preview says just what the update finds on the host, guests' vifs or not", () => {
  fc.assert(
    fc.property(edits, fc.subarray(["vif1.0", "vif2.0-emu"]), ([olds, news], guests) => {
      const plan = bridgePlan(madeOn(bare, olds, guests), news);
      expect(said(withoutQuiet(plan.changes))).toEqual(said(withoutQuiet(bridgeChanges(olds, news))));
    }),
    RUNS,
  );
});

test("what the preview does not speak of changes no file: nothing is left for an update to do beyond it", () => {
  let quiet = 0;
  fc.assert(
    fc.property(edits, ([olds, news]) => {
      const isQuiet = withoutQuiet(bridgeChanges(olds, news)).length === 0;
      if (isQuiet) quiet += 1;
      if (isQuiet) expect(bridgePlan(madeOn(bare, olds), news)).toEqual({ changes: [], findings: [] });
    }),
    FEWER,
  );
  expect(quiet).toBeGreaterThan(50);
});

test("the plan is empty once it is done, from whatever bridge there was", () => {
  fc.assert(
    fc.property(edits, ([olds, news]) => {
      expect(bridgePlan(madeOn(madeOn(bare, olds), news), news)).toEqual({ changes: [], findings: [] });
    }),
    FEWER,
  );
});

test("after a refresh the preview says just what the update finds, also where the host has drifted", () => {
  fc.assert(
    fc.property(edits, ([declared, other]) => {
      // Somebody has set the running bridge, and left the files.
      const network = { ...madeOn(bare, declared), links: madeOn(bare, other).links };
      const refreshed = lookedAt(network, declared, "machine-1");
      expect(said(bridgeChanges(refreshed?.inputs as BridgeInputs, declared))).toEqual(
        said(bridgePlan(network, declared).changes),
      );
    }),
    FEWER,
  );
});

test("a change that takes no link down is one of the bridge's own settings", () => {
  fc.assert(
    fc.property(edits, ([olds, news]) => {
      const network = madeOn(bare, olds);
      const plan = bridgePlan(network, news);
      if (plan.changes.length === 0 || !needsOnlySettings(network, news, plan)) return;
      const settings = /^(stp|forwardDelaySeconds|helloTimeSeconds|ageingSeconds|priority|mtu)$/;
      expect(plan.changes.filter(({ property }) => !settings.test(property))).toEqual([]);
    }),
    FEWER,
  );
});

test("nothing throws on values that are not known yet, and no text shows their marker", () => {
  fc.assert(
    fc.property(complete, declarations, fc.nat(), (olds, given, at) => {
      const news = completeBridge(withUnknowns(given, placesAt(given, [at], [])));
      const texts = [...bridgeCreation(news), ...said(bridgeChanges(olds, news)), ...said(bridgeChanges(news, olds))];
      expect(texts.join("\n")).not.toContain(UNKNOWN);
    }),
    RUNS,
  );
});
