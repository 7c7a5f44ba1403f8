/** The laws must be able to fail: a law that does not hold is counted, shrunk and can be run again. */
import * as fc from "fast-check";
import type { Law } from "../../laws/subject";
import { tried } from "../../laws/run";

const below: Law = {
  name: "a number is below 500",
  cases: fc.nat({ max: 1000 }),
  faults: (given: number) => (given < 500 ? [] : [`it is ${given}`]),
};

describe("a law that does not hold", () => {
  it("is counted for each case and told by its smallest one", async () => {
    const { cases, wrong, report } = await tried(below, { cases: 200, seed: 1 });
    expect(cases).toBe(200);
    expect(wrong).toBeGreaterThan(50);
    expect(report).toContain("case 500\n  - it is 500");
  });

  it("fails again by the seed and the path that the report names", async () => {
    const { report = "" } = await tried(below, { cases: 200, seed: 1 });
    const [, path] = /--path=(\S+)/.exec(report) ?? [];
    expect(await tried(below, { cases: 200, seed: 1, path })).toMatchObject({ cases: 1, wrong: 1 });
  });

  it("is a law whose case throws as well", async () => {
    const throws: Law = {
      ...below,
      faults: () => {
        throw new Error("no");
      },
    };
    expect(await tried(throws, { cases: 3, seed: 1 })).toMatchObject({ cases: 3, wrong: 3 });
  });
});

describe("a law that holds", () => {
  it("has no case that is wrong", async () => {
    const holds: Law = { ...below, faults: () => [] };
    expect(await tried(holds, { cases: 10, seed: 1 })).toEqual({ cases: 10, wrong: 0 });
  });
});
