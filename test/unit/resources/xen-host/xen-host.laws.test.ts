/** The laws of the one plan, over generated XenHosts. */
import fc from "fast-check";
import { type Change, planOf } from "../../../../provider/change";
import { isStronger, strongest } from "../../../../provider/effect";
import { UNKNOWN } from "../../../../provider/property";
import {
  hostPlan,
  lookedAt,
  needsBoot,
  xenHostChanges,
} from "../../../../provider/resources/xen-host/xen-host.findings";
import { xenHostTable } from "../../../../provider/resources/xen-host/xen-host.properties";
import { completeXenHost, xenHostCreation } from "../../../../provider/resources/xen-host/xen-host.rules";
import { asMade } from "../../../../provider/resources/xen-host/xen-host.seen";
import { settleJob, trialJob } from "../../../../provider/resources/xen-host/xen-host.steps";
import { placesAt, withUnknowns } from "../../../laws/unknowns";
import { declarations, edits, madeOn } from "./made";
import { OWNER } from "./observed";

const RUNS = { numRuns: 2_000 };
const complete = declarations.map((given) => completeXenHost(given));
const claiming = { owner: OWNER, renews: false };

const said = (changes: readonly Change<unknown>[]): string[] => changes.map(({ text, effect }) => `${text}: ${effect}`);
/** No host shows these. */
const withoutQuiet = (changes: readonly Change<unknown>[]): readonly Change<unknown>[] =>
  changes.filter(({ property }) => !["toolstack", "reboot", "onDelete"].includes(property));

test("completing twice is completing once", () => {
  fc.assert(
    fc.property(complete, (inputs) => expect(completeXenHost(inputs)).toEqual(inputs)),
    RUNS,
  );
});

test("a host that its inputs have made has no plan", () => {
  fc.assert(
    fc.property(complete, (inputs) => expect(planOf(xenHostTable, asMade(inputs), inputs)).toEqual([])),
    RUNS,
  );
});

test("a preview says just what the update finds on the host", () => {
  fc.assert(
    fc.property(edits, ([olds, news]) => {
      const previewed = xenHostChanges(olds, news);
      expect(said(withoutQuiet(hostPlan(madeOn(olds), news).changes))).toEqual(said(withoutQuiet(previewed)));
    }),
    RUNS,
  );
});

test("an update does no more than its preview said", () => {
  fc.assert(
    fc.property(edits, ([olds, news]) => {
      const host = madeOn(olds);
      const announced = strongest(xenHostChanges(olds, news).map(({ effect }) => effect));
      const job = needsBoot(hostPlan(host, news)) ? trialJob(host, news, claiming) : settleJob(host, news, claiming);
      const done = strongest((job?.steps ?? []).map(({ effect }) => effect));
      expect(isStronger(done, announced)).toBe(false);
    }),
    RUNS,
  );
});

test("the plan is empty once it is done", () => {
  fc.assert(
    fc.property(complete, (inputs) => {
      expect(hostPlan(madeOn(inputs), inputs)).toEqual({ changes: [], findings: [] });
      expect(settleJob(madeOn(inputs), inputs, claiming)).toBeUndefined();
    }),
    RUNS,
  );
});

test("after a refresh the preview says just what the update finds, also where the host has drifted", () => {
  fc.assert(
    fc.property(edits, ([declared, other]) => {
      const host = { ...madeOn(other), asked: [...madeOn(other).asked, ...madeOn(declared).asked] };
      const refreshed = lookedAt(host, declared, "machine-1").inputs;
      expect(said(xenHostChanges(refreshed, declared))).toEqual(said(hostPlan(host, declared).changes));
    }),
    RUNS,
  );
});

test("nothing throws on values that are not known yet, and no text shows their marker", () => {
  fc.assert(
    fc.property(complete, declarations, fc.nat(), (olds, given, at) => {
      const news = completeXenHost(withUnknowns(given, placesAt(given, [at], [])));
      const texts = [
        ...xenHostCreation(news),
        ...said(xenHostChanges(olds, news)),
        ...said(xenHostChanges(news, olds)),
      ];
      expect(texts.join("\n")).not.toContain(UNKNOWN);
    }),
    RUNS,
  );
});
