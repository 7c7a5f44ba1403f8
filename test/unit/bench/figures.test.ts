import { fixed, median, table } from "../../../bench/figures";
import { lastLine } from "../../../bench/remote/report/figures";

describe("the median", () => {
  it.each([
    [[3], 3],
    [[5, 1, 9], 5],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])("of %j is %d, whatever their order", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("leaves what it was given as it was", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it("refuses an empty list", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("a figure", () => {
  it("says n/a where nothing was measured or it means nothing", () => {
    expect([fixed(undefined, 2), fixed(Number.NaN, 2), fixed(Infinity, 2)]).toEqual(["n/a", "n/a", "n/a"]);
  });

  it("has the digits it is given", () => {
    expect([fixed(1.005, 1), fixed(0.6, 2), fixed(12.5, 0)]).toEqual(["1.0", "0.60", "13"]);
  });
});

describe("a table", () => {
  it("is Markdown that can be pasted", () => {
    expect(
      table(
        ["Way", "s"],
        [
          ["ours", "1"],
          ["theirs", "2"],
        ],
      ),
    ).toBe("| Way | s |\n|---|---|\n| ours | 1 |\n| theirs | 2 |");
  });
});

describe("the last line", () => {
  it("holds every key in its order, and n/a for what was not measured", () => {
    expect(lastLine({})).toBe(
      "bench:remote cold100_s=n/a rtt_per_op=n/a scripts_refresh120=n/a live_memory_ratio=n/a refresh_five_ratio=n/a " +
        "creates50_ok=n/a x_new_connection=n/a x_controlmaster=n/a x_ansible=n/a x_pipelining=n/a x_mitogen=n/a",
    );
  });

  it("holds each figure with the digits that mean something", () => {
    const figures = {
      x_mitogen: 2.66,
      x_pipelining: 6.55,
      x_ansible: 25,
      x_controlmaster: 2.2,
      x_new_connection: 13,
      creates50_ok: 50,
      refresh_five_ratio: 0.456,
      live_memory_ratio: 1.5,
      scripts_refresh120: 2,
      rtt_per_op: 1.0666,
      cold100_s: 0.646,
    };
    expect(lastLine(figures)).toBe(
      "bench:remote cold100_s=0.65 rtt_per_op=1.07 scripts_refresh120=2 live_memory_ratio=1.50 refresh_five_ratio=0.46 " +
        "creates50_ok=50 x_new_connection=13.0 x_controlmaster=2.2 x_ansible=25.0 x_pipelining=6.5 x_mitogen=2.7",
    );
  });
});
