import { DelayLine } from "../../../../../bench/remote/link/delay-line";

describe("a delay line", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it("delivers nothing before its delay, and everything in order after it", () => {
    const delivered: number[] = [];
    const line = new DelayLine<number>(25, (item) => delivered.push(item));
    line.put(1);
    line.put(2);
    jest.advanceTimersByTime(10);
    line.put(3);
    jest.advanceTimersByTime(14);
    expect(delivered).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(delivered).toEqual([1, 2]);
    jest.advanceTimersByTime(10);
    expect(delivered).toEqual([1, 2, 3]);
  });

  it("delays each item by itself: what comes during the delay of another does not wait for two", () => {
    const delivered: [number, number][] = [];
    const begun = performance.now();
    const line = new DelayLine<number>(25, (item) => delivered.push([item, performance.now() - begun]));
    for (let item = 0; item < 50; item += 1) {
      line.put(item);
      jest.advanceTimersByTime(1);
    }
    jest.advanceTimersByTime(25);
    expect(delivered).toEqual(Array.from({ length: 50 }, (_, item) => [item, item + 25]));
  });

  it("holds back what cannot have left yet, and keeps the order even so", () => {
    const delivered: string[] = [];
    const line = new DelayLine<string>(25, (item) => delivered.push(item));
    line.put("first", performance.now() + 75);
    line.put("second");
    jest.advanceTimersByTime(74);
    expect(delivered).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(delivered).toEqual(["first", "second"]);
  });
});
